"""`transmit` of a channel: how it is keyed, how long it waits, and what it must not do."""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from radiobridge.settings.table import Language, Table, Texts

_HOURS = r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)"


def _hours(value: str) -> str:
    if not re.fullmatch(_HOURS, value):
        raise ValueError(f"{value!r} are no hours such as 06:00-22:00, or 22:00-06:00 over midnight")
    return value


Hours = Annotated[str, AfterValidator(_hours)]


class IdentifySettings(Table):
    """`identify`: how the station says who it is."""

    every_s: float = Field(600, gt=0, le=86_400)
    """Seconds after which it must be said again while something is sent."""
    text: Texts = Field(default_factory=dict)
    """By voice."""
    tones: str = ""
    """By tones, such as `morse:DE B1ABC`."""

    @model_validator(mode="after")
    def _says_something(self) -> IdentifySettings:
        if not self.text and not self.tones:
            raise ValueError("give text or tones, such as tones = 'morse:DE B1ABC'")
        return self


class TransmitSettings(Table):
    """`transmit` of a channel."""

    lead_s: float = Field(0.5, ge=0, le=5)
    """From PTT to the first sound; longer when first syllables are lost."""
    tail_s: float = Field(0.15, ge=0, le=5)
    """From the last sound to the release; longer when last syllables are."""
    timeout_s: float = Field(120, ge=1, le=900)
    """The longest that PTT is held: the time-out timer. Set the radio's own a little longer."""
    gap_s: float = Field(1, ge=0, le=60)
    """The least between two transmissions, so that others can get in."""
    free_s: float = Field(0.5, ge=0, le=60)
    """The channel must have been quiet for so long; longer when answers run into each other."""
    wait_s: float = Field(60, gt=0, le=3600)
    """How long an announcement waits for a free channel before it is given up, and that is reported."""
    deaf_s: float = Field(0.3, ge=0, le=5)
    """The channel hears nothing for so long after it has sent; longer when it hears its own end."""
    level_dbfs: float = Field(-16, ge=-40, le=-7)
    """Level of speech and tones, dBFS."""
    languages: tuple[Language, ...] = ()
    """The languages that are spoken, in this order; default: the first of each text."""
    full_duplex: bool = False
    """True for an intercom line: it hears while it speaks, and speaks while others do."""
    hours: Hours | None = None
    """Local time within which it may transmit; default: always."""
    frequency_hz: int | None = Field(None, ge=100_000, le=6_000_000_000)
    """The radio must be on this frequency, or nothing is sent; for radios that tell."""
    identify: IdentifySettings | None = None
    """Default: the station does not say who it is."""

    def within_hours(self, now: time) -> bool:
        """Whether it may transmit at this local time."""
        match = re.fullmatch(_HOURS, self.hours) if self.hours else None
        if match is None:
            return True
        begin, end = (time(int(match[n]), int(match[n + 1])) for n in (1, 3))
        return begin <= now < end if begin < end else now >= begin or now < end
