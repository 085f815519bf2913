"""Who is called when an incident opens, and who next."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import pytest

from radiobridge.dispatch.incidents.call_outs import CallOut, CallOuts
from radiobridge.dispatch.incidents.called_posts import PostsToCall
from radiobridge.dispatch.incidents.sirens import Sirens
from radiobridge.events import Act, Incident, Step, StepKind
from radiobridge.settings import CalendarSettings, ResponseSettings, Settings
from tests.builders import Clock
from tests.dispatch.incidents.builders import AT, Book, new_id

NO_POSTS = PostsToCall(Settings())

RULE = {
    "alerts": ["fire"],
    "stage": [
        {"channels": ["police"]},
        {"after_s": 60, "channels": ["police", "guards"], "siren": "yard"},
        {"after_s": 180, "channels": ["town"], "repeat_s": 30, "times": 3},
    ],
}


class Rig:
    """Calls to respond for the incidents of a book; both clocks move together."""

    def __init__(self, *rules: dict[str, Any], calendar: dict[str, Any] | None = None) -> None:
        self.calendar = CalendarSettings.model_validate(calendar or {})
        self.at = Book()
        self.timer = Clock(500.0)
        self.rules = [ResponseSettings.model_validate(rule) for rule in rules or (RULE,)]
        self.call_outs = CallOuts(self.rules, self.calendar, NO_POSTS, clock=self.at.clock, timer=self.timer)

    def call(self, kind: str = "fire", post: str = "03") -> Incident:
        incident = self.at.call(kind, post)
        self.call_outs.feed(incident)
        return incident

    def due(self) -> list[tuple[int, int]]:
        """The stages that are called now, each with how often it was; the log has them as well."""
        return [self._logged(call) for call in self.call_outs.due()]

    def _logged(self, call: CallOut) -> tuple[int, int]:
        step = Step(
            new_id(),
            call.incident.id,
            self.at.clock.now,
            StepKind.CALLED_OUT,
            stage=call.stage,
            siren=call.settings.siren,
        )
        self.at.book.take(step)
        self.call_outs.feed(self.at.known(call.incident.id))
        return call.stage, call.time

    def wait(self, seconds: float) -> list[tuple[int, int]]:
        self.at.clock.now += seconds
        self.timer.now += seconds
        return self.due()

    def act(self, act: Act, number: int) -> None:
        incident = self.at.ask(act, number).incident
        assert incident
        self.call_outs.feed(incident)

    def after_restart(self, down_s: float) -> None:
        """Everything but the incidents is new, and its timer began anew."""
        self.at.clock.now += down_s
        self.timer = Clock(7.0)
        self.call_outs = CallOuts(self.rules, self.calendar, NO_POSTS, clock=self.at.clock, timer=self.timer)
        for incident in self.at.book.open:
            self.call_outs.feed(incident)


def test_the_first_stage_is_called_at_once_and_each_once() -> None:
    rig = Rig()
    rig.call()
    assert rig.due() == [(0, 1)]
    assert rig.due() == []
    assert rig.call_outs.next_at == 560.0


def test_while_nobody_takes_it_the_next_ones_are_called_and_again() -> None:
    rig = Rig()
    rig.call()
    rig.due()
    assert rig.wait(59) == []
    assert rig.wait(1) == [(1, 1)]
    assert rig.wait(120) == [(2, 1)]
    assert rig.wait(30) == [(2, 2)]
    assert rig.wait(30) == [(2, 3)]
    assert rig.wait(3600) == []
    assert rig.call_outs.next_at is None


@pytest.mark.parametrize("act", [Act.ACKNOWLEDGE, Act.COME, Act.ARRIVE, Act.CLOSE, Act.FALSE_ALARM])
def test_whoever_takes_it_ends_the_calls_at_once(act: Act) -> None:
    rig = Rig()
    number = rig.call().number
    rig.due()
    rig.act(act, number)
    assert rig.wait(3600) == []


def test_an_incident_that_no_rule_fits_is_not_called_out() -> None:
    rig = Rig(RULE | {"posts": ["04"]})
    rig.call("fire", "03")
    rig.call("fight", "04")
    assert rig.due() == []
    rig.call("fire", "04")
    assert rig.due() == [(0, 1)]


def test_the_first_rule_that_fits_counts() -> None:
    rig = Rig(RULE, {"stage": [{"channels": ["town"]}]})
    rig.call("fire")
    rig.call("fight")
    assert [call.settings.channels for call in rig.call_outs.due()] == [("police",), ("town",)]


def test_after_a_restart_it_goes_on_where_it_was() -> None:
    rig = Rig()
    rig.call()
    rig.due()
    rig.wait(50)
    rig.after_restart(down_s=4)
    assert rig.due() == []
    assert rig.wait(6) == [(1, 1)]
    rig.after_restart(down_s=500)
    assert rig.due() == [(2, 1)]
    rig.after_restart(down_s=10)
    assert rig.due() == []
    assert rig.wait(20) == [(2, 2)]


def test_a_clock_that_is_set_back_puts_no_call_off() -> None:
    rig = Rig()
    rig.call()
    rig.due()
    rig.at.clock.now -= 86_400
    assert rig.wait(60) == [(1, 1)]
    rig.after_restart(down_s=0)
    assert rig.wait(180) == [(2, 1)]


def test_what_is_opened_again_is_called_anew_if_nobody_had_taken_it() -> None:
    rig = Rig()
    number = rig.call().number
    rig.due()
    rig.act(Act.FALSE_ALARM, number)
    rig.wait(100)
    rig.act(Act.REOPEN, number)
    assert rig.due() == [(0, 1)]
    assert rig.wait(60) == [(1, 1)]


def test_a_reload_goes_on_by_the_new_rules_and_calls_nothing_twice() -> None:
    rig = Rig()
    rig.call()
    rig.due()
    rig.wait(30)
    new = RULE | {"stage": [{"channels": ["police"]}, {"after_s": 20, "channels": ["all"]}]}
    rig.call_outs.reload([ResponseSettings.model_validate(new)], rig.calendar, NO_POSTS, rig.at.book.open)
    assert rig.due() == [(1, 1)]


def test_a_rule_holds_in_its_hours_and_the_next_one_in_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    by_day = {"hours": ["school"], "stage": [{"channels": ["yard"]}]}
    quiet = {"stage": [{"siren": "police"}]}
    calendar = {"days_off": ["2026-11-26"], "hours": {"school": {"begin": "07:00", "end": "18:00"}}}
    rig = Rig(by_day, quiet, calendar=calendar)
    for hour, called in ((6, "police"), (7, "yard"), (17, "yard"), (18, "police")):
        rig.at.clock.now = datetime(2026, 11, 25, hour, 30).astimezone().timestamp()
        incident = rig.call(post=str(hour))
        (call,) = [call for call in rig.call_outs.due() if call.incident.id == incident.id]
        assert (call.settings.siren or call.settings.channels[0]) == called


@pytest.mark.parametrize(("down_s", "again"), [(20, [(0, 2)]), (59, [(0, 2)]), (61, [(1, 1)])])
def test_a_call_that_the_crash_may_have_swallowed_is_made_once_more(
    down_s: float, again: list[tuple[int, int]]
) -> None:
    rig = Rig()
    rig.call()
    assert rig.due() == [(0, 1)]
    rig.after_restart(down_s)
    for incident in rig.at.book.open:
        rig.call_outs.restore(incident)
    assert rig.due() == again
    assert rig.due() == []


def test_a_siren_sounds_from_its_stage_until_somebody_takes_every_incident_that_wants_it() -> None:
    rig, sirens = Rig(), Sirens()
    first, second = rig.call("fire", "03"), rig.call("fire", "04")
    rig.due()
    assert sirens.feed(rig.at.known(first.id)) == {}
    rig.wait(60)
    assert sirens.feed(rig.at.known(first.id)) == {"yard": (first.id,)}
    assert sirens.feed(rig.at.known(first.id)) == {}
    assert sirens.feed(rig.at.known(second.id)) == {"yard": (first.id, second.id)}
    rig.act(Act.COME, first.number)
    assert sirens.feed(rig.at.known(first.id)) == {"yard": (second.id,)}
    rig.act(Act.CLOSE, second.number)
    assert sirens.feed(rig.at.known(second.id)) == {"yard": ()}
    assert sirens.all(rig.rules) == {"yard": ()}


def test_times_are_those_of_the_incident_not_of_the_rule() -> None:
    rig = Rig()
    rig.at.clock.now = AT
    rig.at.call()
    rig.at.clock.now += 100
    for incident in rig.at.book.open:
        rig.call_outs.feed(incident)
    assert rig.due() == [(0, 1), (1, 1)]
