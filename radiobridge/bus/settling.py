"""Messages that the broker has acknowledged, until it was seen alive some seconds after that.

A broker answers before it writes: mosquitto with `autosave_on_changes`, killed 20 times under the load of
bench.durability, lost 3 of 2,500 acknowledged messages, in each of two runs. So what it acknowledged just
before a connection ended is given again. Sans-IO; times are seconds of a clock that only moves forward.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import takewhile

SETTLES_S = 2.0
"""Brokers that write at each change do so sooner: mosquitto within 0.03 s with 5,000 alerts waiting."""


class Settling:
    """Used by the outbox; messages are known by their numbers on disk."""

    def __init__(self, timer: Callable[[], float], clock: Callable[[], float]) -> None:
        self._timer = timer
        self._clock = clock
        self._acknowledged: dict[int, float] = {}
        self.unwritten: dict[int, float | None] = {}
        """When which message was acknowledged, UTC seconds, or None if not, as the disk has yet to learn."""

    def __len__(self) -> int:
        return len(self._acknowledged)

    def __iter__(self) -> Iterator[int]:
        return iter(self._acknowledged)

    def acknowledged(self, seq: int) -> None:
        """The broker took the message over just now."""
        self._acknowledged.pop(seq, None)
        self._acknowledged[seq] = self._timer()
        self.unwritten[seq] = self._clock()

    def settled(self, after_s: float = SETTLES_S) -> list[int]:
        """The broker lives: these it acknowledged `after_s` ago or earlier, and they have arrived."""
        before = self._timer() - after_s
        seqs = list(takewhile(lambda seq: self._acknowledged[seq] <= before, self._acknowledged))
        for seq in seqs:
            del self._acknowledged[seq]
        return seqs

    def forget(self) -> None:
        """The connection ended: what has not settled may be lost."""
        self.unwritten.update(dict.fromkeys(self._acknowledged))
        self._acknowledged.clear()
