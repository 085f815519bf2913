"""The radio's time: UTC of each sample, from the count of samples.

A sound card's clock is not UTC: 50 ppm are 4 s a day. So the count is anchored again when it has drifted
too far from what the driver says, but only between transmissions, in which time must run evenly. Where
sound was lost the count is wrong at once, and the anchor moves at once. When the PC's clock is set back,
so is the time of the next transmission.
"""

from __future__ import annotations

from radiobridge.events import AudioBlock

_MOST_DRIFT_S = 0.25


class StreamClock:
    """UTC seconds of a stream's samples at `rate_hz`, whatever rate its blocks have."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._anchored = False
        self._anchor_at = 0.0
        self._anchor_s = 0.0
        self._taken_s = 0.0

    def take(self, block: AudioBlock, *, steady: bool) -> None:
        """`block` is the next one; `steady` forbids moving the anchor for mere drift."""
        counted = self._anchor_at + self._taken_s - self._anchor_s
        drifted = abs(block.at - counted) > _MOST_DRIFT_S and not steady
        if not self._anchored or block.lost_frames or drifted:
            self._anchored = True
            self._anchor_at, self._anchor_s = block.at, self._taken_s
        self._taken_s += len(block.samples) / block.rate_hz

    def at(self, frame: int) -> float:
        """UTC seconds of the frame with this number, counted at the clock's rate from the beginning."""
        return self._anchor_at + frame / self._rate_hz - self._anchor_s
