"""Where in the strongest tones of a sound a row of five-tone calling may be.

Each window votes, with its share, for the tone of each standard that is nearest to its strongest one. Four
slots a tone length apart, in each of which one tone has most of the votes and no two neighbours the same,
are four tones of a row. All standards and several tone lengths are tried at once; who is what, a closer
look must tell (`five_tone_rows`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.receive.single_tones import Floats, Strongest
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.signalling.five_tone import FEWEST, Standard

Indices: TypeAlias = NDArray[np.integer[Any]]

WINDOW, HOP, BATCH = 256, 64, 16
"""32 ms windows, which see little but one tone even of the shortest; one every 8 ms, seen by 128 ms."""
_LENGTHS = (0.84, 0.92, 1.0, 1.08, 1.17)
"""Tone lengths that are tried, over the standard's: a row goes on when they are 20 % off."""
_LEAST = 0.09
"""Mean share of the votes in a row's slots: noise of -10 dB leaves a tone 0.12, noise alone makes 0.06."""
_LEAST_SLOT = 0.035
_TELLS_NOTHING = 0.1
"""Batches whose windows have less than this share in the mean are noise."""
_GRID_HZ = 5.0
_MAX_OFFSET, _MAX_OFFSET_HZ = 0.022, 10.0
"""How far from a tone its votes may be: 1.5 %, and what noise adds."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Four tones of what may be a row: their slots' centres and length, in samples.

    `kind`: anchors of one kind, a standard and shorter or longer tones, stand for one another.
    """

    kind: int
    standard: Standard
    quality: float
    centres: tuple[int, ...]
    length: float
    symbols: str

    @property
    def end(self) -> float:
        """Where its last slot ends."""
        return self.centres[-1] + self.length / 2

    def moved(self, samples: int) -> Anchor:
        """The same, so much later."""
        return replace(self, centres=tuple(centre + samples for centre in self.centres))


class RowSearch:
    """Anchors of any of `standards` in the windows of a sound, batch by batch."""

    def __init__(self, standards: Sequence[Standard]) -> None:
        self._standards = standards
        count = len(standards)
        self._symbol, self._counts = _nearest(standards)
        lengths = np.array([standard.tone_s * RATE_HZ / HOP for standard in standards])
        half = np.maximum((lengths / 2 - WINDOW / HOP / 4 + 0.5).astype(int), 1)
        self._half = half
        # Votes of the windows that slots of this batch reach back to; a slot ends with the newest window.
        self._votes = np.zeros((count, 2 * half.max() + BATCH, 16), np.float32)
        ends = np.broadcast_to(self._votes.shape[1] - BATCH + 1 + np.arange(BATCH), (count, BATCH))
        self._slots = (np.arange(count)[:, None], ends, ends - 2 * half[:, None] - 1)
        self._width = 2.0 * half[:, None] + 1
        self._sums = np.zeros((count, self._votes.shape[1] + 1, 16), np.float32)
        # The strongest tone of each slot, and rows of slots in them.
        self._of = np.repeat(np.arange(count), len(_LENGTHS))
        self._kind = 2 * self._of + np.tile(np.array(_LENGTHS) >= 1, count)
        self._length = np.outer(lengths, _LENGTHS).ravel()
        back = np.rint(np.outer(self._length, np.arange(FEWEST - 1, -1, -1))).astype(int)
        self._back = back
        self._share = np.zeros((count, back.max() + BATCH), np.float32)
        self._tone = np.zeros_like(self._share, np.int8)
        newest = self._share.shape[1] - BATCH + np.arange(BATCH)
        self._rows = (self._of[:, None, None], newest - back[:, :, None])
        self._before = 0.0

    def feed(self, batch: Strongest) -> list[Anchor]:
        """The best anchor of each kind that ends in this batch."""
        self._vote(batch)
        before, self._before = self._before, float(batch.share.mean())
        if max(before, self._before) < _TELLS_NOTHING:
            return []
        shares, tones = self._share[self._rows], self._tone[self._rows]
        good = (tones[:, 1:] != tones[:, :-1]).all(axis=1) & (shares.min(axis=1) > _LEAST_SLOT)
        quality = shares.mean(axis=1) * good
        if quality.max() < _LEAST:
            return []
        best = quality.max(axis=1)
        anchors = []
        for kind in set(self._kind[best >= _LEAST].tolist()):
            row = int(np.where(self._kind == kind, best, 0).argmax())
            anchors.append(self._anchor(batch.first, row, int(quality[row].argmax()), float(best[row])))
        return anchors

    def _vote(self, batch: Strongest) -> None:
        self._votes[:, :-BATCH] = self._votes[:, BATCH:].copy()
        self._votes[:, -BATCH:] = 0
        where = (batch.hz * (1 / _GRID_HZ) + 0.5).astype(int)
        newest = np.arange(-BATCH, 0)
        of = self._slots[0]
        self._votes[of, newest, self._symbol[:, where]] = batch.share * self._counts[:, where]
        np.cumsum(self._votes, axis=1, out=self._sums[:, 1:])
        _, ends, starts = self._slots
        slots = self._sums[of, ends] - self._sums[of, starts]
        for seen, new in ((self._share, slots.max(axis=2) / self._width), (self._tone, slots.argmax(axis=2))):
            seen[:, :-BATCH] = seen[:, BATCH:].copy()
            seen[:, -BATCH:] = new

    def _anchor(self, first: int, row: int, hop: int, quality: float) -> Anchor:
        of = self._of[row]
        standard = self._standards[of]
        symbols = list(standard.tones_hz)
        centres = (first + hop - self._half[of] - self._back[row]) * HOP
        return Anchor(
            int(self._kind[row]),
            standard,
            quality,
            tuple(map(int, centres)),
            float(self._length[row] * HOP),
            "".join(symbols[tone] for tone in self._tone[of, self._rows[1][row, :, hop]]),
        )


def _nearest(standards: Sequence[Standard]) -> tuple[Indices, Floats]:
    """For each standard and each frequency of a grid the nearest tone, and 1 where it is near enough."""
    grid = np.arange(round(RATE_HZ / 2 / _GRID_HZ) + 2) * _GRID_HZ
    symbol, counts = [], []
    for standard in standards:
        tones_hz = np.array(list(standard.tones_hz.values()))
        far = np.abs(grid[:, None] - tones_hz)
        symbol.append(far.argmin(axis=1))
        counts.append((far <= _MAX_OFFSET * tones_hz + _MAX_OFFSET_HZ).any(axis=1))
    return np.array(symbol), np.array(counts, np.float32)
