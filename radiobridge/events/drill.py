"""A drill: for a while every alert is an exercise."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill; times UTC seconds. `by`: who began it. `ended_at` is None while it goes on."""

    id: str
    begins_at: float
    ends_at: float
    """When it ends by itself."""
    by: str
    ended_at: float | None = None


@dataclass(frozen=True, slots=True)
class DrillReport:
    """How a drill went; times in seconds from the call, the longest last, of those that came to it."""

    drill: Drill
    incidents: int
    posts: tuple[str, ...]
    """Posts that called."""
    responders: tuple[str, ...]
    """Who came."""
    acknowledged_s: tuple[float, ...] = ()
    coming_s: tuple[float, ...] = ()
    arrived_s: tuple[float, ...] = ()
    closed_s: tuple[float, ...] = ()
