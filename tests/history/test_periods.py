"""Periods: where they begin and end on the clock on the wall, and what they are compared with."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.history.periods import PeriodKind, period_around

DAY, WEEK, MONTH, YEAR = PeriodKind
ZONES = [ZoneInfo(name) for name in ("Asia/Macau", "Europe/Berlin", "America/Havana", "Africa/Cairo", "UTC")]
days = st.dates(date(1980, 1, 1), date(2090, 1, 1))


def utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


@pytest.mark.parametrize(
    ("kind", "day", "first", "after", "name"),
    [
        (DAY, "2026-11-01", "2026-11-01", "2026-11-02", "2026-11-01"),
        (WEEK, "2026-11-01", "2026-10-26", "2026-11-02", "2026-W44"),
        (WEEK, "2027-01-03", "2026-12-28", "2027-01-04", "2026-W53"),
        (MONTH, "2026-12-31", "2026-12-01", "2027-01-01", "2026-12"),
        (MONTH, "2028-02-29", "2028-02-01", "2028-03-01", "2028-02"),
        (YEAR, "2026-01-01", "2026-01-01", "2027-01-01", "2026"),
    ],
)
def test_a_day_is_in_its_period(kind: PeriodKind, day: str, first: str, after: str, name: str) -> None:
    period = period_around(kind, date.fromisoformat(day))
    assert (str(period.first), str(period.after), period.name) == (first, after, name)


def test_it_begins_at_local_midnight() -> None:
    period = period_around(DAY, date(2026, 11, 1), ZoneInfo("Asia/Macau"))
    assert (utc(period.start), utc(period.end)) == (
        "2026-10-31T16:00:00+00:00",
        "2026-11-01T16:00:00+00:00",
    )


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Africa/Cairo", date(2026, 4, 24), 23),  # midnight is skipped
        ("America/Havana", date(2026, 11, 1), 25),  # midnight comes twice
        ("Asia/Macau", date(2026, 3, 29), 24),
    ],
)
def test_a_day_on_which_clocks_are_changed_is_shorter_or_longer(zone: str, day: date, hours: int) -> None:
    period = period_around(DAY, day, ZoneInfo(zone))
    assert period.end - period.start == hours * 3600


@pytest.mark.parametrize(
    ("kind", "day", "before", "year_before"),
    [
        (DAY, date(2026, 3, 1), "2026-02-28", "2025-03-01"),
        (DAY, date(2028, 2, 29), "2028-02-28", "2027-02-28"),
        (WEEK, date(2026, 11, 27), "2026-W47", "2025-W48"),
        (WEEK, date(2026, 12, 31), "2026-W52", "2025-W52"),
        (MONTH, date(2026, 1, 15), "2025-12", "2025-01"),
        (YEAR, date(2026, 1, 15), "2025", "2025"),
    ],
)
def test_it_is_compared_with_the_one_before_and_that_of_the_year_before(
    kind: PeriodKind, day: date, before: str, year_before: str
) -> None:
    period = period_around(kind, day)
    assert (period.before().name, period.year_before().name) == (before, year_before)


@given(days, st.sampled_from(PeriodKind), st.sampled_from(ZONES))
def test_periods_leave_no_moment_out_and_have_none_twice(day: date, kind: PeriodKind, zone: ZoneInfo) -> None:
    period = period_around(kind, day, zone)
    assert period.first <= day < period.after
    assert period.before().end == period.start < period.end
    assert period.local(period.start).date() == period.first
    assert period.local(period.end - 0.001).date() == period.days[-1]


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This computer stands in Berlin."""
    before = os.environ.get("TZ")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    assert os.environ.get("TZ") == before
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_without_a_zone_it_is_that_of_this_computer() -> None:
    here, there = (period_around(DAY, date(2026, 10, 25), zone) for zone in (None, ZoneInfo("Europe/Berlin")))
    assert (here.start, here.end) == (there.start, there.end)
    assert here.local(here.start + 13 * 3600).hour == 12
