"""A year of 33 posts, lived through with a moved clock, that keeps its own account of what it did.

Alerts and actions go through the book of incidents, restarts included, into a journal on disk; check-ins and
faults into the history. The account is kept beside, in local time, and shares no code with the figures.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from radiobridge.dispatch.incidents.book import IncidentBook
from radiobridge.events import Act, ActionAsked, Condition, Health, Step, Who
from radiobridge.history.records import CheckInRecord, CheckInState
from radiobridge.history.store import History
from radiobridge.incident_journal import Entry, JournalFile
from radiobridge.settings import IncidentSettings
from tests.builders import Clock
from tests.dispatch.incidents.builders import alert, new_id

ZONE = ZoneInfo("Asia/Macau")
POSTS = [f"{number:02d}" for number in range(1, 34)]
STATION = "duty-room"
INCIDENTS, FALSE_ALARMS, DUPLICATES = 45, 4, 2
TYPES = {"intruder": 12, "fight": 14, "medical": 10, "fire": 4, "emergency": 5}
ROUNDS = {"morning": (7, 40), "evening": (17, 0)}


@dataclass
class Happened:
    """An incident or a drill as the simulation did it: local time, and seconds until each step."""

    at: datetime
    type: str
    post: str
    end: str = ""
    """`closed`, `false-alarm`, `duplicate`; empty: it is open still."""
    steps: dict[str, float] = field(default_factory=dict)


@dataclass
class Account:
    """All that the simulation did."""

    incidents: list[Happened] = field(default_factory=list)
    drills: list[Happened] = field(default_factory=list)
    check_ins: list[tuple[date, str, str]] = field(default_factory=list)
    """Day, post, state."""
    failures: list[tuple[str, datetime, datetime]] = field(default_factory=list)


def is_school_day(day: date) -> bool:
    """Monday to Friday, without the summer, New Year's weeks and the first week of October."""
    holidays = day.month in (7, 8) or (day.month, day.day) >= (12, 24) or (day.month == 10 and day.day < 8)
    return day.weekday() < 5 and not holidays


class SimulatedYear:
    """The year, in the state folder `folder`; `run()` lives through it."""

    def __init__(self, folder: Path, year: int, seed: int = 1) -> None:
        self.account = Account()
        self._random = random.Random(seed)
        self._year = year
        self._journal = JournalFile(folder / "incidents.db")
        self._history = History(f"sqlite:///{folder / 'history.db'}", STATION)
        self._clock = Clock(0)
        self._book = self._new_book()
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def run(self) -> Account:
        """All that happens, in its order."""
        self._plan()
        with self._history:
            while self._coming:
                self._clock.now, _, act = heapq.heappop(self._coming)
                act()
        return self.account

    def _plan(self) -> None:
        days = [date(self._year, 1, 1) + timedelta(n) for n in range(365 + (self._year % 4 == 0))]
        mondays = [day for day in days if day.weekday() == 0][:52]
        others = self._random.sample(
            [day for day in days if day.weekday() != 0], INCIDENTS + FALSE_ALARMS + DUPLICATES
        )
        ends = (
            ["closed"] * (INCIDENTS - 1) + [""] + ["false-alarm"] * FALSE_ALARMS + ["duplicate"] * DUPLICATES
        )
        kinds = [name for name, number in TYPES.items() for _ in range(number)]
        kinds += self._random.choices(list(TYPES), k=len(ends) - len(kinds))
        self._random.shuffle(ends)
        for day, end, kind in zip(others, ends, kinds, strict=True):
            self._at(self._moment(day), partial(self._incident, kind, end))
        for number, day in enumerate(mondays):
            at = datetime(day.year, day.month, day.day, 10, self._random.randrange(60), tzinfo=ZONE)
            self._at(at, partial(self._drill, POSTS[number % len(POSTS)]))
        for day in filter(is_school_day, days):
            for name, (hour, minute) in ROUNDS.items():
                due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
                self._at(due, partial(self._round, name, due))
        for day in self._random.sample(days, 6):
            self._at(self._moment(day), self._fail)
        for day in self._random.sample(days, 3):
            self._at(self._moment(day), self._restart)

    def _at(self, at: datetime | float, act: Callable[[], None]) -> None:
        seconds = at.timestamp() if isinstance(at, datetime) else at
        heapq.heappush(self._coming, (seconds, next(self._order), act))

    def _moment(self, day: date) -> datetime:
        """Mostly in school hours."""
        hour = self._random.choices(range(24), [1] * 7 + [8] * 12 + [2] * 5)[0]
        return datetime(
            day.year,
            day.month,
            day.day,
            hour,
            self._random.randrange(60),
            self._random.randrange(60),
            tzinfo=ZONE,
        )

    def _incident(self, kind: str, end: str) -> None:
        post = self._random.choice(POSTS)
        happened = Happened(self._now(), kind, post, end)
        self.account.incidents.append(happened)
        id_ = self._call(kind, post, "Actual")
        if self._random.random() < 0.2:
            self._at(self._clock.now + 30, lambda: self._write(self._called(kind, post, "Actual")))
        if not end:
            return
        after = 0.0
        for act, step, chance, mean_s in (
            (Act.ACKNOWLEDGE, "acknowledged", 0.9, 25.0),
            (Act.COME, "coming", 0.95, 40.0),
            (Act.ARRIVE, "arrived", 0.9, 240.0),
        ):
            if end != "closed" or self._random.random() > chance:
                continue
            after += round(1 + self._random.expovariate(1 / mean_s), 3)
            self._ask(id_, act, after)
            happened.steps[step] = after
            happened.steps.setdefault("acknowledged", after)
        after += round(60 + self._random.expovariate(1 / 900), 3)
        last = {"closed": Act.CLOSE, "false-alarm": Act.FALSE_ALARM, "duplicate": Act.DUPLICATE}[end]
        self._ask(id_, last, after)
        if end == "closed" and self._random.random() < 0.1:
            self._ask(id_, Act.REOPEN, after + 60)
            after += 200
            self._ask(id_, Act.CLOSE, after)
        happened.steps["closed"] = after

    def _drill(self, post: str) -> None:
        happened = Happened(self._now(), "fire", post, "closed")
        self.account.drills.append(happened)
        id_ = self._call("fire", post, "Exercise")
        after = 0.0
        if self._random.random() < 0.8:
            after = round(5 + self._random.expovariate(1 / 20), 3)
            self._ask(id_, Act.ACKNOWLEDGE, after)
            happened.steps["acknowledged"] = after
        happened.steps["closed"] = after + 600
        self._ask(id_, Act.CLOSE, after + 600)

    def _round(self, name: str, due: datetime) -> None:
        """Every post is to check in: some are late, which counts as missed until they come."""
        states = self._random.choices(list(CheckInState), [96, 3, 1], k=len(POSTS))
        at = due.timestamp()
        records = []
        for post, state in zip(POSTS, states, strict=True):
            self.account.check_ins.append((due.date(), post, state.value))
            if state is CheckInState.IN:
                records.append(CheckInRecord(post, name, at, state, at + self._random.uniform(0, 600)))
            else:
                records.append(CheckInRecord(post, name, at, CheckInState.MISSED))
        self._history.check_in(*records)
        late = [post for post, state in zip(POSTS, states, strict=True) if state is CheckInState.LATE]
        self._at(
            at + 3600,
            lambda: self._history.check_in(
                *(CheckInRecord(post, name, at, CheckInState.LATE, self._clock.now) for post in late)
            ),
        )

    def _fail(self) -> None:
        part = self._random.choice(["channel/police", "channel/guards", "mqtt"])
        hours = round(self._random.uniform(0.1, 60), 2)
        if any(name == part and end > self._now() for name, _, end in self.account.failures):
            return
        end = self._clock.now + hours * 3600
        self.account.failures.append((part, self._now(), datetime.fromtimestamp(end, ZONE)))
        self._history.health(Health(part, self._clock.now, Condition.FAILED, "it does not answer"))
        self._history.health(Health(part, self._clock.now, Condition.FAILED, "in other words"))
        self._at(end, lambda: self._history.health(Health(part, self._clock.now, Condition.OK)))

    def _restart(self) -> None:
        self._book = self._new_book()
        self._book.restore(self._journal.live(self._clock.now - 86_400))

    def _new_book(self) -> IncidentBook:
        return IncidentBook(IncidentSettings(), clock=self._clock, new_id=new_id)

    def _call(self, kind: str, post: str, status: str) -> str:
        step = self._called(kind, post, status)
        self._write(step)
        return step.incident

    def _called(self, kind: str, post: str, status: str) -> Step:
        return self._book.called(alert(kind, post, at=self._clock.now, status=status))

    def _ask(self, incident: str, act: Act, after_s: float) -> None:
        def ask() -> None:
            who = Who("Patrol 7", unit="1234", channel="police", by="dtmf")
            answer, step = self._book.asked(
                ActionAsked(new_id(), self._clock.now, act, None, who, incident=incident)
            )
            assert step, answer.why
            self._write(step)

        self._at(self._clock.now + after_s, ask)

    def _write(self, step: Step) -> None:
        self._journal.append([Entry(step)])

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now, ZONE)
