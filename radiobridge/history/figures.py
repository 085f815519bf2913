"""The figures of a period, from what the history holds of it. Sans-IO.

Drills (status Exercise or Test), false alarms and duplicates are counted apart and are in no other figure.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from radiobridge.events import Condition, IncidentState
from radiobridge.history.periods import Period
from radiobridge.history.records import CheckInRecord, CheckInState, Fault, IncidentRecord

ACTUAL = "Actual"
HOURS = range(24)


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, where it happened: seconds."""

    count: int = 0
    median_s: float | None = None
    p90_s: float | None = None
    """Nine of ten were as quick; between two values in proportion, as spreadsheets do (PERCENTILE.INC)."""

    @classmethod
    def of(cls, seconds: Iterable[float | None]) -> Times:
        """Those of them that are there."""
        there = sorted(value for value in seconds if value is not None)
        if not there:
            return cls()
        one_only = len(there) == 1
        p90_s = there[0] if one_only else statistics.quantiles(there, n=10, method="inclusive")[-1]
        return cls(len(there), statistics.median(there), p90_s)


@dataclass(frozen=True, slots=True)
class Reactions:
    """How long people took, from the opening on."""

    acknowledge: Times = Times()
    respond: Times = Times()
    arrive: Times = Times()
    close: Times = Times()

    @classmethod
    def of(cls, incidents: Sequence[IncidentRecord]) -> Reactions:
        """To these incidents."""
        return cls(
            Times.of(_since_opening(each, each.acknowledged_at) for each in incidents),
            Times.of(_since_opening(each, each.coming_at) for each in incidents),
            Times.of(_since_opening(each, each.arrived_at) for each in incidents),
            Times.of(_since_opening(each, each.closed_at) for each in incidents),
        )


@dataclass(frozen=True, slots=True)
class Drills:
    """Exercises and tests."""

    count: int = 0
    posts: int = 0
    """How many different posts had one."""
    taken: int = 0
    """In how many somebody acknowledged, came or arrived."""
    times: Reactions = Reactions()


@dataclass(frozen=True, slots=True)
class CheckIns:
    """Check-ins that were due."""

    in_time: int = 0
    late: int = 0
    missed: int = 0

    @property
    def due(self) -> int:
        """All."""
        return self.in_time + self.late + self.missed

    @property
    def rate(self) -> float | None:
        """Which part came in time, 0 to 1; None where none was due."""
        return self.in_time / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class PartFigures:
    """How one part of the station was; faults that reach beyond the period count as far as they are in it."""

    failures: int = 0
    failed_s: float = 0.0
    degraded: int = 0
    degraded_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a period."""

    period: Period
    incidents: int = 0
    open: int = 0
    """How many of them are not over."""
    false_alarms: int = 0
    duplicates: int = 0
    by_type: Mapping[str, int] = field(default_factory=dict)
    by_post: Mapping[str, int] = field(default_factory=dict)
    """By the post's id; empty for those of no known post."""
    by_hour: Mapping[int, int] = field(default_factory=dict)
    """By the hour that the clock on the wall showed."""
    by_day: Mapping[str, int] = field(default_factory=dict)
    """By date, those days alone that had one."""
    times: Reactions = Reactions()
    drills: Drills = Drills()
    check_ins: Mapping[str, CheckIns] = field(default_factory=dict)
    """By post."""
    parts: Mapping[str, PartFigures] = field(default_factory=dict)

    @property
    def all_check_ins(self) -> CheckIns:
        """Of all posts together."""
        every = self.check_ins.values()
        return CheckIns(
            sum(each.in_time for each in every),
            sum(each.late for each in every),
            sum(each.missed for each in every),
        )


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period and of those it is compared with; None: the history does not go back so far."""

    now: Figures
    before: Figures | None
    year_before: Figures | None
    at: float
    """When it was made, UTC seconds."""
    begins: float | None = None
    """The time of the first thing in the history, UTC seconds."""


def figures(
    period: Period,
    incidents: Iterable[IncidentRecord],
    check_ins: Iterable[CheckInRecord],
    faults: Iterable[Fault],
    *,
    now: float,
) -> Figures:
    """The figures of what is given, as far as it is in the period; faults that go on last until `now`."""
    opened = [each for each in incidents if period.start <= each.opened_at < period.end]
    actual = [each for each in opened if each.status == ACTUAL]
    real = [each for each in actual if each.state not in (IncidentState.FALSE_ALARM, IncidentState.DUPLICATE)]
    states = Counter(each.state for each in actual)
    moments = [period.local(each.opened_at) for each in real]
    return Figures(
        period,
        incidents=len(real),
        open=sum(not each.state.is_over for each in real),
        false_alarms=states[IncidentState.FALSE_ALARM],
        duplicates=states[IncidentState.DUPLICATE],
        by_type=Counter(each.type for each in real),
        by_post=Counter(each.post or "" for each in real),
        by_hour=Counter(moment.hour for moment in moments),
        by_day=Counter(moment.date().isoformat() for moment in moments),
        times=Reactions.of(real),
        drills=_drills([each for each in opened if each.status != ACTUAL]),
        check_ins=_check_ins(each for each in check_ins if period.start <= each.due_at < period.end),
        parts=_parts(period, faults, now),
    )


def _since_opening(incident: IncidentRecord, at: float | None) -> float | None:
    # A clock that was set back between the two makes no negative time.
    return None if at is None else max(0.0, at - incident.opened_at)


def _drills(drills: list[IncidentRecord]) -> Drills:
    return Drills(
        len(drills),
        len({each.post for each in drills if each.post}),
        sum(each.acknowledged_at is not None for each in drills),
        Reactions.of(drills),
    )


def _check_ins(records: Iterable[CheckInRecord]) -> dict[str, CheckIns]:
    states: dict[str, Counter[CheckInState]] = {}
    for record in records:
        states.setdefault(record.post, Counter())[record.state] += 1
    return {
        post: CheckIns(found[CheckInState.IN], found[CheckInState.LATE], found[CheckInState.MISSED])
        for post, found in states.items()
    }


def _parts(period: Period, faults: Iterable[Fault], now: float) -> dict[str, PartFigures]:
    found: dict[str, list[tuple[Condition, float]]] = {}
    for fault in faults:
        end = now if fault.to_at is None else fault.to_at
        if fault.from_at < period.end and (end > period.start or fault.from_at >= period.start):
            seconds = max(0.0, min(end, period.end) - max(fault.from_at, period.start))
            found.setdefault(fault.part, []).append((fault.condition, seconds))
    return {part: _part(spells) for part, spells in found.items()}


def _part(spells: list[tuple[Condition, float]]) -> PartFigures:
    failed = [seconds for condition, seconds in spells if condition is Condition.FAILED]
    degraded = [seconds for condition, seconds in spells if condition is Condition.DEGRADED]
    return PartFigures(len(failed), sum(failed), len(degraded), sum(degraded))
