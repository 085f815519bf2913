"""Sound at one rate becomes sound at another, by the soxr library."""

from __future__ import annotations

from typing import Any

import numpy as np

from radiobridge.events import Samples

_QUALITY = "LQ"
"""Delays by 5 to 20 ms; soxr's better ones by up to 100 ms, for a stop band that a radio does not need."""


class Resampler:
    """From `from_hz` to `to_hz`, block by block."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._stream: Any = None
        if from_hz != to_hz:
            import soxr

            self._stream = soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality=_QUALITY)

    def feed(self, samples: Samples) -> Samples:
        """What is ready at the new rate: float32, shape (frames,)."""
        return samples if self._stream is None else self._stream.resample_chunk(samples)

    def finish(self) -> Samples:
        """What was still on its way; the resampler is used up."""
        if self._stream is None:
            return np.zeros(0, np.float32)
        rest: Samples = self._stream.resample_chunk(np.zeros(0, np.float32), last=True)
        return rest


def resampled(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """All of a sound at another rate."""
    resampler = Resampler(from_hz, to_hz)
    return np.concatenate([resampler.feed(samples), resampler.finish()])
