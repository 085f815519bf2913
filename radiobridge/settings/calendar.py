"""Times of day, days of the week and days off, as several tables have them. All local time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field

from radiobridge.settings.table import Table, TopicLevel

_TIME = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"


def _time_of_day(value: str) -> str:
    if not re.fullmatch(_TIME, value):
        raise ValueError(f"{value!r} is no time of day such as 07:30")
    return value


TimeOfDay = Annotated[str, AfterValidator(_time_of_day)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _days_off(value: str) -> str:
    try:
        first, last = _ends(value)
    except ValueError as error:
        raise ValueError(
            f'{value!r} is no day such as "2026-10-01", and no days such as "2026-10-01..2026-10-07"'
        ) from error
    if last < first:
        raise ValueError(f"{value!r} ends before it begins")
    return value


def _ends(value: str) -> tuple[date, date]:
    first, _, last = value.partition("..")
    return date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())


class HoursSettings(Table):
    """`[calendar.hours.<name>]`: some hours of some days, for rules that hold only then."""

    days: tuple[Weekday, ...] = Field(WEEKDAYS, min_length=1)
    """Days of the week."""
    begin: TimeOfDay = "00:00"
    end: TimeOfDay = "00:00"
    """Up to and without this moment; not after `begin`: it ends on the next day."""
    days_off: bool | None = None
    """True: only on days off; false: not on them; left out: on either."""


class CalendarSettings(Table):
    """`[calendar]`: days on which nobody is there, and hours that rules name."""

    days_off: tuple[Annotated[str, AfterValidator(_days_off)], ...] = ()
    """Days, or first and last one: "2026-10-01..2026-10-07"."""
    hours: dict[TopicLevel, HoursSettings] = Field(default_factory=dict)

    def is_off(self, day: date) -> bool:
        """The day is one of the days off."""
        return any(first <= day <= last for first, last in map(_ends, self.days_off))

    def holds(self, hours: Iterable[str], at: float) -> bool:
        """`at` (UTC seconds) is within one of the named hours; where none is named, it always is."""
        names = [*hours]
        return not names or any(self._is_within(self.hours[name], at) for name in names if name in self.hours)

    def _is_within(self, hours: HoursSettings, at: float) -> bool:
        local = datetime.fromtimestamp(at).astimezone()
        begin, end = time.fromisoformat(hours.begin), time.fromisoformat(hours.end)
        now, day = local.time(), local.date()
        if begin < end:
            return begin <= now < end and self._is_day(hours, day)
        if now >= begin:
            return self._is_day(hours, day)
        return now < end and self._is_day(hours, day - timedelta(days=1))

    def _is_day(self, hours: HoursSettings, day: date) -> bool:
        if WEEKDAYS[day.weekday()] not in hours.days:
            return False
        return hours.days_off is None or hours.days_off is self.is_off(day)


class Timetable(Table):
    """What several tables say of when something happens: times of day, on some days."""

    at: tuple[TimeOfDay, ...] = Field(min_length=1)
    """Local times of day."""
    days: tuple[Weekday, ...] = Field(WEEKDAYS, min_length=1)
    """Days of the week."""
    on_days_off: bool = False
    """Also on the days off of `[calendar]`."""

    def moments(self, calendar: CalendarSettings, after: float, until: float) -> Iterator[float]:
        """When it happens, UTC seconds, after `after` and up to `until`, in order."""
        for moment in local_moments(self.at, after, until):
            day = datetime.fromtimestamp(moment).astimezone().date()
            if WEEKDAYS[day.weekday()] in self.days and (self.on_days_off or not calendar.is_off(day)):
                yield moment


def local_moments(times: Iterable[str], after: float, until: float) -> list[float]:
    """The moments of these local times of day, UTC seconds, after `after` and up to `until`, in order.

    A time that the clocks skip in spring comes as much later as they are set on.
    """
    day = datetime.fromtimestamp(after).astimezone().date()
    last = datetime.fromtimestamp(until).astimezone().date()
    clocks = [time.fromisoformat(text) for text in times]
    moments = set()
    while day <= last:
        moments |= {datetime.combine(day, clock).astimezone().timestamp() for clock in clocks}
        day += timedelta(days=1)
    return sorted(moment for moment in moments if after < moment <= until)
