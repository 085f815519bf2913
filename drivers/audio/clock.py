"""The time of each sample, from the sample count, held to the system's clock.

Arrival times of blocks jitter by tens of milliseconds, while a sample count drifts by seconds a day
against UTC: the count carries the time from block to block, arrivals only steer it.
"""

from __future__ import annotations

SLEW = 2e-4
"""Greatest correction in seconds per second; crystals of sound cards are within 100 ppm, so twice that."""


class SampleClock:
    """UTC of a stream's samples.

    `jump_s`: a difference between count and arrival beyond this is a pause, a loss or a step of the
    system's clock, and is followed at once. `may_run_ahead`: sound may arrive faster than real time
    (a file poured into a pipe); then the count alone is right.
    """

    def __init__(self, rate_hz: int, *, jump_s: float, may_run_ahead: bool = False) -> None:
        self._rate_hz = rate_hz
        self._jump_s = jump_s
        self._may_run_ahead = may_run_ahead
        self._next_at: float | None = None

    def late_s(self, arrived_at: float, frames: int) -> float:
        """How much later than counted a block of `frames` came that was complete at `arrived_at`."""
        if self._next_at is None:
            return 0.0
        return arrived_at - frames / self._rate_hz - self._next_at

    def skip(self, frames: int) -> None:
        """`frames` were lost before the next block."""
        if self._next_at is not None:
            self._next_at += frames / self._rate_hz

    def stamp(self, arrived_at: float, frames: int) -> float:
        """The UTC of a block's first sample; `arrived_at` is when its last one was there."""
        length_s = frames / self._rate_hz
        late_s = self.late_s(arrived_at, frames)
        if self._next_at is None or late_s > self._jump_s:
            at = arrived_at - length_s
        elif late_s < -self._jump_s:
            at = self._next_at if self._may_run_ahead else arrived_at - length_s
        else:
            most_s = SLEW * length_s
            at = self._next_at + min(max(late_s, -most_s), most_s)
        self._next_at = at + length_s
        return at
