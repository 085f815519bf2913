"""Which windows may belong to one press of a key.

A window speaks for a key when in each group one tone outweighs all else there. Windows that speak for one
key make a run, through holes in which something else was louder for a moment, as long as the two tones
are still there. When one has gone, or after a long hole, the run is over.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.receive.dtmf_windows import Matrix, Numbers, Windows

Stretch: TypeAlias = tuple[int, int, int]
"""A key, the first window that speaks for it, and the one after the last."""

PAST = 8
"""Windows before a window that tell what its tones were."""
_LONGEST, _REST = 128, 4
"""Windows of a run that is cut off since as many more follow: a key that is held goes on in the next run."""
_LEAST = 4
"""Windows that speak for a key of 40 ms (Q.24: accept), even in noise."""
_HOLE = 6
"""Windows in a row that may speak for nothing or for another key."""
_GONE = np.float32(0.0625)
"""A tone is gone below this share of its power: 10 ms of drop-out leave 0.18 of it in the window, 15 ms
leave 0.05, and a pause of 20 ms leaves 0.01."""


_FAR = 1 << 20
"""More than there are windows at once."""


class Run(NamedTuple):
    """Windows `first` to `end` (exclusive) that belong to one press of `key` (low tone * 4 + high tone)."""

    key: int
    first: int
    end: int
    over: int
    """The window before which it was clear that it had ended."""

    @property
    def goes_on(self) -> bool:
        """It was cut off: the key may still be held."""
        return self.over == self.end


class Runs(NamedTuple):
    """Runs that are over; `where`: the windows that speak for them, run by run; `run`: whose each is."""

    runs: list[Run]
    where: Numbers
    run: Numbers


def runs_in(windows: Windows, since: int) -> tuple[Runs, int, int | None]:
    """The runs that are over, and the window and the key with which begins what is not over yet.

    `since`: the first window that belongs to no earlier run; `PAST` windows stand before it.
    """
    tones = windows.tones
    outweighs = 2 * tones.reshape(2, 4, -1).max(axis=1) > windows.groups
    speaks = outweighs[0] & outweighs[1]
    speaks[:since] = False
    where = speaks.nonzero()[0]
    if not len(where):
        return Runs([], where, where), len(windows), None
    gone = _gone(windows.at_tones)
    low, high = tones[:, where].reshape(2, 4, -1).argmax(axis=1)
    there = ~(gone[low, where] | gone[high + 4, where])
    where, keys = where[there], (low * 4 + high)[there]
    stretches = _stretches(where, keys)
    runs, labels, open_at, open_key = _joined(stretches, np.packbits(gone, axis=0)[0].tobytes())
    if not runs:
        return Runs([], where, where), open_at, open_key
    run = np.repeat(labels, [end - first for _, first, end in stretches])
    member = run >= 0
    return Runs(runs, where[member], run[member]), open_at, open_key


def _gone(power: Matrix) -> NDArray[np.bool_]:
    """Which of the eight tones have just gone: shape (8, windows)."""
    past = power
    for step in (1, 2, 4):
        past = np.maximum(past[:, :-step], past[:, step:])
    gone = np.zeros(power.shape, np.bool_)
    np.less(power[:, PAST:], _GONE * past[:, :-1], out=gone[:, PAST:])
    return gone


def _stretches(where: Numbers, keys: Numbers) -> list[Stretch]:
    """Windows one after the other that speak for the same key."""
    border = np.ones(len(where) + 1, np.bool_)
    np.not_equal(where[1:] - keys[1:] * _FAR, where[:-1] + 1 - keys[:-1] * _FAR, out=border[1:-1])
    borders = border.nonzero()[0]
    firsts, ends = borders[:-1], borders[1:]
    return list(
        zip(keys[firsts].tolist(), where[firsts].tolist(), (where[ends - 1] + 1).tolist(), strict=True)
    )


def _joined(stretches: list[Stretch], gone: bytes) -> tuple[list[Run], list[int], int, int | None]:
    """The runs that are over, to which of them each stretch belongs (or -1), and where the next one begins.

    And its key.

    `gone` has a bit for each tone. A stretch that is longer than a run may be is divided.
    """
    runs: list[Run] = []
    labels = [-1] * len(stretches)
    at = 0
    while at < len(stretches):
        members, over = _run_from(stretches, at, gone)
        key, first, _ = stretches[at]
        _, last, end = stretches[members[-1]]
        if end - first >= _LONGEST + _REST:
            cut = max(first + _LONGEST, last + 1)
            stretches[members[-1] : members[-1] + 1] = (key, last, cut), (key, cut, end)
            labels.append(-1)
            end = over = cut
        if over > len(gone):
            return runs, labels, first, key
        if sum(stretches[member][2] - stretches[member][1] for member in members) >= _LEAST:
            for member in members:
                labels[member] = len(runs)
            runs.append(Run(key, first, end, over))
        while at < len(stretches) and stretches[at][2] <= end:
            at += 1
    return runs, labels, len(gone), None


def _run_from(stretches: list[Stretch], at: int, gone: bytes) -> tuple[list[int], int]:
    """The stretches of the run that begins with `at`, and the window before which it is over."""
    key, first, end = stretches[at]
    pair = 0x80 >> key // 4 | 0x08 >> key % 4
    members, over = [at], _over(end, pair, gone)
    while end - first < _LONGEST + _REST and (at := at + 1) < len(stretches) and stretches[at][1] < over:
        if stretches[at][0] == key:
            members.append(at)
            end = stretches[at][2]
            over = _over(end, pair, gone)
    return members, over


def _over(end: int, pair: int, gone: bytes) -> int:
    """The window after which a run is over that spoke last before window `end`."""
    for window in range(end, min(end + _HOLE, len(gone))):
        if gone[window] & pair:
            return window + 1
    return end + _HOLE
