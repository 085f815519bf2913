"""Times of day, days of the week, days off and hours, in local time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from pydantic import ValidationError

from radiobridge.settings import CalendarSettings, Timetable

DAY_S = 86_400.0


@pytest.fixture(params=["Asia/Shanghai", "Europe/Berlin"], autouse=True)
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


def at(text: str) -> float:
    return datetime.fromisoformat(text).astimezone().timestamp()


def times(plan: dict[str, object], calendar: dict[str, object], after: str, until: str) -> list[str]:
    moments = Timetable.model_validate(plan).moments(
        CalendarSettings.model_validate(calendar), at(after), at(until)
    )
    return [f"{datetime.fromtimestamp(moment).astimezone():%a %d %H:%M}" for moment in moments]


def test_it_happens_on_its_days_and_not_on_days_off() -> None:
    plan: dict[str, object] = {"at": ["13:00", "07:30"], "days": ["thu", "fri", "mon"]}
    calendar: dict[str, object] = {"days_off": ["2026-11-27", "2026-12-01..2026-12-03"]}
    week = ("2026-11-26 07:30", "2026-12-03 23:00")
    assert times(plan, calendar, *week) == ["Thu 26 13:00", "Mon 30 07:30", "Mon 30 13:00"]
    with_days_off = times(plan | {"on_days_off": True}, calendar, *week)
    assert with_days_off[1:3] == ["Fri 27 07:30", "Fri 27 13:00"]
    assert with_days_off[-1] == "Thu 03 13:00"


def test_a_moment_comes_once_also_on_days_of_23_and_25_hours() -> None:
    for day in ("2026-03-29", "2026-10-25"):
        assert len(times({"at": ["02:30"]}, {}, f"{day} 00:00", f"{day} 12:00")) == 1


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        ({"begin": "07:00", "end": "18:00"}, ["07:00", "17:59"], ["06:59", "18:00"]),
        ({"begin": "22:00", "end": "06:00"}, ["22:00", "23:59", "00:00", "05:59"], ["06:00", "21:59"]),
        ({}, ["00:00", "12:00", "23:59"], []),
    ],
    ids=["day", "night", "always"],
)
def test_hours_begin_and_end(hours: dict[str, object], inside: list[str], outside: list[str]) -> None:
    calendar = CalendarSettings.model_validate({"hours": {"some": hours}})
    assert all(calendar.holds(["some"], at(f"2026-11-27 {clock}")) for clock in inside)
    assert not any(calendar.holds(["some"], at(f"2026-11-27 {clock}")) for clock in outside)
    assert all(calendar.holds([], at(f"2026-11-27 {clock}")) for clock in inside + outside)


def test_the_night_belongs_to_the_day_on_which_it_begins() -> None:
    night = {"days": ["fri"], "begin": "22:00", "end": "06:00"}
    calendar = CalendarSettings.model_validate({"hours": {"friday-night": night}})
    assert calendar.holds(["friday-night"], at("2026-11-28 05:00"))
    assert not calendar.holds(["friday-night"], at("2026-11-27 05:00"))


def test_hours_may_be_those_of_days_off_or_of_all_others() -> None:
    calendar = CalendarSettings.model_validate(
        {"days_off": ["2026-11-27"], "hours": {"off": {"days_off": True}, "on": {"days_off": False}}}
    )
    assert calendar.holds(["off"], at("2026-11-27 12:00"))
    assert not calendar.holds(["on"], at("2026-11-27 12:00"))
    assert calendar.holds(["on", "off"], at("2026-11-28 12:00"))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"days_off": ["27.11.2026"]}, "is no day such as"),
        ({"days_off": ["2026-11-27..2026-11-26"]}, "ends before it begins"),
        ({"days_off": ["2026-02-29"]}, "is no day such as"),
        ({"hours": {"a": {"begin": "24:00"}}}, "is no time of day"),
        ({"hours": {"a": {"days": []}}}, "at least 1"),
    ],
)
def test_what_is_no_day_and_no_time_is_refused(what: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CalendarSettings.model_validate(what)
