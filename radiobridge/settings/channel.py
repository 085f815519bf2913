"""`[[channel]]`: where its sound comes from, what begins a transmission, and what is listened for in it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from radiobridge.settings.choice import DriverChoice, driver_table
from radiobridge.settings.squelch import SquelchSettings
from radiobridge.settings.table import Language, Table, TopicLevel, one_or_more
from radiobridge.settings.transmit import TransmitSettings

FiveToneStandard = Literal["ccir", "eea", "eia", "zvei1", "zvei2", "zvei3"]
Page = tuple[Annotated[float, Field(ge=250, le=3000)], Annotated[float, Field(ge=250, le=3000)]]


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


class InputSettings(DriverChoice):
    """`input` of a channel: its audio driver."""

    driver: str = "sounddevice"


class ChannelSettings(Table):
    """`[[channel]]`: one radio or intercom line."""

    name: TopicLevel
    input: Annotated[InputSettings, BeforeValidator(driver_table)] = InputSettings()
    radio: Annotated[DriverChoice | None, BeforeValidator(driver_table)] = None
    """What keys its transmitter, and tells of a carrier for `open_on = "carrier"`."""
    output: Annotated[DriverChoice | None, BeforeValidator(driver_table)] = None
    """Where what it sends goes; without one it only listens."""
    transmit: TransmitSettings = TransmitSettings()
    squelch: SquelchSettings = SquelchSettings()
    signals: SignalSettings = SignalSettings()
    silent_alarm_h: float = Field(72, ge=0, le=8760)
    """Hours without any transmission after which the channel is reported as silent; 0: never."""
    record: bool = True
    """False: its transmissions are not recorded."""
    digit_timeout_s: float = Field(5, gt=0, le=60)
    """Seconds after the last key at which a code that was begun is given up."""
    speech: Annotated[tuple[Language, ...], BeforeValidator(one_or_more), Field(max_length=2)] = ()
    """Language of the spoken call-ins, or two of them; each one of [speech.models]."""
    post: str | None = None
    """The post whose radio this is, where a channel serves one post alone."""
