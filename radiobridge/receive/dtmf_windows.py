"""What stands in each window of sound: the power of the eight DTMF tones and of all that is beside them.

A window is 32 ms (Hann), one begins every 10 ms. Of each, only the part of the spectrum is computed in
which DTMF is sent, and a little below it, where voices have their fundamental: hum, CTCSS and what lies above
cost nothing. A matrix product does that much faster than a Fourier transform of the whole band would.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ

Matrix: TypeAlias = NDArray[np.float32]
Numbers: TypeAlias = NDArray[np.intp]

TONES_HZ = (697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0)
"""The low group, then the high one. Source: ITU-T Q.23."""

WINDOW = 256
HOP = 80
HOP_S = HOP / TONE_RATE_HZ

_BIN_HZ = TONE_RATE_HZ / WINDOW
_UNDER_BINS, _LOW_BINS, _HIGH_BINS = np.arange(9.5, 17, 2), np.arange(18, 36), np.arange(36, 62)
"""280 to 520 Hz (every other bin will do there), 550 to 1110 Hz, 1110 to 1920 Hz."""
_BINS = np.concatenate([_UNDER_BINS, _LOW_BINS, _HIGH_BINS])
_SPREAD = 0.02
"""How far off (as a fraction) a tone may be and still have all its power counted: Q.24 accepts 1.8 %."""
_LOBE, _FOOT = 0.8, 4.0
"""Bins from a tone to the edge of what holds its power, and to where nothing of it is left."""
_ALL_BINS = WINDOW / 2

_TONES, _GROUPS, _UNDER, _BESIDE = slice(0, 8), slice(8, 10), 10, slice(11, 19)
_AT_TONES, _REAL, _IMAGINARY = slice(19, 27), slice(27, 35), slice(35, 43)
_ROWS = 43
_OF_A_TONE = np.array([part.start for part in (_TONES, _BESIDE, _AT_TONES, _REAL, _IMAGINARY)])[:, None, None]
_FAINTEST = 1e-7
"""A group below -70 dBFS is the sound card's own noise."""

_MOST_PRODUCTS = 262_144
"""OpenBLAS starts threads for a larger product of matrices; at these sizes they cost more than they give."""


class Pair:
    """The two tones of a key, followed while it is held, for a tenth of what windows cost."""

    def __init__(self, tones: list[int], powers: list[float]) -> None:
        self._waves = _WAVES[tones].reshape(4, WINDOW)
        self._most = powers

    def still_sounds(self, sound: Samples) -> bool:
        """Whether neither tone has lost three quarters of its power; `sound`: `WINDOW` samples."""
        a, b, c, d = (self._waves @ sound).tolist()
        powers = [a * a + b * b, c * c + d * d]
        self._most = [max(pair) for pair in zip(self._most, powers, strict=True)]
        return all(4 * now > most for now, most in zip(powers, self._most, strict=True))


class Windows:
    """Consecutive windows, one column each. Powers are mean squares."""

    def __init__(self, columns: Matrix) -> None:
        self.columns = columns

    @classmethod
    def blank(cls, count: int) -> Windows:
        """Windows in which nothing stands."""
        return cls(np.zeros((_ROWS, count), np.float32))

    def __len__(self) -> int:
        return len(self.columns[0])

    @classmethod
    def joined(cls, parts: Sequence[Windows]) -> Windows:
        """The windows of all parts."""
        return cls(np.concatenate([part.columns for part in parts], axis=1))

    def after(self, count: int) -> Windows:
        """All but the first `count`, in memory of their own."""
        return Windows(self.columns[:, count:].copy())

    @property
    def tones(self) -> Matrix:
        """Power of each tone: shape (8, windows)."""
        return self.columns[_TONES]

    @property
    def groups(self) -> Matrix:
        """Power in the band of the low group and in that of the high one, tones included: (2, windows)."""
        return self.columns[_GROUPS]

    @property
    def under(self) -> Matrix:
        """Power below the low group."""
        under: Matrix = self.columns[_UNDER]
        return under

    @property
    def at_tones(self) -> Matrix:
        """Power at each tone itself, as far as a line there would fill the bin: shape (8, windows)."""
        return self.columns[_AT_TONES]

    def pair(self, key: int, since: int) -> Pair:
        """The tones of `key` (low tone * 4 + high tone), and the power they have had since window `since`."""
        tones = [key // 4, key % 4 + 4]
        return Pair(tones, self.at_tones[tones, since:].max(axis=1).tolist())

    def of(self, tones: Numbers, where: Numbers) -> Matrix:
        """Of `tones` in windows `where`: power, noise, power at the tone, real and imaginary part of it.

        The noise is that of the whole band (0 to 4 kHz), if it is as dense there as beside the tone.
        """
        figures: Matrix = self.columns.ravel().take((tones + _OF_A_TONE) * len(self) + where)
        return figures


def windows_of(sound: Samples) -> Windows:
    """The windows that fit into `sound` (float32, at 8 kHz); the next one begins `HOP` after the last."""
    count = (len(sound) - WINDOW) // HOP + 1
    sound = np.ascontiguousarray(sound[: (count - 1) * HOP + WINDOW])
    shape, hop, step = (count, WINDOW // 2), HOP * sound.itemsize, sound.itemsize
    # Seen from the middle of the window a cosine is even and a sine odd: half of the work each.
    first = np.ndarray(shape, np.float32, sound, 0, (hop, step))
    second = np.ndarray(shape, np.float32, sound[::-1].copy(), (count - 1) * hop, (-hop, step))
    real, imaginary = _product(first + second, _COSINES), _product(first - second, _SINES)
    columns = np.empty((_ROWS, count), np.float32)
    columns[_REAL] = real[:, len(_BINS) :].T
    columns[_IMAGINARY] = imaginary[:, len(_BINS) :].T
    real *= real
    imaginary *= imaginary
    real += imaginary
    columns[: _REAL.start] = _product(real, _SUMS).T
    columns[_GROUPS] += _FAINTEST
    return Windows(columns)


def _product(left: Matrix, right: Matrix) -> Matrix:
    at_once = _MOST_PRODUCTS // right.size
    if len(left) <= at_once:
        return left @ right
    product = np.empty((len(left), right.shape[1]), np.float32)
    whole = len(left) // at_once * at_once
    np.matmul(
        left[:whole].reshape(-1, at_once, left.shape[1]),
        right,
        out=product[:whole].reshape(-1, at_once, right.shape[1]),
    )
    np.matmul(left[whole:], right, out=product[whole:])
    return product


def _halves_of_waves() -> tuple[Matrix, Matrix]:
    """Cosines and sines under the window's first half: the bins', then the tones'."""
    t = np.arange(WINDOW // 2) - (WINDOW - 1) / 2
    hann = 0.5 + 0.5 * np.cos(2 * np.pi * t / WINDOW)
    hz = np.concatenate([_BINS * _BIN_HZ, TONES_HZ])
    angle = 2 * np.pi * np.outer(t, hz) / TONE_RATE_HZ
    # The window keeps 3/8 of a sound's power; that is given back here.
    window = (hann * np.sqrt(16 / 3) / WINDOW)[:, None]
    return (window * np.cos(angle)).astype(np.float32), (-window * np.sin(angle)).astype(np.float32)


def _sums_of_bins() -> Matrix:
    """Which bins make each tone, each group, what is under them, what is beside each tone and what at it."""
    bins = len(_BINS)
    sums = np.zeros((bins + len(TONES_HZ), _REAL.start), np.float32)
    for number, hz in enumerate(TONES_HZ):
        lowest, highest = (hz * (1 + side * _SPREAD) / _BIN_HZ + side * _LOBE for side in (-1, 1))
        group = np.isin(_BINS, _LOW_BINS if number < len(TONES_HZ) // 2 else _HIGH_BINS)
        beside = group & (np.abs(_BINS - hz / _BIN_HZ) > _FOOT)
        sums[:bins, _TONES.start + number] = group & (lowest - 1 < _BINS) & (highest + 1 > _BINS)
        sums[:bins, _BESIDE.start + number] = beside * _ALL_BINS / beside.sum()
        sums[bins + number, _AT_TONES.start + number] = 1
    sums[:bins, _GROUPS] = np.array([np.isin(_BINS, _LOW_BINS), np.isin(_BINS, _HIGH_BINS)]).T
    sums[:bins, _UNDER] = 2 * np.isin(_BINS, _UNDER_BINS)
    return sums


def _whole_waves() -> Matrix:
    """Cosine and sine of each tone under the whole window: shape (8, 2, WINDOW)."""
    cosines, sines = (half[:, len(_BINS) :].T for half in (_COSINES, _SINES))
    waves = [np.concatenate([cosines, cosines[:, ::-1]], 1), np.concatenate([sines, -sines[:, ::-1]], 1)]
    return np.stack(waves, axis=1)


_COSINES, _SINES = _halves_of_waves()
_WAVES = _whole_waves()
_SUMS = _sums_of_bins()
