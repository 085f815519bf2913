"""`[[channel]]`: where its sound comes from, what begins a transmission, and what is listened for in it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from radiobridge.settings.table import Language, Table, TopicLevel

FiveToneStandard = Literal["ccir", "eea", "eia", "zvei1", "zvei2", "zvei3"]
Page = tuple[Annotated[float, Field(ge=250, le=3000)], Annotated[float, Field(ge=250, le=3000)]]


class SquelchSettings(Table):
    """`squelch` of a channel: which levels begin and end a transmission (VOX)."""

    open_dbfs: float = Field(-45, ge=-90, le=0)
    """Level that opens, in dBFS RMS over 10 ms; a little above the channel's noise."""
    close_dbfs: float | None = Field(None, ge=-90, le=0)
    """Level below which the hang time runs; default: 6 dB under open_dbfs."""
    hang_s: float = Field(0.5, ge=0.02, le=10)
    """Seconds of quiet that end a transmission."""
    preroll_s: float = Field(0.3, ge=0, le=2)
    """Seconds of sound before the opening that belong to the transmission."""
    min_s: float = Field(0.04, ge=0.0, le=5)
    """Seconds above open_dbfs that it takes to open: shorter clicks do not."""
    max_s: float = Field(180, ge=1, le=3600)
    """Longest transmission in seconds; a longer one is cut and the channel reported as stuck open."""

    @model_validator(mode="after")
    def _closes_below_opening(self) -> SquelchSettings:
        if self.close_dbfs is not None and self.close_dbfs > self.open_dbfs:
            raise ValueError(
                f"close_dbfs ({self.close_dbfs:g}) must not be above open_dbfs ({self.open_dbfs:g})"
            )
        return self

    @property
    def closing_dbfs(self) -> float:
        """`close_dbfs` or its default."""
        return self.open_dbfs - 6 if self.close_dbfs is None else self.close_dbfs


class SignalSettings(Table):
    """`signals` of a channel: the signalling that is listened for in its transmissions."""

    dtmf: bool = True
    """Keys."""
    dtmf_id_digits: int = Field(0, ge=0, le=16)
    """Digits of the id that handsets send as DTMF when PTT is pressed or released (PTT-ID, ANI); 0: none."""
    mdc1200: bool = True
    """MDC-1200: PTT-ID, emergency, status, call alert."""
    five_tone: tuple[FiveToneStandard, ...] = ()
    """Standards of five-tone calls."""
    two_tone: bool = False
    """Two-tone pages (Quick Call II), those that `pages` does not name too."""
    pages: dict[str, Page] = Field(default_factory=dict)
    """Name of a two-tone page = its two tones in Hz."""
    tone_burst: tuple[Annotated[float, Field(ge=300, le=3000)], ...] = (1750.0,)
    """Single tones in Hz that count as a call."""
    ctcss: bool = False
    """CTCSS; the sound must come from before the radio's speaker filter."""
    dcs: bool = False
    """DCS; the same is true."""


def _driver_table(value: Any) -> Any:
    """A bare driver name stands for a table with that driver alone."""
    return {"driver": value} if isinstance(value, str) else value


class InputSettings(BaseModel):
    """`input` of a channel: the driver's name; every other key is the driver's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    driver: str = "sounddevice"

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the driver."""
        return dict(self.model_extra or {})


class ChannelSettings(Table):
    """`[[channel]]`: one radio or intercom line."""

    name: TopicLevel
    input: Annotated[InputSettings, BeforeValidator(_driver_table)] = InputSettings()
    squelch: SquelchSettings = SquelchSettings()
    signals: SignalSettings = SignalSettings()
    digit_timeout_s: float = Field(5, gt=0, le=60)
    """Seconds after the last key at which a code that was begun is given up."""
    speech: Language | None = None
    """Language of the spoken call-ins; one of [speech.models]."""
    post: str | None = None
    """The post whose radio this is, where a channel serves one post alone."""
