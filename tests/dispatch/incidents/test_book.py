"""Which alert belongs to which incident, and what people may do about one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from radiobridge.dispatch.incidents.words import LANGUAGES, Refusal
from radiobridge.events import Act, IncidentState, StepKind, incidents_of
from tests.dispatch.incidents.builders import AT, Book, asked

TAKES = [
    (Act.ACKNOWLEDGE, IncidentState.ACKNOWLEDGED),
    (Act.COME, IncidentState.RESPONDING),
    (Act.ARRIVE, IncidentState.ON_SCENE),
    (Act.CLOSE, IncidentState.CLOSED),
    (Act.FALSE_ALARM, IncidentState.FALSE_ALARM),
    (Act.DUPLICATE, IncidentState.DUPLICATE),
]


def test_the_first_alert_opens_an_incident_with_its_number_words_and_place() -> None:
    incident = Book().call("fire", "03")
    assert (incident.number, incident.state, incident.calls) == (1, IncidentState.OPEN, 1)
    assert (incident.opening.type, incident.opening.post) == ("fire", "03")
    assert incident.opening.text["en"] == "fire at School 03"
    assert [step.kind for step in incident.log] == [StepKind.OPENED]


def test_the_same_alert_from_the_same_post_is_counted_in_the_open_incident() -> None:
    at = Book()
    first = at.call()
    at.clock.now += 60
    again = at.call()
    assert (again.id, again.calls, again.last_call_at) == (first.id, 2, AT + 60)
    assert again.log[-1].kind is StepKind.CALLED_AGAIN
    assert again.log[-1].alert


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "fight"},
        {"post": "04"},
        {"status": "Exercise"},
        {"post": None},
    ],
)
def test_another_kind_post_or_a_drill_is_another_incident(other: dict[str, str]) -> None:
    at = Book()
    first = at.call()
    assert at.call(**other).id != first.id


def test_without_a_post_the_channel_is_the_place() -> None:
    at = Book()
    first = at.call(post=None, channel="gate")
    assert at.call(post=None, channel="gate").id == first.id
    assert at.call(post=None, channel="yard").id != first.id


def test_after_a_while_or_its_end_the_same_alert_opens_a_new_one() -> None:
    at = Book(join_s=600)
    first = at.call()
    at.clock.now += 601
    second = at.call()
    assert second.id != first.id
    at.ask(Act.CLOSE, second.number)
    assert at.call().id not in (first.id, second.id)


def test_a_clock_that_is_set_back_opens_no_second_incident() -> None:
    at = Book()
    first = at.call()
    at.clock.now -= 86_400
    assert at.call().id == first.id


@pytest.mark.parametrize(("act", "state"), TAKES)
def test_each_act_brings_the_incident_into_its_state_with_who_and_when(
    act: Act, state: IncidentState
) -> None:
    at = Book()
    number = at.call().number
    at.clock.now += 30
    answered = at.ask(act, number, by="12")
    assert answered.done
    assert answered.incident
    assert (answered.incident.state, answered.incident.changed_at) == (state, AT + 30)
    step = answered.incident.log[-1]
    assert (step.who.unit, step.at) == ("12", AT + 30)
    assert set(answered.text) == set(LANGUAGES)
    assert all(str(number) in text for text in answered.text.values())


def test_nobodys_late_key_takes_an_incident_back() -> None:
    at = Book()
    number = at.call().number
    at.ask(Act.ARRIVE, number, by="12")
    answered = at.ask(Act.COME, number, by="13")
    assert answered.incident
    assert answered.incident.state is IncidentState.ON_SCENE
    assert [responder.who.unit for responder in answered.incident.responders] == ["12", "13"]


def test_who_comes_and_arrives_is_one_responder() -> None:
    at = Book()
    number = at.call().number
    at.ask(Act.COME, number)
    at.clock.now += 240
    answered = at.ask(Act.ARRIVE, number)
    assert answered.incident
    (responder,) = answered.incident.responders
    assert (responder.coming_at, responder.arrived_at) == (AT, AT + 240)


def test_without_a_number_the_only_open_incident_is_meant() -> None:
    at = Book()
    at.ask(Act.CLOSE, at.call("fight").number)
    incident = at.call("fire")
    answered = at.ask(Act.ACKNOWLEDGE)
    assert answered.incident
    assert answered.incident.id == incident.id


def test_without_a_number_nobody_guesses_which_of_two_is_meant() -> None:
    at = Book()
    at.call("fire")
    at.call("fight")
    answered = at.ask(Act.CLOSE)
    assert (answered.done, answered.why) == (False, Refusal.WHICH)
    assert "Open: 1, 2." in answered.text["en"]


def test_without_an_incident_there_is_nothing_to_do() -> None:
    assert Book().ask(Act.COME).why == Refusal.NONE_OPEN


def test_a_number_that_nobody_has_is_said_to_be_none() -> None:
    at = Book()
    at.call()
    answered = at.ask(Act.CLOSE, 47)
    assert answered.why == Refusal.UNKNOWN
    assert "47" in answered.text["en"]
    assert "47" in answered.text["zh"]


def test_of_two_who_close_at_once_the_second_hears_that_it_is_closed() -> None:
    at = Book()
    number = at.call().number
    assert at.ask(Act.CLOSE, number, by="12").done
    late = at.ask(Act.FALSE_ALARM, number, by="13")
    assert (late.done, late.why) == (False, Refusal.OVER)
    assert late.text["en"] == f"Incident {number} is over: closed."
    assert late.incident
    assert late.incident.state is IncidentState.CLOSED


def test_what_was_said_unclearly_is_not_acted_on() -> None:
    at = Book()
    number = at.call().number
    answered, step = at.book.asked(replace(asked(Act.CLOSE, number), sure=False))
    assert (answered.why, step) == (Refusal.UNSURE, None)


def test_a_mistake_is_undone_by_opening_it_again() -> None:
    at = Book(reopen_s=3600)
    number = at.call().number
    at.ask(Act.COME, number)
    assert at.ask(Act.REOPEN, number).why == Refusal.NOT_OVER
    at.ask(Act.CLOSE, number)
    assert at.ask(Act.REOPEN).why == Refusal.WHICH
    answered = at.ask(Act.REOPEN, number)
    assert answered.incident
    assert answered.incident.state is IncidentState.RESPONDING
    at.ask(Act.CLOSE, number)
    at.clock.now += 3601
    assert at.ask(Act.REOPEN, number).why == Refusal.TOO_LATE


def test_a_duplicate_names_the_other_one() -> None:
    at = Book()
    first, second = at.call("fire").number, at.call("fight").number
    assert at.ask(Act.DUPLICATE, second, note="09").why == Refusal.UNKNOWN
    assert at.ask(Act.DUPLICATE, second, note=str(second)).why == Refusal.UNKNOWN
    answered = at.ask(Act.DUPLICATE, second, note=f"0{first}")
    assert answered.done


def test_a_remark_may_follow_after_the_end() -> None:
    at = Book()
    number = at.call().number
    at.ask(Act.CLOSE, number)
    answered = at.ask(Act.NOTE, number, note="a parent")
    assert answered.incident
    assert (answered.incident.state, answered.incident.log[-1].text) == (IncidentState.CLOSED, "a parent")


def test_a_number_is_not_used_again_while_somebody_may_mean_the_old_one() -> None:
    at = Book(number_digits=1, reopen_s=600)
    first = at.call(post="1")
    at.ask(Act.CLOSE, first.number)
    numbers = [at.call(post=str(post)).number for post in range(2, 12)]
    assert numbers == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    at.clock.now += 601
    assert at.call(post="12").number == 1


def test_of_two_with_one_number_the_open_one_is_meant() -> None:
    at = Book(number_digits=1, reopen_s=0)
    old = at.call(post="1")
    at.ask(Act.CLOSE, old.number)
    at.clock.now += 1
    others = [at.call(post=str(post)) for post in range(2, 11)]
    new = next(each for each in others if each.number == old.number)
    answered = at.ask(Act.COME, old.number)
    assert answered.incident
    assert answered.incident.id == new.id


def test_a_book_that_is_restored_from_its_steps_is_the_same() -> None:
    at = Book()
    first, second = at.call("fire"), at.call("fight")
    at.call("fire")
    at.ask(Act.COME, first.number)
    at.ask(Act.CLOSE, second.number)
    live = [at.known(first.id), at.known(second.id)]
    after = Book()
    after.book.restore(incidents_of(step for incident in live for step in incident.log))
    assert [after.known(each.id) for each in live] == live
    assert after.call("theft").number == 3


def test_incidents_that_are_long_over_are_forgotten_and_open_ones_never() -> None:
    at = Book()
    over, stays = at.call("fire"), at.call("fight")
    at.ask(Act.CLOSE, over.number)
    at.clock.now += 30 * 86_400
    at.call("theft")
    assert at.book.get(over.id) is None
    assert at.book.get(stays.id) is not None
