"""The power in bands of the spectrum, frame by frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

_BIN_HZ = 50
"""A Hann window of 20 ms at each 10 ms, so that a click is in two frames and no more."""


class Spectrum:
    """Sound at `rate_hz`, in whole frames of 10 ms, to the mean power in each of `bands_hz` (from, to)."""

    def __init__(self, rate_hz: int, bands_hz: list[tuple[int, int]]) -> None:
        window = rate_hz // _BIN_HZ
        shape = np.hanning(window + 1)[:-1]
        self._frame = window // 2
        self._shape = shape.astype(np.float32)
        self._scale = 2 / (window * float(np.square(shape).sum()))
        self._edges = np.array([hz // _BIN_HZ for band in bands_hz for hz in band])
        self._before = np.zeros(self._frame, np.float32)

    def feed(self, sound: Samples) -> NDArray[np.float64]:
        """Powers (1.0 = full scale) in each frame and the one before it: shape (frames, bands)."""
        frames = np.concatenate([self._before, sound]).reshape(-1, self._frame)
        self._before = frames[-1]
        windows = np.concatenate([frames[:-1], frames[1:]], axis=1)
        bins = np.abs(np.fft.rfft(windows * self._shape, axis=1)) ** 2
        powers = np.add.reduceat(bins, self._edges, axis=1)[:, ::2]
        return np.asarray(powers * self._scale, np.float64)
