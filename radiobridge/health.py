"""The condition of every part of the station, and the worst of them. Sans-IO."""

from __future__ import annotations

from dataclasses import replace

from radiobridge.events import Condition, Health

_ORDER = (Condition.OK, Condition.DEGRADED, Condition.FAILED)


def is_worse(one: Condition, other: Condition) -> bool:
    """Whether the one is worse than the other."""
    return _ORDER.index(one) > _ORDER.index(other)


class HealthBook:
    """Keeps the last report of each part; `since` of a condition is its first report in a row."""

    def __init__(self) -> None:
        self._parts: dict[str, Health] = {}

    def report(self, health: Health) -> Health | None:
        """What to publish: `health` with the time its condition began, or None when nothing is new."""
        before = self._parts.get(health.part)
        if before and before.condition is health.condition:
            if before.why == health.why:
                return None
            health = replace(health, at=before.at)
        self._parts[health.part] = health
        return health

    @property
    def worst(self) -> Condition:
        """The worst condition of all parts; ok when none has reported."""
        return max((h.condition for h in self._parts.values()), key=_ORDER.index, default=Condition.OK)

    def not_ok(self) -> list[Health]:
        """The parts that are degraded or failed, the worst first."""
        bad = [h for h in self._parts.values() if h.condition is not Condition.OK]
        return sorted(bad, key=lambda h: (-_ORDER.index(h.condition), h.part))
