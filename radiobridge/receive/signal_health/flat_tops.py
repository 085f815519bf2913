"""Clipped sound, by the shape of its waves: tops that are flat, at full scale or below it.

A stage before the sound card clips at any level, and the capacitors behind it tilt what was flat; so tops
are looked at in frames of 20 ms, each by itself. In a frame of clipped sound most of what comes within
70 % of the highest sample also comes within 90 % of it; a sine has 57 % of it there, speech 31 % (25
minutes of it: 45 % at the most), also speech through the limiter of a transmitter. Speech clipped by 4 dB
or more has 65 to 90 %, behind a high-pass of 15 Hz too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.levels import power_db

_Rows: TypeAlias = NDArray[np.float32]

FULL_SCALE = 0.998
"""A sample from here on stands at full scale."""

_NEAR, _AROUND = 0.9, 0.7
_FLAT = 0.65
_LEAST_SHARE = 0.05
"""Of the samples of loud frames: flat tops have a width."""
_LOUD = 0.5
"""Of the highest top: frames above this can have been clipped."""
_LEAST_FRAMES, _LEAST_FRAMES_SHARE = 8, 0.03
"""Fewer are a click, or a word that was shouted."""
_LEAST_TOP = 0.05
_NEARLY_FULL = 0.9
"""Flat tops above this are those of the card, some of which end a little below full scale."""


@dataclass(frozen=True, slots=True)
class Clipping:
    """`top_dbfs` is the level at which the waves end; `in_card` where that is full scale."""

    top_dbfs: float
    in_card: bool


class Tops:
    """The tops of one transmission, frame by frame."""

    def __init__(self) -> None:
        self._rows: list[_Rows] = []

    def add(self, frames: Samples) -> None:
        """The next frames of 20 ms: float32, shape (frames, samples)."""
        if frames.size:
            full = (np.abs(frames) >= FULL_SCALE).sum(axis=1, dtype=np.float32)
            centred = frames - frames.mean()
            self._rows.append(np.stack([_shape(centred, full), _shape(-centred, full)]))

    @property
    def clipping(self) -> Clipping | None:
        """How the transmission is clipped, None where it is not."""
        if not self._rows:
            return None
        sides = np.concatenate(self._rows, axis=1)
        if _is_enough(int((sides[0, :, 3] >= 2).sum()), sides.shape[1]):  # noqa: PLR2004  two in a row, at least
            return Clipping(0.0, in_card=True)
        return next((clipping for side in sides if (clipping := _flat(side))), None)


def _shape(frames: Samples, full: _Rows) -> _Rows:
    """A row for each frame: its top, the shares of samples near and around it, samples at full scale."""
    top = frames.max(axis=1)
    near, around = (
        (frames >= (part * top)[:, None]).mean(axis=1, dtype=np.float32) for part in (_NEAR, _AROUND)
    )
    return np.stack([top, near, around, full], axis=1)


def _flat(side: _Rows) -> Clipping | None:
    highest = float(side[:, 0].max())
    loud = side[side[:, 0] > _LOUD * highest]
    if highest < _LEAST_TOP or not _is_enough(len(loud), len(side)):
        return None
    near, around = float(loud[:, 1].mean()), float(loud[:, 2].mean())
    if near < max(_FLAT * around, _LEAST_SHARE):
        return None
    return Clipping(power_db(highest**2), in_card=highest >= _NEARLY_FULL)


def _is_enough(frames: int, of: int) -> bool:
    return frames >= max(_LEAST_FRAMES, _LEAST_FRAMES_SHARE * of)
