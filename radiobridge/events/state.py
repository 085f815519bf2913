"""How the parts of the station are, and what its channels do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """How one part of the station is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """The condition of one part (`channel/<name>`, `outbox`, `mqtt`, `speech/<language>` …)."""

    part: str
    at: float
    condition: Condition
    why: str = ""


class Activity(StrEnum):
    """What a channel is doing."""

    IDLE = "idle"
    RECEIVING = "receiving"
    TRANSMITTING = "transmitting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The channel's activity changed, or its level was measured anew."""

    channel: str
    at: float
    activity: Activity
    level_dbfs: float | None
    last_heard_at: float | None
