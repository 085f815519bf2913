"""How one part of the bus is, told once a change, so that a count that moves is no flood of events."""

from __future__ import annotations

from collections.abc import Callable

from radiobridge.events import Condition, Health

_REPEAT_S = 10.0
"""Least seconds between two events that differ in their words alone (a count in them)."""


class PartHealth:
    """The condition of one part; `on_health` gets an event when it changes."""

    def __init__(
        self,
        part: str,
        on_health: Callable[[Health], None],
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._part = part
        self._on_health = on_health
        self._clock = clock
        self._timer = timer
        self._last: tuple[Condition, str] | None = None
        self._why = ""
        self._told = 0.0

    def ok(self) -> None:
        """The part works."""
        self.say(Condition.OK)

    def say(self, condition: Condition, why: str = "", about: str = "") -> None:
        """The part is in this condition. `about` names the kind of trouble, if `why` has counts in it."""
        new = (condition, about or why)
        if new == self._last and (why == self._why or self._timer() - self._told < _REPEAT_S):
            return
        self._last, self._why, self._told = new, why, self._timer()
        self._on_health(Health(part=self._part, at=self._clock(), condition=condition, why=why))
