"""Drills: begun and ended, by whom and by the clock, what is an exercise then, and how it went."""

from __future__ import annotations

from datetime import datetime
from itertools import count

import pytest

from radiobridge.dispatch.desk import Desk
from radiobridge.dispatch.drills import BY_THE_CLOCK, DrillSwitch, report
from radiobridge.events import Act, Alert, Digit, Drill
from radiobridge.settings import CalendarSettings, DrillSettings, Settings
from tests.builders import phrase_heard
from tests.dispatch.incidents.builders import AT, Book

CODES = Settings.model_validate(
    {
        "channel": [{"name": "gate"}],
        "alert": {"real": {"in_drills": False}, "check": {"status": "Test"}},
        "code": [
            {"keys": "*1#", "alert": "fire", "reply": {"en": "Received.", "fr": "Reçu."}},
            {"keys": "*2#", "alert": "real", "reply": {"en": "Received."}},
            {"keys": "*3#", "alert": "check"},
        ],
    }
)


def switch(**settings: object) -> DrillSwitch:
    numbers = count()
    return DrillSwitch(
        DrillSettings.model_validate(settings), CalendarSettings(), new_id=lambda: f"D{next(numbers)}"
    )


def desk() -> Desk:
    numbers = count()
    return Desk(CODES, clock=lambda: AT, new_id=lambda: f"A{next(numbers)}")


def keyed(on: Desk, keys: str) -> Alert:
    heard = [made for key in keys for made in on.feed(Digit("gate", AT, key, 0.1, -15, 0, 30))]
    (alert,) = [made for made in heard if isinstance(made, Alert)]
    return alert


def test_it_goes_on_until_it_is_ended_or_its_time_is_up() -> None:
    drill = switch(minutes=30)
    assert drill.begin(AT, "Li").ends_at == AT + 1800
    assert drill.tick(AT + 1799) is None
    over = drill.tick(AT + 1800)
    assert over
    assert over.ended_at == AT + 1800
    assert drill.current is None
    assert drill.end(AT + 1801) is None
    drill.begin(AT + 2000, "Li", minutes=5)
    ended = drill.end(AT + 2060)
    assert ended
    assert (ended.begins_at, ended.ended_at) == (AT + 2000, AT + 2060)


def test_one_that_is_begun_again_is_the_same_and_lasts_longer() -> None:
    drill = switch(minutes=30)
    first = drill.begin(AT, "Li")
    again = drill.begin(AT + 600, "Wang")
    assert (again.id, again.by, again.begins_at, again.ends_at) == (first.id, "Li", AT, AT + 2400)


def test_a_clock_that_is_set_ends_it_rather_than_making_it_longer() -> None:
    for now in (AT - 3600, AT + 999_999):
        drill = switch()
        drill.begin(AT, "Li")
        assert drill.tick(now)
        assert drill.current is None


def test_by_the_clock_it_begins_once_and_not_again_when_somebody_ended_it() -> None:
    def at(text: str) -> float:
        return datetime.fromisoformat(f"2026-11-27 {text}").astimezone().timestamp()

    drill = switch(minutes=30, at=["10:00"], days=["fri"])
    assert drill.tick(at("09:59:59")) is None
    begun = drill.tick(at("10:00:04"))
    assert begun
    assert (begun.by, begun.begins_at, begun.ends_at) == (BY_THE_CLOCK, at("10:00"), at("10:30"))
    drill.end(at("10:05"))
    assert drill.tick(at("10:06")) is None
    after_restart = switch(minutes=30, at=["10:00"], days=["fri"])
    after_restart.restore(drill.last)
    assert after_restart.tick(at("10:07")) is None
    slept = switch(minutes=30, at=["10:00"], days=["fri"])
    assert slept.tick(at("10:29"))
    assert switch(minutes=30, at=["10:00"], days=["sat"]).tick(at("10:00:04")) is None


def test_what_is_keyed_in_it_is_an_exercise_and_told_so_unless_it_says_that_it_is_real() -> None:
    on = desk()
    assert keyed(on, "*1#").status == "Actual"
    on.drill(True)
    on.reload(CODES)
    fire = keyed(on, "*1#")
    assert (fire.status, fire.reply.text) == (
        "Exercise",
        {"en": "Exercise. Received.", "fr": "Exercise. Reçu."},
    )
    real = keyed(on, "*2#")
    assert (real.status, real.reply.text) == ("Actual", {"en": "Received."})
    assert keyed(on, "*3#").status == "Test"
    on.drill(False)
    assert keyed(on, "*1#").status == "Actual"


@pytest.mark.parametrize(("said", "status"), [(None, "Exercise"), ("Actual", "Actual")])
def test_whoever_says_that_it_is_real_is_believed(said: str | None, status: str) -> None:
    on = desk()
    on.drill(True)
    heard = phrase_heard()
    (alert,) = on.feed(
        type(heard)(
            heard.channel, heard.at, heard.id, heard.alert, {}, heard.language, heard.text, 0.99, status=said
        )
    )
    assert isinstance(alert, Alert)
    assert alert.status == status


def test_the_report_tells_of_the_incidents_of_the_drill_alone() -> None:
    book = Book()
    book.call("fire", "02")
    drill = Drill("D", AT, AT + 3600, "Li", ended_at=AT + 600)
    first = book.call("fire", "03", status="Exercise")
    book.call("fire", "04", status="Exercise")
    book.clock.now += 30
    book.ask(Act.ACKNOWLEDGE, first.number)
    book.clock.now += 30
    book.ask(Act.COME, first.number)
    book.clock.now += 60
    book.ask(Act.ARRIVE, first.number)
    book.clock.now += 600
    book.call("fire", "05", status="Exercise")
    told = report(drill, book.book.all)
    assert (told.incidents, told.posts, told.responders) == (2, ("03", "04"), ("12",))
    assert (told.acknowledged_s, told.coming_s, told.arrived_s, told.closed_s) == ((30,), (60,), (120,), ())
