"""`[[self_test]]`: a channel sends keys by itself, and another, or itself, must hear them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from radiobridge.settings.table import Table, TopicLevel

_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"


def _clock(value: str) -> str:
    if not re.fullmatch(_CLOCK, value):
        raise ValueError(f"{value!r} is no time of day such as 07:30")
    return value


class SelfTestSettings(Table):
    """`[[self_test]]`: an over-the-air test by the clock. Give `every_s` or `at`."""

    sent_on: TopicLevel
    """The channel that sends."""
    heard_on: TopicLevel | None = None
    """The channel that must hear it; default: the same, over a loop-back or a repeater that answers."""
    every_s: float | None = Field(None, ge=60, le=7 * 86_400)
    """Seconds from one test to the next; the first is a minute after the start."""
    at: tuple[Annotated[str, AfterValidator(_clock)], ...] = ()
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
        today = datetime.fromtimestamp(now).astimezone().date()
        days = (today, today + timedelta(days=1))
        times = [time.fromisoformat(text) for text in self.at]
        moments = [datetime.combine(day, clock).astimezone().timestamp() for day in days for clock in times]
        return min(moment for moment in moments if moment > now)
