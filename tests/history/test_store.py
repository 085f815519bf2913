"""The history in SQLite and in a real PostgreSQL: it follows the journal, keeps, forgets and erases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from radiobridge.events import Act, Condition, Health, IncidentState, Step, StepKind
from radiobridge.history.erasure import ERASED, Person
from radiobridge.history.records import CheckInRecord, CheckInState, Fault
from radiobridge.history.store import History
from radiobridge.incident_journal import JournalFile
from tests.dispatch.incidents.builders import AT, Book, new_id
from tests.history.builders import LI, STATION, journal_in

DAY = 86_400.0
WHEN = (AT - DAY, AT + DAY)


def history(url: str, station: str = STATION) -> History:
    return History(url, station)


def story() -> tuple[Book, list[Step]]:
    """A fire that was called twice and closed by Sergeant Li, who came, and a fight that is open."""
    at = Book()
    fire, fight = at.call("fire"), at.call("fight", "05")
    at.clock.now += 10
    at.call("fire")
    for act in (Act.ACKNOWLEDGE, Act.COME, Act.ARRIVE, Act.CLOSE):
        at.clock.now += 10
        at.ask(act, fire.number, by="1234")
    steps = [*at.known(fire.id).log, *at.known(fight.id).log]
    return at, [replace(step, who=LI) if step.who.unit == "1234" else step for step in steps]


def test_an_incident_is_what_its_steps_made_of_it(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept:
        assert kept.take_over(journal_in(tmp_path, *steps, alert=b'{"callin": "01CALLIN"}')) == 2
        fire, fight = kept.incidents(*WHEN)
    assert (fire.type, fire.post, fire.channel, fire.severity, fire.status, fire.calls) == (
        "fire",
        "03",
        "gate",
        "Severe",
        "Actual",
        2,
    )
    times = (fire.opened_at, fire.acknowledged_at, fire.coming_at, fire.arrived_at, fire.closed_at)
    assert times == (AT, AT + 20, AT + 30, AT + 40, AT + 50)
    assert (fire.state, fire.caller_unit, fire.callin) == (IncidentState.CLOSED, "07", "01CALLIN")
    (came,) = fire.responders
    assert (came.name, came.unit, came.coming_at, came.arrived_at) == (
        "Sergeant Li",
        "1234",
        AT + 30,
        AT + 40,
    )
    assert (fight.state, fight.closed_at, fight.responders) == (IncidentState.OPEN, None, ())


def test_whoever_comes_or_arrives_without_a_word_has_taken_it(url: str, tmp_path: Path) -> None:
    at = Book()
    fire = at.call()
    at.clock.now += 90
    at.ask(Act.ARRIVE, fire.number)
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *at.known(fire.id).log))
        (found,) = kept.incidents(*WHEN)
    assert (found.acknowledged_at, found.coming_at, found.arrived_at) == (AT + 90, None, AT + 90)


def test_one_that_was_opened_again_has_no_end_until_its_next(url: str, tmp_path: Path) -> None:
    at = Book()
    fire = at.call()
    at.ask(Act.CLOSE, fire.number)
    at.clock.now += 60
    at.ask(Act.REOPEN, fire.number)
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *at.known(fire.id).log))
        (again,) = kept.incidents(*WHEN)
        at.clock.now += 60
        at.ask(Act.CLOSE, fire.number)
        kept.take_over(journal_in(tmp_path, *at.known(fire.id).log))
        (over,) = kept.incidents(*WHEN)
    assert (again.state, again.closed_at) == (IncidentState.OPEN, None)
    assert (over.state, over.closed_at) == (IncidentState.CLOSED, AT + 120)


def test_step_by_step_or_at_once_or_twice_the_journal_gives_the_same(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept:
        for step in steps:
            kept.take_over(journal_in(tmp_path, step))
        slowly = kept.incidents(*WHEN)
        assert kept.take_over(journal_in(tmp_path)) == 0
        assert kept.incidents(*WHEN) == slowly
    (tmp_path / "other").mkdir()
    with History(f"sqlite:///{tmp_path}/other/history.db", STATION) as anew:
        anew.take_over(JournalFile(tmp_path / "incidents.db"))
        assert anew.incidents(*WHEN) == slowly


def test_another_journal_in_the_same_place_is_read_from_its_beginning(url: str, tmp_path: Path) -> None:
    _, steps = story()
    at = Book()
    at.call("medical", "09")
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *steps))
        (tmp_path / "incidents.db").unlink()
        assert kept.take_over(JournalFile(tmp_path / "incidents.db")) == 0
        kept.take_over(journal_in(tmp_path, *at.book.open[0].log))
        assert [each.type for each in kept.incidents(*WHEN)] == ["fire", "fight", "medical"]


def test_steps_without_a_beginning_are_passed_over(url: str, tmp_path: Path) -> None:
    lost = Step(new_id(), "01LOST", AT, StepKind.CLOSED)
    with history(url) as kept:
        assert kept.take_over(journal_in(tmp_path, lost)) == 0


def test_names_may_have_any_characters(url: str, tmp_path: Path) -> None:
    _, steps = story()
    named = [replace(step, who=replace(step.who, name="李\0'; DROP TABLE incidents;--😀")) for step in steps]
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *named))
        kept.health(Health("mqtt", AT, Condition.FAILED, "\0"))
        assert kept.incidents(*WHEN)[0].caller_name == "李'; DROP TABLE incidents;--😀"
        assert kept.incidents(*WHEN)[0].responders[0].name == "李'; DROP TABLE incidents;--😀"


def test_stations_in_one_database_do_not_see_each_other(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept, history(url, "harbour") as other:
        kept.take_over(journal_in(tmp_path, *steps))
        kept.check_in(CheckInRecord("01", "morning", AT, CheckInState.IN, AT))
        kept.health(Health("mqtt", AT, Condition.FAILED))
        assert (other.incidents(*WHEN), other.check_ins(*WHEN), other.faults(*WHEN)) == ([], [], [])
        assert other.begins() is None
        assert (other.forget(AT + DAY), other.erase(Person(units=frozenset({"1234"})), AT, 0)) == (0, 0)
        assert (len(kept.incidents(*WHEN)), kept.begins()) == (2, AT)


def test_a_check_in_that_was_missed_and_came_is_late(url: str) -> None:
    missed = CheckInRecord("01", "morning", AT, CheckInState.MISSED)
    late = CheckInRecord("01", "morning", AT, CheckInState.LATE, AT + 900)
    others = [CheckInRecord(post, "morning", AT, CheckInState.IN, AT + 5) for post in ("02", "03")]
    with history(url) as kept:
        kept.check_in(missed, *others)
        kept.check_in(late)
        kept.check_in()
        assert kept.check_ins(*WHEN) == [late, *others]
        kept.check_in(missed, late)
        assert kept.check_ins(*WHEN) == [late, *others]


def test_the_bounds_of_a_time_are_its_beginning_and_not_its_end(url: str) -> None:
    with history(url) as kept:
        kept.check_in(*(CheckInRecord("01", "m", at, CheckInState.IN) for at in (AT - 1, AT, AT + 1, AT + 2)))
        assert [each.due_at for each in kept.check_ins(AT, AT + 2)] == [AT, AT + 1]


def test_a_fault_lasts_until_the_part_is_in_another_condition(url: str) -> None:
    with history(url) as kept:
        kept.health(Health("mqtt", AT, Condition.OK))
        kept.health(Health("mqtt", AT + 10, Condition.DEGRADED, "slow"))
        kept.health(Health("mqtt", AT + 20, Condition.DEGRADED, "slower"))
        kept.health(Health("mqtt", AT + 30, Condition.FAILED, "gone"))
        kept.health(Health("mqtt", AT + 50, Condition.OK))
        kept.health(Health("police", AT + 60, Condition.FAILED, "no sound"))
        assert kept.faults(*WHEN) == [
            Fault("mqtt", Condition.DEGRADED, AT + 10, AT + 30, "slow"),
            Fault("mqtt", Condition.FAILED, AT + 30, AT + 50, "gone"),
            Fault("police", Condition.FAILED, AT + 60, None, "no sound"),
        ]
        assert [each.part for each in kept.faults(AT + 50, AT + DAY)] == ["police"]


def test_faults_at_one_moment_and_a_clock_that_is_set_back_do_no_harm(url: str) -> None:
    with history(url) as kept:
        kept.health(Health("mqtt", AT, Condition.FAILED))
        kept.health(Health("mqtt", AT - 99, Condition.DEGRADED))
        kept.health(Health("mqtt", AT - 98, Condition.FAILED))
        kept.health(Health("mqtt", AT - 97, Condition.OK))
        assert kept.faults(*WHEN) == [Fault("mqtt", Condition.FAILED, AT, AT)]


def test_faults_from_before_a_start_end_with_it(url: str) -> None:
    with history(url) as kept:
        kept.health(Health("mqtt", AT, Condition.FAILED))
        kept.started(AT + 60)
        kept.health(Health("mqtt", AT + 61, Condition.FAILED))
        found = [(each.from_at, each.to_at) for each in kept.faults(*WHEN)]
        assert found == [(AT, AT + 60), (AT + 61, None)]


def test_what_is_too_old_is_forgotten_and_what_goes_on_stays(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *steps))
        kept.check_in(*(CheckInRecord("01", "m", at, CheckInState.IN) for at in (AT, AT + DAY / 2)))
        kept.health(Health("mqtt", AT, Condition.FAILED))
        kept.health(Health("mqtt", AT + 1, Condition.OK))
        kept.health(Health("police", AT, Condition.FAILED))
        assert kept.forget(AT + 60) == 3
        assert [each.type for each in kept.incidents(*WHEN)] == ["fight"]
        assert [each.due_at for each in kept.check_ins(*WHEN)] == [AT + DAY / 2]
        assert [each.part for each in kept.faults(*WHEN)] == ["police"]
        kept.take_over(JournalFile(tmp_path / "incidents.db"))
        assert len(kept.incidents(*WHEN)) == 1


@pytest.mark.parametrize(
    "person", [Person(units=frozenset({"1234"})), Person(names=frozenset({"Sergeant Li"}))]
)
def test_whoever_is_erased_is_named_no_more_and_the_journal_does_not_bring_him_back(
    url: str, tmp_path: Path, person: Person
) -> None:
    at, steps = story()
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *steps))
        assert kept.entries_of(person, AT + 99) == 1
        assert kept.erase(person, AT + 99, recordings=3) == 1
        (came,) = kept.incidents(*WHEN)[0].responders
        assert (came.name, came.unit, came.coming_at) == (ERASED, ERASED, AT + 30)
        assert kept.entries_of(person, AT + 99) == 0
        at.clock.now += 10
        fire = at.known(steps[0].incident)
        note = at.step_of(Act.NOTE, fire.number)
        assert note
        assert kept.take_over(journal_in(tmp_path, note)) == 1
        (came,) = kept.incidents(*WHEN)[0].responders
        assert (came.name, came.unit) == (ERASED, ERASED)


def test_a_caller_is_erased_by_his_call_in_or_his_radio(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept:
        kept.take_over(journal_in(tmp_path, *steps, alert=b'{"callin": "01CALLIN"}'))
        assert kept.callins_of(Person(units=frozenset({"07"}))) == {"01CALLIN"}
        assert kept.callins_of(Person(units=frozenset({"08"}))) == set()
        assert kept.erase(Person(callins=frozenset({"01CALLIN"})), AT + 99, 1) == 2
        assert {each.callin for each in kept.incidents(*WHEN)} == {ERASED}
        assert {each.caller_unit for each in kept.incidents(*WHEN)} == {ERASED}


def test_what_the_same_radio_does_later_is_not_erased(url: str, tmp_path: Path) -> None:
    _, steps = story()
    with history(url) as kept:
        kept.erase(Person(units=frozenset({"1234"})), AT - 1, 0)
        kept.take_over(journal_in(tmp_path, *steps))
        assert kept.incidents(*WHEN)[0].responders[0].name == "Sergeant Li"


def test_who_was_erased_does_not_stand_in_the_database(tmp_path: Path) -> None:
    _, steps = story()
    with History(f"sqlite:///{tmp_path}/history.db", STATION) as kept:
        kept.take_over(journal_in(tmp_path, *steps))
        kept.erase(Person(units=frozenset({"1234"}), names=frozenset({"Sergeant Li"})), AT + 99, 0)
    assert b"Sergeant Li" not in (tmp_path / "history.db").read_bytes()


def test_those_who_open_and_write_at_once_wait_for_each_other(url: str, tmp_path: Path) -> None:
    journal = journal_in(tmp_path, *story()[1])

    def write(number: int) -> None:
        with history(url) as kept:
            for minute in range(10):
                kept.check_in(CheckInRecord(f"{number}", "m", AT + minute, CheckInState.IN))
                kept.take_over(journal)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(write, number) for number in range(4)]:
            done.result()
    with history(url) as kept:
        assert (len(kept.check_ins(*WHEN)), len(kept.incidents(*WHEN))) == (40, 2)
