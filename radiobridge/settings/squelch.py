"""`[channel.squelch]`: what begins and ends a transmission, and how it is cut out of the sound."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from radiobridge.settings.open_on import Opening, parsed, sources_of
from radiobridge.settings.table import Table


class SquelchSettings(Table):
    """`squelch` of a channel: which sources open it, and how transmissions are cut."""

    open_on: str = Field("level", max_length=200)
    """Sources that open: carrier, ctcss, dcs, level, noise, voice, joined by `and`, `or` and parentheses."""
    open_dbfs: float = Field(-45, ge=-90, le=0)
    """Level that opens, in dBFS RMS over 10 ms; a little above the channel's noise."""
    close_dbfs: float | None = Field(None, ge=-90, le=0)
    """Level below which the hang time runs; default: 6 dB under open_dbfs."""
    noise_db: float = Field(8, ge=3, le=40)
    """Decibels by which a carrier must quiet the noise above 4 kHz; it closes at half of them."""
    ctcss_hz: float | None = None
    """Tone in Hz that opens `ctcss`."""
    dcs_code: str | None = None
    """Code that opens `dcs`, with its polarity: 023N, or 023I for the inverted one."""
    hang_s: float = Field(0.5, ge=0.02, le=10)
    """Seconds of quiet that end a transmission."""
    preroll_s: float = Field(0.3, ge=0, le=2)
    """Seconds of sound that are kept from before the opening, beside those that it took to open."""
    min_s: float = Field(0.04, ge=0.0, le=5)
    """Seconds in a row that it takes to open: shorter clicks do not."""
    min_length_s: float = Field(0, ge=0, le=5)
    """Shorter transmissions are not reported, unless something was keyed or signalled in them."""
    max_s: float = Field(180, ge=1, le=3600)
    """Longest transmission in seconds; a longer one is cut and the channel reported as stuck open."""
    tail_s: float = Field(0, ge=0, le=2)
    """Seconds before the closing that are neither recorded nor recognised, and the hang time with them."""
    flap_hang_s: float = Field(3, ge=0, le=30)
    """Hang time while the squelch flaps, in seconds; not above hang_s: it is never held."""

    @field_validator("open_on")
    @classmethod
    def _can_be_understood(cls, value: str) -> str:
        parsed(value)
        return value

    @model_validator(mode="after")
    def _closes_below_opening(self) -> SquelchSettings:
        if self.close_dbfs is not None and self.close_dbfs > self.open_dbfs:
            raise ValueError(
                f"close_dbfs ({self.close_dbfs:g}) must not be above open_dbfs ({self.open_dbfs:g})"
            )
        return self

    @model_validator(mode="after")
    def _knows_what_its_sources_need(self) -> SquelchSettings:
        if "ctcss" in self.sources and self.ctcss_hz is None:
            raise ValueError(f"open_on = {self.open_on!r} needs ctcss_hz, the tone in Hz, such as 88.5")
        if "dcs" in self.sources and self.dcs_code is None:
            raise ValueError(f"open_on = {self.open_on!r} needs dcs_code, such as '023N'")
        return self

    @property
    def opening(self) -> Opening:
        """What `open_on` says."""
        return parsed(self.open_on)

    @property
    def sources(self) -> set[str]:
        """The sources that `open_on` names."""
        return sources_of(self.opening)

    @property
    def closing_dbfs(self) -> float:
        """`close_dbfs` or its default."""
        return self.open_dbfs - 6 if self.close_dbfs is None else self.close_dbfs
