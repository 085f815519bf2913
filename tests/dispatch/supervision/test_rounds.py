"""Rounds of check-ins and bulletins with a clock that is moved by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from radiobridge.dispatch.supervision.rounds import (
    ALERTS_OF_THEIR_OWN,
    AlertOfRound,
    RoundChanged,
    Rounds,
    RoundStep,
    SayInRound,
)
from radiobridge.events import Condition, DutyState, Health, Round, RoundKind, RoundPlan
from radiobridge.settings import PostSettings

AT = 1_795_619_400.0
IDS = tuple(f"{number:02}" for number in range(1, 34))
POSTS = {
    id_: PostSettings(id=id_, name={"en": f"School {int(id_)}", "zh": f"第{int(id_)}小学"}) for id_ in IDS
}
PLAN = RoundPlan(
    name="morning",
    kind=RoundKind.CHECK_IN,
    posts=IDS[:3],
    counts=("check-in",),
    channels=("gate",),
    say={"en": "All schools, please check in."},
    early_s=900,
    within_s=600,
    remind_s=300,
    reminders=2,
    alert="missed-check-in",
)


class Rig:
    def __init__(self, plan: RoundPlan = PLAN) -> None:
        self.plan = plan
        self.now = AT
        self.rounds = Rounds(POSTS)

    def begin(self, id_: str = "1", late_s: float = 0.0) -> list[RoundStep]:
        return self.rounds.begin(id_, self.plan, self.now - late_s, self.now)

    def hear(self, *posts: str, type_: str = "check-in") -> list[RoundStep]:
        return [step for post in posts for step in self.rounds.heard(type_, post, self.now)]

    def wait(self, seconds: float) -> list[RoundStep]:
        self.now += seconds
        return self.rounds.tick(self.now)

    @property
    def states(self) -> list[str]:
        (round_,) = self.rounds.latest()
        return [duty.state.value for duty in round_.duties]


def said(steps: list[RoundStep]) -> list[str]:
    return [step.what.text["en"] for step in steps if isinstance(step, SayInRound)]


def health(steps: list[RoundStep]) -> list[Health]:
    return [step for step in steps if isinstance(step, Health)]


def alerts(steps: list[RoundStep]) -> list[AlertOfRound]:
    return [step for step in steps if isinstance(step, AlertOfRound)]


def test_all_who_check_in_are_in_and_nobody_is_asked_again() -> None:
    rig = Rig()
    begun = rig.begin()
    assert said(begun) == ["All schools, please check in."]
    assert not health(begun)
    assert not health(rig.hear("01", "02"))
    assert rig.states == ["in", "in", "waiting"]
    rig.now += 500
    (well,) = health(rig.hear("03"))
    assert (well.part, well.condition) == ("check-in/morning", Condition.OK)
    assert rig.wait(86_400) == []


def test_those_who_are_missing_are_reminded_by_name_then_missed_and_told() -> None:
    rig = Rig()
    rig.begin()
    rig.hear("02")
    assert rig.wait(599) == []
    assert said(rig.wait(1)) == ["School 1, School 3: please check in."]
    assert rig.states == ["overdue", "in", "overdue"]
    assert rig.wait(299) == []
    rig.hear("03")
    assert said(rig.wait(1)) == ["School 1: please check in."]
    assert rig.states == ["overdue", "in", "late"]
    over = rig.wait(300)
    assert rig.states == ["missed", "in", "late"]
    (bad,) = health(over)
    assert bad.condition is Condition.DEGRADED
    assert "School 1" in bad.why
    (alert,) = alerts(over)
    assert (alert.type, alert.post, alert.channel) == ("missed-check-in", "01", "gate")
    assert alert.text["zh"] == "第1小学没有报到"
    assert rig.wait(300) == []


def test_a_post_that_was_missed_and_comes_at_last_is_late_and_well() -> None:
    rig = Rig()
    rig.begin()
    rig.hear("01", "02")
    rig.wait(600 + 2 * 300)
    (well,) = health(rig.hear("03"))
    assert well.condition is Condition.OK
    assert rig.states == ["in", "in", "late"]
    assert rig.hear("03") == []


def test_one_who_came_a_little_early_is_in_and_one_of_yesterday_is_not() -> None:
    rig = Rig()
    rig.hear("01")
    rig.now += 86_400
    rig.hear("02")
    rig.now += 900
    rig.begin()
    assert rig.states == ["waiting", "in", "waiting"]


def test_what_is_no_check_in_and_who_is_not_asked_do_not_count() -> None:
    rig = Rig()
    rig.begin()
    assert rig.hear("01", type_="fire") == []
    assert rig.hear("04") == []
    assert rig.states == ["waiting"] * 3


@pytest.mark.parametrize(
    ("missing", "posts"),
    [(ALERTS_OF_THEIR_OWN, [*IDS[:ALERTS_OF_THEIR_OWN]]), (ALERTS_OF_THEIR_OWN + 1, [None]), (33, [None])],
)
def test_many_who_are_missing_at_once_are_one_alert(missing: int, posts: list[str | None]) -> None:
    rig = Rig(replace(PLAN, posts=IDS))
    rig.begin()
    rig.hear(*IDS[missing:])
    raised = alerts(rig.wait(600 + 2 * 300))
    assert [alert.post for alert in raised] == posts
    if missing == len(IDS):
        assert raised[0].text["en"].endswith("School 8 and 25 more: no check-in")


def test_a_station_that_was_down_over_it_all_misses_nobody_who_came_and_tells_of_the_others() -> None:
    rig = Rig()
    rig.begin()
    rig.hear("01")
    (before,) = rig.rounds.latest()
    stored = TypeAdapter(Round).dump_json(before)
    rig.rounds = Rounds(POSTS)
    rig.rounds.restore([TypeAdapter(Round).validate_json(stored)], {})
    assert rig.rounds.is_known("1")
    over = rig.wait(5000)
    assert said(over) == []
    assert rig.states == ["in", "missed", "missed"]
    assert len(alerts(over)) == 2


def test_a_round_that_begins_late_says_its_call_while_there_is_time_to_answer() -> None:
    assert said(Rig().begin(late_s=599))
    assert not said(Rig().begin(late_s=600))


def test_a_reminder_after_a_pause_is_said_once() -> None:
    rig = Rig(replace(PLAN, reminders=5))
    rig.begin()
    assert len(said(rig.wait(600 + 3 * 300 + 10))) == 1
    assert said(rig.wait(289)) == []
    assert len(said(rig.wait(1))) == 1


def test_a_bulletin_is_repeated_to_those_who_do_not_confirm_it_and_its_list_stays() -> None:
    plan = replace(PLAN, kind=RoundKind.BULLETIN, name="missing-girl", alert=None, reminders=1, early_s=0.0)
    rig = Rig(plan)
    assert said(rig.begin()) == ["All schools, please check in."]
    rig.hear("01", "03")
    assert said(rig.wait(600)) == ["All schools, please check in.", "School 2: please check in."]
    over = rig.wait(300)
    assert rig.states == ["in", "missed", "in"]
    assert not alerts(over)
    assert not health(over)
    rig.hear("02")
    assert rig.states == ["in", "late", "in"]


def test_a_bulletin_that_nobody_confirms_is_repeated_as_often_as_it_says() -> None:
    plan = replace(PLAN, kind=RoundKind.BULLETIN, counts=(), reminders=2)
    rig = Rig(plan)
    times = len(said(rig.begin()))
    for _ in range(40):
        times += len(said(rig.wait(60)))
    assert times == 3
    assert rig.states == []


def test_rounds_of_the_past_are_forgotten_and_the_last_one_is_not() -> None:
    rig = Rig()
    for day in range(5):
        rig.begin(str(day))
        rig.hear(*PLAN.posts)
        rig.wait(86_400)
    assert not rig.rounds.is_known("0")
    rig.wait(10 * 86_400)
    assert [each.id for each in rig.rounds.latest()] == ["4"]


Happening = st.one_of(
    st.tuples(st.just("hear"), st.sampled_from(IDS[:3])), st.tuples(st.just("wait"), st.integers(1, 400))
)


@given(st.lists(Happening, max_size=40))
def test_whatever_happens_every_post_ends_heard_or_missed_and_as_it_was(
    happenings: list[tuple[str, Any]],
) -> None:
    rig = Rig()
    rig.begin()
    first: dict[str, float] = {}
    changes: list[Round] = []
    for what, which in [*happenings, ("wait", 2000)]:
        steps = rig.hear(which) if what == "hear" else rig.wait(which)
        if what == "hear":
            first.setdefault(which, rig.now - AT)
        changes += [step.round for step in steps if isinstance(step, RoundChanged)]
    (over,) = rig.rounds.latest()
    assert over.is_over
    for duty in over.duties:
        heard_s = first.get(duty.post)
        expected = DutyState.MISSED if heard_s is None else DutyState.IN if heard_s < 600 else DutyState.LATE
        assert duty.state is expected
    assert changes[-1] == over
