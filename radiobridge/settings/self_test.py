"""`[[self_test]]`: a channel sends keys by itself, and another, or itself, must hear them."""

from __future__ import annotations

from pydantic import Field, model_validator

from radiobridge.settings.calendar import TimeOfDay, local_moments
from radiobridge.settings.table import Table, TopicLevel

_TWO_DAYS_S = 2 * 86_400.0


class SelfTestSettings(Table):
    """`[[self_test]]`: an over-the-air test by the clock. Give `every_s` or `at`."""

    sent_on: TopicLevel
    """The channel that sends."""
    heard_on: TopicLevel | None = None
    """The channel that must hear it; default: the same, over a loop-back or a repeater that answers."""
    every_s: float | None = Field(None, ge=60, le=7 * 86_400)
    """Seconds from one test to the next; the first is a minute after the start."""
    at: tuple[TimeOfDay, ...] = ()
    """Local times of day."""
    keys: str = Field("DCBA", pattern=r"^[0-9A-D*#]{2,16}$")
    """What is sent; no code may begin with any of them."""

    @model_validator(mode="after")
    def _one_clock(self) -> SelfTestSettings:
        if (self.every_s is None) == (not self.at):
            raise ValueError("give every_s or at, one of the two")
        return self

    @property
    def hearer(self) -> str:
        """The channel that must hear it."""
        return self.heard_on or self.sent_on

    def next_after(self, now: float) -> float:
        """When the next test is due, UTC seconds, after one at `now`."""
        if self.every_s is not None:
            return now + self.every_s
        return local_moments(self.at, now, now + _TWO_DAYS_S)[0]
