"""The parts of a channel as one: a cable with sound card and PTT is missed once, and back once. Sans-IO.

Sound in, sound out and the radio notice a loss, and come back, a little one after another. What they say is
joined, and told when it has settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from radiobridge.events import Condition, Health
from radiobridge.health import is_worse

SETTLE_S = 3.0
"""Within so much of one another the parts of a cable are missed, and are back: an output that nothing is sent
to is asked every half second, a stalled sound card is given up after two."""

REASON_S = 60.0
"""What stays lost gives other reasons when it is tried again: one that lasts so long is told."""


class _Channel:
    """One channel's parts, that of the sound that comes in first."""

    def __init__(self, name: str, parts: Iterable[str]) -> None:
        self._name = name
        self._said: dict[str, Health | None] = dict.fromkeys(parts)
        self._told: Health | None = None
        self._worst: Health | None = None
        """The worst since something was told."""
        self.due: float | None = None
        """When what was said is told at the latest."""

    def report(self, health: Health, now: float) -> list[Health]:
        """What is to be told now that a part has said this."""
        before, self._said[health.part] = self._said[health.part], health
        joined = self._joined()
        if self._worst is None or not is_worse(self._worst.condition, joined.condition):
            self._worst = joined
        was = before.condition if before else None
        if was is health.condition is Condition.FAILED:
            return self._later(now + REASON_S)
        is_device = was is None or Condition.FAILED in (was, health.condition)
        if self._all_are(Condition.OK) or self._all_are(Condition.FAILED):
            return self.tell()
        return self._later(now + SETTLE_S) if is_device or self.due is not None else self.tell()

    def _later(self, at: float) -> list[Health]:
        self.due = at if self.due is None else min(self.due, at)
        return []

    def tell(self) -> list[Health]:
        """How it is now; and before it the worst that it was meanwhile, if that was never told."""
        told, worst, now = self._told, self._worst, self._joined()
        self._told, self._worst, self.due = now, None, None
        was_worse = worst is not None and is_worse(worst.condition, now.condition)
        if told and worst and was_worse and is_worse(worst.condition, told.condition):
            return [worst, now]
        return [now]

    def _all_are(self, condition: Condition) -> bool:
        return all(part and part.condition is condition for part in self._said.values())

    def _joined(self) -> Health:
        """Failed without sound that comes in, degraded without what sends."""
        said = [part for part in self._said.values() if part]
        bad = [part for part in said if part.condition is not Condition.OK]
        part = f"channel/{self._name}"
        if not bad:
            return Health(part, max(one.at for one in said), Condition.OK)
        hearing = next(iter(self._said.values()))
        reasons = [one.why for one in bad if one is hearing]
        if sending := [one.why for one in bad if one is not hearing]:
            reasons.append("it cannot send: " + "; ".join(dict.fromkeys(sending)))
        deaf = hearing is not None and hearing.condition is Condition.FAILED
        condition = Condition.FAILED if deaf else Condition.DEGRADED
        return Health(part, min(one.at for one in bad), condition, "; ".join(reasons))


class ChannelHealth:
    """All channels. `parts`: of each the names of its parts, that of the sound that comes in first.

    Times are monotonic seconds.
    """

    def __init__(self, parts: Mapping[str, Iterable[str]]) -> None:
        self._channels = {name: _Channel(name, names) for name, names in parts.items()}
        self._channel_of = {part: self._channels[name] for name, names in parts.items() for part in names}

    def report(self, health: Health, now: float) -> list[Health]:
        """What is to be told now that a part has said this; what concerns no channel is told as it is."""
        channel = self._channel_of.get(health.part)
        return channel.report(health, now) if channel else [health]

    def tick(self, now: float) -> list[Health]:
        """What is to be told at `now`; to be asked again at `next_at`."""
        due = [
            channel for channel in self._channels.values() if channel.due is not None and now >= channel.due
        ]
        return [health for channel in due for health in channel.tell()]

    @property
    def next_at(self) -> float | None:
        """When `tick` is to be asked again; None: after the next report."""
        return min((c.due for c in self._channels.values() if c.due is not None), default=None)
