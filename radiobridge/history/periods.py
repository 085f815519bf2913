"""The days, weeks, months and years that a report is about, in local time. Sans-IO.

A day lasts from midnight to midnight as clocks on the wall show it: 23 or 25 hours where they are changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
_DECEMBER = 12


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    """From Monday."""
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """From the midnight before `first` to the midnight before `after`.

    `zone`: where the clock hangs; None is the time zone of this computer.
    """

    kind: PeriodKind
    first: date
    after: date
    zone: tzinfo | None = None

    @property
    def start(self) -> float:
        """UTC seconds."""
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> float:
        """UTC seconds, no longer in it."""
        return _midnight(self.after, self.zone)

    @property
    def name(self) -> str:
        """Such as 2026-11-01, 2026-W48, 2026-11, 2026."""
        match self.kind:
            case PeriodKind.DAY:
                return self.first.isoformat()
            case PeriodKind.WEEK:
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02d}"
            case PeriodKind.MONTH:
                return f"{self.first:%Y-%m}"
            case PeriodKind.YEAR:
                return f"{self.first:%Y}"

    @property
    def days(self) -> list[date]:
        """All of them."""
        return [self.first + n * _DAY for n in range((self.after - self.first).days)]

    def before(self) -> Period:
        """The one before it."""
        return period_around(self.kind, self.first - _DAY, self.zone)

    def year_before(self) -> Period:
        """The same one a year ago: by date, number of the week, or month.

        Where there is none: 28 February for the 29th, week 52 for week 53.
        """
        if self.kind is PeriodKind.WEEK:
            year, week, _ = self.first.isocalendar()
            try:
                monday = date.fromisocalendar(year - 1, week, 1)
            except ValueError:
                monday = date.fromisocalendar(year - 1, week - 1, 1)
            return period_around(self.kind, monday, self.zone)
        try:
            same = self.first.replace(year=self.first.year - 1)
        except ValueError:
            same = self.first.replace(year=self.first.year - 1, day=28)
        return period_around(self.kind, same, self.zone)

    def local(self, at: float) -> datetime:
        """What clocks on the wall show at that moment (UTC seconds)."""
        return datetime.fromtimestamp(at, self.zone)


def period_around(kind: PeriodKind, day: date, zone: tzinfo | None = None) -> Period:
    """The period of this kind that the day is in."""
    match kind:
        case PeriodKind.DAY:
            return Period(kind, day, day + _DAY, zone)
        case PeriodKind.WEEK:
            monday = day - day.weekday() * _DAY
            return Period(kind, monday, monday + _WEEK, zone)
        case PeriodKind.MONTH:
            first = day.replace(day=1)
            next_year, month = divmod(first.month, _DECEMBER)
            return Period(kind, first, date(first.year + next_year, month + 1, 1), zone)
        case PeriodKind.YEAR:
            return Period(kind, date(day.year, 1, 1), date(day.year + 1, 1, 1), zone)


def _midnight(day: date, zone: tzinfo | None) -> float:
    # Where midnight is skipped, this is the moment of the change; where it comes twice, the first one.
    return datetime.combine(day, time.min, zone).timestamp()
