"""`carrier`: opens on the line that tells whether the radio receives a carrier."""

from __future__ import annotations

from collections import deque

import numpy as np

from radiobridge.receive.squelch.frames import FRAME_S, SQUELCH_RATE_HZ, Heard

_FRAME = round(SQUELCH_RATE_HZ * FRAME_S)


class CarrierSource:
    """Hears what the line said at the beginning of each frame."""

    def __init__(self) -> None:
        self._state: bool | None = None
        self._changes: deque[tuple[float, bool | None]] = deque()

    def mark(self, sample: float, state: bool | None) -> None:
        """From this sample on, counted at `SQUELCH_RATE_HZ`, the line says `state`; None: it is lost."""
        if state is not (self._changes[-1][1] if self._changes else self._state):
            self._changes.append((sample, state))

    def feed(self, first: int, stand_in: Heard) -> Heard:
        """What is heard in frames from number `first` on; where the line is lost, the stand-in's answer."""
        if not self._changes:
            return stand_in if self._state is None else np.full(len(stand_in), self._state)
        return np.array([self._at(first + i, bool(other)) for i, other in enumerate(stand_in)], np.bool_)

    def _at(self, frame: int, other: bool) -> bool:
        while self._changes and self._changes[0][0] <= frame * _FRAME:
            self._state = self._changes.popleft()[1]
        return other if self._state is None else self._state
