"""`[drill]`: everything is an exercise for a while."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.calendar import WEEKDAYS, CalendarSettings, TimeOfDay, Timetable, Weekday
from radiobridge.settings.table import Table, Texts, TopicLevel


class DrillSettings(Table):
    """`[drill]`: how long a drill lasts, what is said, and when one begins by itself."""

    minutes: float = Field(60, ge=1, le=1440)
    """After so many minutes it ends by itself: one that is forgotten must not make light of an emergency."""
    channels: tuple[TopicLevel, ...] = ()
    """Where it is said that a drill begins and ends; none: on all that can send."""
    begin: Texts = Field(default_factory=dict)
    """What is said when it begins, by language; default: built-in words."""
    end: Texts = Field(default_factory=dict)
    """What is said when it has ended."""
    at: tuple[TimeOfDay, ...] = ()
    """Local times at which one begins by itself; none: by a code, a phrase or a command alone."""
    days: tuple[Weekday, ...] = Field(WEEKDAYS, min_length=1)
    on_days_off: bool = False
    """Also on the days off of `[calendar]`."""

    def last_begin(self, calendar: CalendarSettings, now: float) -> float | None:
        """When one should have begun that is not over by its time, UTC seconds."""
        if not self.at:
            return None
        plan = Timetable(at=self.at, days=self.days, on_days_off=self.on_days_off)
        return max(plan.moments(calendar, now - self.minutes * 60, now), default=None)
