"""What the history keeps, as it goes in and comes out. All times are UTC seconds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiobridge.events import Condition, IncidentState


@dataclass(frozen=True, slots=True)
class ResponderRecord:
    """Somebody who came to an incident; no `coming_at`: he was there without having said that he comes."""

    name: str
    unit: str | None
    coming_at: float | None
    arrived_at: float | None


@dataclass(frozen=True, slots=True)
class IncidentRecord:
    """An incident as far as it went; a time is None where that did not happen."""

    id: str
    number: int
    type: str
    post: str | None
    channel: str
    severity: str
    status: str
    """`Actual`, `Exercise` or `Test`."""
    state: IncidentState
    calls: int
    opened_at: float
    acknowledged_at: float | None = None
    """When the first person took it, said that he comes, or arrived."""
    coming_at: float | None = None
    arrived_at: float | None = None
    closed_at: float | None = None
    """Its last end; None while it is open, again too."""
    caller_name: str = ""
    caller_unit: str | None = None
    callin: str | None = None
    """The call-in that opened it, which is also the name of its recording."""
    responders: tuple[ResponderRecord, ...] = ()


class CheckInState(StrEnum):
    """What became of a check-in that was due."""

    IN = "in"
    """In time."""
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class CheckInRecord:
    """A check-in that was due; the same `post`, `kind` and `due_at` again replaces it: missed, then late."""

    post: str
    kind: str
    """Such as `morning`; what the settings call it."""
    due_at: float
    state: CheckInState
    at: float | None = None
    """When it came; None: it did not."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A time in which a part was degraded or failed; `to_at` is None while it still is."""

    part: str
    condition: Condition
    from_at: float
    to_at: float | None = None
    why: str = ""
