"""Figures: counts, times, rates and downtimes of hand-made data whose truth is known."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.events import Condition, IncidentState
from radiobridge.history.figures import CheckIns, Figures, PartFigures, Times, figures
from radiobridge.history.periods import PeriodKind, period_around
from radiobridge.history.records import CheckInRecord, CheckInState, Fault, IncidentRecord
from tests.history.builders import incident

DAY = period_around(PeriodKind.DAY, date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
"""25 hours long: 02:00 to 03:00 comes twice."""
START, END = DAY.start, DAY.end
HOUR = 3600.0


def of(*incidents: IncidentRecord) -> Figures:
    return figures(DAY, incidents, [], [], now=END)


def faults(*given: Fault, now: float = END) -> dict[str, PartFigures]:
    return dict(figures(DAY, [], [], given, now=now).parts)


def test_the_first_moment_counts_and_the_moment_after_the_last_does_not() -> None:
    assert of(incident(START - 0.001), incident(START), incident(END - 0.001), incident(END)).incidents == 2


def test_incidents_are_counted_by_type_post_and_hour_on_the_wall() -> None:
    found = of(
        incident(START + 2.5 * HOUR),
        incident(START + 3.5 * HOUR, type="fight"),
        incident(START + 4.5 * HOUR, post=None),
    )
    assert found.by_type == {"fire": 2, "fight": 1}
    assert found.by_post == {"03": 2, "": 1}
    assert found.by_hour == {2: 2, 3: 1}
    assert found.by_day == {"2026-10-25": 3}


def test_what_is_not_over_is_told() -> None:
    found = of(
        incident(START, closed_after=None), incident(START, state=IncidentState.ON_SCENE), incident(START)
    )
    assert (found.incidents, found.open) == (3, 2)


@pytest.mark.parametrize("status", ["Exercise", "Test"])
@pytest.mark.parametrize("state", IncidentState)
def test_drills_are_in_no_figure_but_their_own(status: str, state: IncidentState) -> None:
    drill = incident(START, status=status, state=state, acknowledged_after=12.0)
    found = of(drill)
    assert found.drills.count == found.drills.posts == found.drills.taken == 1
    assert found.drills.times.acknowledge == Times(1, 12.0, 12.0)
    real = incident(START + HOUR, acknowledged_after=30.0)
    with_drill, alone = of(real, drill), of(real)
    assert with_drill.drills.count == 1
    for name in ("incidents", "open", "false_alarms", "duplicates", "by_type", "by_post", "by_hour", "times"):
        assert getattr(with_drill, name) == getattr(alone, name)


def test_false_alarms_and_duplicates_are_counted_apart() -> None:
    found = of(
        incident(START, state=IncidentState.FALSE_ALARM, acknowledged_after=1.0),
        incident(START, state=IncidentState.DUPLICATE),
        incident(START, acknowledged_after=9.0),
    )
    assert (found.incidents, found.false_alarms, found.duplicates) == (1, 1, 1)
    assert found.times.acknowledge == Times(1, 9.0, 9.0)
    assert found.times.close.count == 1


def test_times_are_of_those_where_it_happened() -> None:
    found = of(
        incident(START, acknowledged_after=10.0, coming_after=20.0, arrived_after=200.0),
        incident(START, acknowledged_after=30.0, closed_after=None),
        incident(START, closed_after=None),
    ).times
    assert found.acknowledge == Times(2, 20.0, 28.0)
    assert found.respond == Times(1, 20.0, 20.0)
    assert found.arrive == Times(1, 200.0, 200.0)
    assert found.close == Times(1, 600.0, 600.0)


def test_a_clock_that_was_set_back_makes_no_negative_time() -> None:
    assert of(incident(START, acknowledged_after=-50.0)).times.acknowledge == Times(1, 0.0, 0.0)


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=40))
def test_median_and_p90_are_those_of_numpy(seconds: list[float | None]) -> None:
    there = [value for value in seconds if value is not None]
    found = Times.of(seconds)
    assert found.count == len(there)
    if there:
        assert found.median_s == pytest.approx(np.median(there))
        assert found.p90_s == pytest.approx(np.percentile(there, 90), rel=1e-6)
    else:
        assert found == Times()


def test_check_ins_are_counted_by_post_and_have_a_rate() -> None:
    states = [CheckInState.IN, CheckInState.IN, CheckInState.IN, CheckInState.LATE, CheckInState.MISSED]
    records = [
        CheckInRecord(post, "morning", START + number, state)
        for post in ("01", "02")
        for number, state in enumerate(states)
    ]
    outside = CheckInRecord("01", "morning", END, CheckInState.MISSED)
    found = figures(DAY, [], [*records, outside], [], now=END)
    assert found.check_ins == {"01": CheckIns(3, 1, 1), "02": CheckIns(3, 1, 1)}
    assert found.check_ins["01"].rate == 0.6
    assert (found.all_check_ins.due, found.all_check_ins.rate) == (10, 0.6)
    assert of().all_check_ins.rate is None


def test_faults_count_as_far_as_they_are_in_the_period() -> None:
    found = faults(
        Fault("police", Condition.FAILED, START - HOUR, START + HOUR),
        Fault("police", Condition.FAILED, END - HOUR, END + HOUR),
        Fault("police", Condition.DEGRADED, START + 5 * HOUR, START + 6 * HOUR),
        Fault("mqtt", Condition.DEGRADED, START - HOUR, END + HOUR),
    )
    assert found["police"] == PartFigures(2, 2 * HOUR, 1, HOUR)
    assert found["mqtt"] == PartFigures(0, 0, 1, 25 * HOUR)


def test_faults_of_other_periods_do_not_count() -> None:
    assert not faults(
        Fault("police", Condition.FAILED, START - HOUR, START), Fault("mqtt", Condition.FAILED, END, None)
    )


def test_a_fault_that_goes_on_lasts_until_now_and_not_beyond_the_period() -> None:
    going_on = Fault("police", Condition.FAILED, START)
    assert faults(going_on, now=START + 60)["police"].failed_s == 60
    assert faults(going_on, now=END + HOUR)["police"].failed_s == 25 * HOUR


def test_a_fault_that_was_over_at_once_is_one_fault() -> None:
    assert faults(Fault("police", Condition.FAILED, START, START))["police"] == PartFigures(1, 0.0, 0, 0.0)


@given(
    st.lists(
        st.tuples(st.floats(0, 40 * 86_400), st.sampled_from(["fire", "fight"]), st.booleans()), max_size=30
    )
)
def test_the_days_of_a_month_have_all_that_the_month_has(calls: list[tuple[float, str, bool]]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    month = period_around(PeriodKind.MONTH, date(2026, 10, 1), zone)
    incidents = [
        incident(month.start - 86_400 + at, type=kind, status="Exercise" if drill else "Actual")
        for at, kind, drill in calls
    ]
    whole = figures(month, incidents, [], [], now=month.end)
    parts = [
        figures(period_around(PeriodKind.DAY, day, zone), incidents, [], [], now=month.end)
        for day in month.days
    ]
    assert whole.incidents == sum(part.incidents for part in parts)
    assert whole.drills.count == sum(part.drills.count for part in parts)
    assert whole.by_type.get("fire", 0) == sum(part.by_type.get("fire", 0) for part in parts)
    assert sum(whole.by_hour.values()) == sum(whole.by_post.values()) == whole.incidents
