"""The spectrum of a channel, as a picture shows it: the loudest of each part since the last picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.levels import power_db

HIGHEST_HZ = 4000
_WINDOW_S = 0.064
"""Resolves 31 Hz; a key of 50 ms fills most of one of the windows, which overlap by half."""


class Spectrum:
    """Fed with sound at `rate_hz`; from 0 to 4 kHz in `columns` equal parts."""

    def __init__(self, rate_hz: int, columns: int) -> None:
        self._length = round(rate_hz * _WINDOW_S)
        self._window = np.hanning(self._length + 1)[:-1]
        self._scale = 2 / (self._length * float(np.square(self._window).sum()))
        hz = np.fft.rfftfreq(self._length, 1 / rate_hz)
        edges = np.searchsorted(hz, np.linspace(0, HIGHEST_HZ, columns + 1))
        self._starts = np.minimum(edges[:-1], len(hz) - 1)
        self._is_there = edges[:-1] < len(hz)
        self._end = int(min(edges[-1], len(hz)))
        self._sound = np.zeros(0, np.float32)
        self._loudest: NDArray[np.float64] = np.zeros(columns)

    def feed(self, samples: Samples) -> None:
        """The next sound: float32, shape (frames,)."""
        self._sound = np.concatenate([self._sound, samples])
        while len(self._sound) >= self._length:
            window = self._sound[: self._length]
            power = np.abs(np.fft.rfft(window * self._window)) ** 2 * self._scale
            parts = np.add.reduceat(power[: self._end], np.minimum(self._starts, self._end - 1))
            self._loudest = np.maximum(self._loudest, np.where(self._is_there, parts, 0))
            self._sound = self._sound[self._length // 2 :]

    def taken(self) -> list[float]:
        """The level of each part in dBFS, the loudest since the last call."""
        loudest, self._loudest = self._loudest, np.zeros_like(self._loudest)
        return [power_db(float(power)) for power in loudest]
