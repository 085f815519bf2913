"""Hum of the mains in sound: thin lines at 50 or 60 Hz and their harmonics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

_Bins: TypeAlias = NDArray[np.intp]

_LOW_RATE_HZ = 1600
"""Rate at which hum is looked for: it holds six harmonics."""
_HARMONICS = np.arange(1, 7)
_AROUND_HZ = 2.0
"""A generator in the field runs this far off."""
_STEP_HZ = 0.25
_LINE = np.arange(-2, 3)
"""Bins that a line fills through a Hann window."""
_BESIDE = np.concatenate([np.arange(-10, -4), np.arange(5, 11)])
_OVER_BESIDE = 10.0
"""A line has this many times the power of what lies beside it. Voices move too much for that in a second."""
_NOTHING = 1e-12


@dataclass(frozen=True, slots=True)
class Hum:
    """`mains_hz` is 50 or 60, `power` that of all lines (a full-scale square is 1)."""

    mains_hz: int
    power: float
    harmonics: tuple[int, ...]

    @property
    def is_mains_alone(self) -> bool:
        """False for what a single tone and its own harmonics make too, such as CTCSS at 100 Hz."""
        return reduce(math.gcd, self.harmonics) == 1


def hum_in(second: Samples, rate_hz: int) -> Hum | None:
    """The hum in about one second of sound at `rate_hz`, None where there is none."""
    width = max(rate_hz // _LOW_RATE_HZ, 1)
    count = len(second) // width
    low = second[: count * width].reshape(count, width).mean(axis=1)
    window, bases, lines, beside = _places(count, rate_hz / width / count)
    spectrum = np.abs(np.fft.rfft((low - low.mean()) * window)) ** 2
    spectrum *= 2 / (count * float(np.square(window).sum()))
    line = spectrum[lines].sum(axis=2)
    ground = spectrum[beside].mean(axis=2) * len(_LINE)
    stands = line > np.maximum(_OVER_BESIDE * ground, _NOTHING)
    powers = np.where(stands, line - ground, 0).sum(axis=1)
    best = int(powers.argmax())
    if not powers[best]:
        return None
    mains_hz = min((50, 60), key=lambda hz: abs(hz - bases[best]))
    return Hum(mains_hz, float(powers[best]), tuple(_HARMONICS[stands[best]].tolist()))


@lru_cache(maxsize=8)
def _places(count: int, bin_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64], _Bins, _Bins]:
    """A window of `count`; frequencies of hum; for each and its harmonics, the bins of it and beside it."""
    offsets = np.arange(-_AROUND_HZ, _AROUND_HZ + _STEP_HZ / 2, _STEP_HZ)
    bases = np.concatenate([50 + offsets, 60 + offsets])
    middles = np.rint(bases[:, None] * _HARMONICS / bin_hz).astype(np.intp)[:, :, None]
    return np.hanning(count + 1)[:-1], bases, middles + _LINE, middles + _BESIDE
