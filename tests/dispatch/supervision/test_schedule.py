"""Which rounds begin when: by the clock, once, and also after the station was down."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from radiobridge.dispatch.supervision.schedule import RoundDue, Schedule, asked
from radiobridge.events import Condition, Health, RoundKind
from radiobridge.settings import PostSettings, Settings

SETTINGS = Settings.model_validate(
    {
        "post": [{"id": "01", "name": {"en": "School 1"}}, {"id": "02", "name": {"en": "School 2"}}],
        "calendar": {"days_off": ["2026-11-28"]},
        "check_in": [
            {"name": "morning", "at": ["07:30"], "counts": ["check-in"], "within_s": 600, "reminders": 2},
        ],
        "bulletin": [{"name": "daily", "at": ["16:00"], "channels": ["gate"], "file": "daily.txt"}],
    }
)


def at(text: str) -> float:
    return datetime.fromisoformat(f"2026-11-{text}").astimezone().timestamp()


class Rig:
    def __init__(self) -> None:
        self.text: str | OSError | ValueError = "School bus 3 is late."
        self.schedule = Schedule(SETTINGS, read=self._read)
        self.known: set[str] = set()

    def _read(self, file: Path) -> str:
        assert file == Path("daily.txt")
        if isinstance(self.text, str):
            return self.text
        raise self.text

    def due(self, when: str) -> list[RoundDue | Health]:
        found = list(self.schedule.due(at(when), self.known.__contains__))
        self.known |= {each.id for each in found if isinstance(each, RoundDue)}
        return found


def test_a_round_begins_at_its_time_once_and_for_all_posts() -> None:
    rig = Rig()
    assert rig.due("27 07:29:59") == []
    (begun,) = rig.due("27 07:30:03")
    assert isinstance(begun, RoundDue)
    assert (begun.id, begun.begins_at) == ("morning/2026-11-27T07:30:00", at("27 07:30"))
    assert (begun.plan.kind, begun.plan.posts) == (RoundKind.CHECK_IN, ("01", "02"))
    assert rig.due("27 07:30:08") == []


def test_a_round_that_the_station_slept_through_begins_while_it_can_still_be_answered() -> None:
    assert len(Rig().due("27 07:49")) == 1
    assert Rig().due("27 07:51") == []


@pytest.mark.parametrize(
    ("posts", "kinds", "all_of"),
    [
        ((), (), ("01", "02", "p")),
        (("p",), (), ("p",)),
        ((), ("school",), ("01", "02")),
        (("p", "02"), ("school",), ("p", "02", "01")),
    ],
)
def test_posts_are_asked_by_id_and_by_kind(
    posts: tuple[str, ...], kinds: tuple[str, ...], all_of: tuple[str, ...]
) -> None:
    known = [
        PostSettings(id=id_, name={"en": id_}, kind=kind)
        for id_, kind in (("01", "school"), ("02", "school"), ("p", "police"))
    ]
    assert asked(posts, kinds, known) == all_of


def test_a_clock_that_is_set_back_begins_no_round_again() -> None:
    rig = Rig()
    assert len(rig.due("27 07:30:05")) == 1
    assert rig.due("27 07:29") == []
    assert rig.due("27 07:30:05") == []


def test_nothing_happens_on_a_day_off() -> None:
    assert Rig().due("28 07:30:05") == []


def test_a_bulletin_says_what_its_file_says_when_it_is_time() -> None:
    due, health = Rig().due("27 16:00")
    assert isinstance(due, RoundDue)
    assert due.plan.say == {"zh": "School bus 3 is late."}
    assert isinstance(health, Health)
    assert (health.part, health.condition) == ("bulletin/daily", Condition.OK)


@pytest.mark.parametrize("wrong", [FileNotFoundError(2, "No such file"), ValueError("it is empty")])
def test_a_file_that_cannot_be_read_is_told_of_and_tried_again(wrong: OSError | ValueError) -> None:
    rig = Rig()
    rig.text = wrong
    (health,) = rig.due("27 16:00")
    assert isinstance(health, Health)
    assert health.condition is Condition.DEGRADED
    assert "daily.txt" in health.why
    rig.text = "At last."
    assert len(rig.due("27 16:05")) == 2
    assert rig.due("27 16:06") == []
