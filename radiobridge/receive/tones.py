"""What all tone decoders share: the rate at which they hear, and when what they hear was."""

from __future__ import annotations

TONE_RATE_HZ = 8000
"""Rate of the sound that tone decoders take: a radio passes 300 to 3000 Hz, and CTCSS below."""


class SampleTimes:
    """UTC of a stream's samples, counted from its first and by the time that comes with the last block."""

    def __init__(self, rate_hz: int = TONE_RATE_HZ) -> None:
        self._rate_hz = rate_hz
        self._taken = 0
        self.began = 0.0
        """UTC seconds of the first sample."""

    def take(self, samples: int, at: float) -> None:
        """The next block has so many samples; `at`: UTC seconds of its first."""
        self.began = at - self._taken / self._rate_hz
        self._taken += samples

    def at(self, sample: float) -> float:
        """UTC seconds of the sample with this number."""
        return self.began + sample / self._rate_hz
