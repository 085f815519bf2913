"""Sound at a multiple of a rate, brought down to it: a small filter that remembers its last samples."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples

_TAPS_PER_STEP = 24


class Decimator:
    """Keeps every `step`-th sample of low-passed sound; the same whatever the sizes of the blocks."""

    def __init__(self, step: int) -> None:
        self._step = step
        if step > 1:
            count = _TAPS_PER_STEP * step + 1
            t = np.arange(count) - count // 2
            # A windowed sinc; -6 dB at 0.45 of the new rate keeps what folds back out of the speech band.
            taps = np.sinc(0.9 * t / step) * np.hamming(count)
            self._taps = (taps / taps.sum()).astype(np.float32)
            self._rest = np.zeros(count - 1, np.float32)
            self._skip = 0

    @property
    def delay_frames(self) -> int:
        """How many input frames the output is late."""
        return 0 if self._step == 1 else len(self._taps) // 2

    def feed(self, samples: Samples) -> Samples:
        """The decimated sound: float32, shape (frames,)."""
        if self._step == 1:
            return samples
        sound = np.concatenate([self._rest, samples])
        self._rest = sound[len(sound) - len(self._taps) + 1 :]
        if not len(samples):
            return samples
        low = np.convolve(sound, self._taps, "valid")
        kept: Samples = low[self._skip :: self._step]
        self._skip = (self._skip - len(low)) % self._step
        return kept
