"""Rounds: posts that must be heard from by a time, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class RoundKind(StrEnum):
    """What a round is."""

    CHECK_IN = "check-in"
    BULLETIN = "bulletin"
    LONE_WORKER = "lone-worker"
    """Somebody alone, who must be heard from again in time; in place of posts it has him."""


class DutyState(StrEnum):
    """How it is with one post in one round."""

    WAITING = "waiting"
    IN = "in"
    """It was heard in time."""
    OVERDUE = "overdue"
    """The time is up; it is being reminded."""
    LATE = "late"
    """It was heard after its time."""
    MISSED = "missed"
    """It was not heard, and not after the last reminder either."""

    @property
    def is_heard(self) -> bool:
        """The post was heard from."""
        return self in (DutyState.IN, DutyState.LATE)


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """What a round asks for; times in seconds. `counts`: types of alert by which a post answers."""

    name: str
    kind: RoundKind
    posts: tuple[str, ...]
    counts: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    say: Mapping[str, str] = field(default_factory=dict)
    tones: str = ""
    notify: tuple[str, ...] = ()
    early_s: float = 0.0
    within_s: float = 900.0
    remind: Mapping[str, str] = field(default_factory=dict)
    remind_s: float = 300.0
    reminders: int = 0
    alert: str | None = None
    called: Mapping[str, str] = field(default_factory=dict)
    """How those are called that are no posts."""
    place: str | None = None
    """The post that somebody who is alone belongs to."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One post's part in a round; `at`: when it was heard, UTC seconds."""

    post: str
    state: DutyState = DutyState.WAITING
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """A round as it is now; `begins_at` UTC seconds."""

    id: str
    plan: RoundPlan
    begins_at: float
    duties: tuple[Duty, ...]
    reminded: int = 0
    """How often those who are missing were reminded."""
    is_over: bool = False
    """All were heard, or all reminders are over: late ones are still noted."""

    @property
    def due_at(self) -> float:
        """When all must have been heard."""
        return self.begins_at + self.plan.within_s

    def posts(self, *states: DutyState) -> tuple[str, ...]:
        """The posts in these states, in their order."""
        return tuple(duty.post for duty in self.duties if duty.state in states)
