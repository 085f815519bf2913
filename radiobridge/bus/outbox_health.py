"""How the outbox is, in one sentence: a full disk is itself an alert."""

from __future__ import annotations

from collections.abc import Callable

from radiobridge.bus.part_health import PartHealth
from radiobridge.events import Condition, Health

_NEARLY_FULL = 0.8


class OutboxHealth:
    """Health events of the part `outbox`."""

    def __init__(
        self, on_health: Callable[[Health], None], clock: Callable[[], float], timer: Callable[[], float]
    ) -> None:
        self._part = PartHealth("outbox", on_health, clock, timer)

    def judge(self, *, trouble: str, held: int, refused: int, share: float, damage: str) -> None:
        """Told when it changed. `share`: of the size limit, taken by messages that wait."""
        if trouble:
            lost = f", {refused} were refused since the start" if refused else ""
            why = f"{trouble}. {held} messages are held in memory and sent from there{lost}"
            self._part.say(Condition.FAILED, why, about=f"{trouble}{bool(refused)}")
        elif share >= _NEARLY_FULL:
            why = (
                f"messages that could not be delivered fill {share:.0%} of the outbox: "
                "see why the broker or a receiver does not take them, or raise [outbox] max_mb"
            )
            self._part.say(Condition.DEGRADED, why, about="nearly full")
        elif damage:
            self._part.say(Condition.DEGRADED, damage)
        else:
            self._part.ok()
