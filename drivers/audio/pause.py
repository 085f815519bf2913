"""Silence for sources that send nothing while nobody talks: a squelched receiver's stream, a waiting pipe.

Without it a key or a transmission that the sender cut off would end only with the next sound.
"""

from __future__ import annotations

import time

import numpy as np

from drivers.audio.clock import SampleClock
from radiobridge.events import AudioBlock

PAUSE_S = 0.2
"""Networks and pipes hold sound up by less than this; silence in the middle of a key would cut it in two."""

_MOST_S = 1.0


class Pause:
    """Knows how long a source at `rate_hz` has sent nothing, once it has sent something."""

    def __init__(self, rate_hz: int, clock: SampleClock) -> None:
        self._rate_hz = rate_hz
        self._clock = clock
        self._handed_on: float | None = None

    def heard(self) -> None:
        """Sound has come."""
        self._handed_on = time.monotonic()

    def block(self) -> AudioBlock | None:
        """Silence for the time since the last sound or silence, at most 1 s; None while that is short."""
        now = time.monotonic()
        if self._handed_on is None or now - self._handed_on < PAUSE_S:
            return None
        seconds = min(now - self._handed_on, _MOST_S)
        self._handed_on = now
        silence = np.zeros(round(seconds * self._rate_hz), np.float32)
        return AudioBlock(silence, self._rate_hz, self._clock.stamp(time.time(), len(silence)))
