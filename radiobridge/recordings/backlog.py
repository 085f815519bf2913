"""What channels have handed over and the disk does not have yet: bounded, and nobody ever waits for it."""

from __future__ import annotations

import threading
from typing import TypeAlias

from radiobridge.events import Signal, TransmissionAudio, TransmissionEnded
from radiobridge.recordings.spool import Spool

MOST_BYTES = 32_000_000
"""Half a minute of 16 channels, as float32 at 16 kHz: a slow memory card pauses for some seconds."""
_ITEM_BYTES = 500
"""What an item counts beside its sound."""

Item: TypeAlias = TransmissionAudio | Signal | TransmissionEnded | int
"""A number stands for so many frames of sound that were left out."""


class Backlog:
    """Filled by many threads, emptied by one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._items: list[tuple[Spool, Item]] = []
        self._bytes = 0
        self._left_out: dict[str, int] = {}

    @property
    def is_full(self) -> bool:
        """Whether sound that is offered now will be left out."""
        return self._bytes >= MOST_BYTES

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be taken."""
        return not self._items

    def add(self, spool: Spool, item: Item) -> bool:
        """True when it will be written; sound that is not taken leaves a gap, the end is always taken."""
        with self._lock:
            is_end = isinstance(item, TransmissionEnded)
            if self.is_full and not is_end:
                if isinstance(item, TransmissionAudio):
                    frames = self._left_out.get(spool.info.id, 0) + len(item.samples)
                    self._left_out[spool.info.id] = frames
                return False
            if gap := self._left_out.pop(spool.info.id, 0):
                self._items.append((spool, gap))
            self._items.append((spool, item))
            self._bytes += _size(item)
            return True

    def take(self) -> list[tuple[Spool, Item]]:
        """All that waits, in its order; it counts until it is `written`."""
        with self._lock:
            items, self._items = self._items, []
            return items

    def written(self, items: list[tuple[Spool, Item]]) -> None:
        """The disk has these, or will never have them."""
        with self._lock:
            self._bytes -= sum(_size(item) for _, item in items)


def _size(item: Item) -> int:
    if isinstance(item, int):
        return 0
    return _ITEM_BYTES + (item.samples.nbytes if isinstance(item, TransmissionAudio) else 0)
