"""The bounded way from who writes sound to what sounds it, and when the last of it will have left.

One thread puts, another takes. An empty queue is silence, not a mistake.
"""

from __future__ import annotations

import threading
import time

from radiobridge.ports import LONGEST_AHEAD_S


class SoundQueue:
    """Frames of `frame_bytes` that wait to be sounded at `rate_hz`, at most `most_s` of them."""

    def __init__(self, rate_hz: int, frame_bytes: int, most_s: float = LONGEST_AHEAD_S) -> None:
        self.most_s = most_s
        self._rate_hz = rate_hz
        self._frame_bytes = frame_bytes
        self._waiting = bytearray()
        self._changed = threading.Condition()
        self._leaves_monotonic = 0.0
        self._is_closed = False

    def put(self, sound: memoryview, timeout_s: float) -> int:
        """As many bytes of `sound` as there is room for are queued; 0 when none came free in time."""
        most_bytes = int(self.most_s * self._rate_hz) * self._frame_bytes
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._waiting) < most_bytes, timeout_s)
            taken = 0 if self._is_closed else min(most_bytes - len(self._waiting), len(sound))
            self._waiting += sound[:taken]
            self._changed.notify_all()
        return taken

    def take(self, frames: int, latency_s: float = 0.0) -> bytes:
        """At most `frames` of the oldest sound, which begins to sound in `latency_s`. Never waits."""
        with self._changed:
            size = frames * self._frame_bytes
            sound = bytes(self._waiting[:size])
            del self._waiting[:size]
            if sound:
                self._leaves_monotonic = time.monotonic() + latency_s + self._seconds(sound)
                self._changed.notify_all()
        return sound

    def has(self, frames: int) -> bool:
        """Whether so many frames wait."""
        with self._changed:
            return len(self._waiting) >= frames * self._frame_bytes

    def pending_s(self, latency_s: float = 0.0) -> float:
        """Seconds until the last sample has sounded; `latency_s` is what taking one next would be given."""
        with self._changed:
            leaves_s = self._leaves_monotonic - time.monotonic()
            if self._waiting:
                return self._seconds(self._waiting) + max(leaves_s, latency_s)
            return max(0.0, leaves_s)

    def clear(self) -> None:
        """Nothing waits."""
        with self._changed:
            self._waiting.clear()
            self._changed.notify_all()

    def wait_filled(self, frames: int, timeout_s: float | None = None) -> bool:
        """True as soon as so many frames wait, False when they did not in time or the queue is closed."""
        size = frames * self._frame_bytes
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._waiting) >= size, timeout_s)
            return not self._is_closed and len(self._waiting) >= size

    def close(self) -> None:
        """Nothing waits, nothing more is queued, and nobody is kept waiting."""
        with self._changed:
            self._is_closed = True
            self._waiting.clear()
            self._changed.notify_all()

    def _seconds(self, sound: bytes | bytearray) -> float:
        return len(sound) / self._frame_bytes / self._rate_hz
