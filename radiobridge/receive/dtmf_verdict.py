"""Whether a run of windows is a key, and what there is to say of it.

Voices pass through DTMF pairs all the time, and keys come through noise, clipping and other people's
voices, so no single figure tells one from the other. What does is their sum. A key gathers evidence by
standing above the noise beside it (the more so the longer it lasts), by being all that is in the bins of its
tones, and by keeping to its two frequencies; a voice has its fundamental below, and harmonics that move.
All runs are measured at once: each figure is an array with one value a run, or with two, low tone first.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.receive.dtmf_runs import Runs
from radiobridge.receive.dtmf_windows import HOP_S, TONES_HZ, WINDOW, Numbers, Windows
from radiobridge.receive.levels import BEST_SNR_DB
from radiobridge.receive.tones import TONE_RATE_HZ

Figures: TypeAlias = NDArray[Any]

REACH = 12
"""Windows before and after a run in which its tones may have begun or ended, drowned by something else."""

_LEAST_WINDOWS = 3.2
"""Q.24 refuses tones of 23 ms, which measure 26 ms here and up to 30 in noise, and accepts those of 40 ms."""
_MOST_OFF = 0.023
"""Q.24 accepts tones that are 1.8 % off and refuses 3.5 %."""
_MOST_APART = 0.039
"""Difference of the two tones' errors. A tone and its overtone would be 4.3 % apart in the nearest pairs."""
_TWIST_DB = (-14.0, 16.0)
"""Q.24 asks for -8 to +4 dB or more; wrong de-emphasis in radios reaches -10 to +12."""

_HELD, _LOUD, _WHOLE = 0.25, 0.5, 0.985
"""Shares of the power that both tones reach: a window holds half of them, most of them, all of them."""
_HALF_FULL = 0.3**0.5
"""Share of the amplitude in a window that is half full: half, and what the edge of the tone spreads."""
_DOUBT_HZ = 4.0
"""Wobble that two windows alone cannot exclude."""
_LEAST = np.float32(1e-12)
_OUTWARDS = np.array([[-1], [1]])
_STEPS = _OUTWARDS * np.arange(REACH + 1)[:, None, None]
_STEP_RAD = 2 * np.pi * HOP_S * np.array(TONES_HZ, np.float32)
"""How far each tone turns from one window to the next."""
_BINS_OFF = np.array(TONES_HZ, np.float32) * WINDOW / TONE_RATE_HZ
"""Bins by which a tone is off, for each unit of its error as a fraction."""


class Press(NamedTuple):
    """A key that was pressed; `first` and `length` in windows, fractions included."""

    key: int
    first: float
    length: float
    level_dbfs: float
    twist_db: float
    snr_db: float
    goes_on: bool


class _Measured(NamedTuple):
    """What runs are as wholes."""

    power: Figures
    """Of each tone, where both are loud."""
    noise: Figures
    """In 0 to 4 kHz, if it is everywhere as dense as beside the tones."""
    under: Figures
    """What is below the low group, over the pair."""
    line: Figures
    """Of the power in each tone's bins, the share that is at the tone."""
    off: Figures
    """How much each tone is off, as a fraction."""
    wobble_hz: Figures
    """Deviation of each tone's frequency from window to window."""
    held: Figures
    """In how many windows both tones are held."""
    ends: Figures
    """The first and the last window in which both are loud, and the same for held: shape (2, 2, runs)."""


def presses(windows: Windows, runs: Runs) -> list[Press]:
    """Those runs that are keys, in their order; `REACH` windows must stand before the first."""
    if not runs.runs:
        return []
    keys, _, _, over = np.array(runs.runs).T
    pairs = np.array([keys >> 2, (keys & 3) + 4])
    what = _measured(windows, pairs, runs)
    low, high = what.power
    far_off = np.maximum(np.abs(what.off[0]), np.abs(what.off[1]))
    apart = np.abs(what.off[0] - what.off[1])
    level_db, twist_db, snr_db = _db(low + high, high / low, (low + high) / what.noise)
    likely = (_evidence_db(what, pairs, far_off, apart) > 0) & (far_off <= _MOST_OFF) & (apart <= _MOST_APART)
    likely &= (twist_db >= _TWIST_DB[0]) & (twist_db <= _TWIST_DB[1])
    if not likely.any():
        return []
    first, length = _edges(windows, pairs, what, over)
    likely &= length >= _LEAST_WINDOWS
    figures = np.array([first, length, level_db, twist_db, np.minimum(snr_db, BEST_SNR_DB)]).T.tolist()
    return [
        Press(run.key, first, length, level, twist, snr, run.goes_on)
        for run, (first, length, level, twist, snr), is_key in zip(
            runs.runs, figures, likely.tolist(), strict=True
        )
        if is_key
    ]


def _evidence_db(what: _Measured, pairs: Numbers, far_off: Figures, apart: Figures) -> Figures:
    """How much speaks for a key; above 0 dB it is one.

    The weights are those of a logistic regression, rounded, between keys through all that a channel may do to
    them and 80 hours of speech. One dB makes a key five times as likely.
    """
    # A line that is off has less at the tone.
    line = what.line / np.interp(np.abs(what.off) * _BINS_OFF[pairs], _LOBE_BINS, _LOBE)
    weaker_db, held_db, line_db, under_db = _db(
        np.minimum(what.power[0], what.power[1]) / what.noise,
        np.minimum(what.held, 12),
        np.minimum(line[0], line[1]),
        what.under,
    )
    under_db = np.minimum(np.maximum(under_db, -15), 10)
    evidence_db: Figures = (
        np.minimum(weaker_db, 15)
        + 1.4 * held_db
        + 2 * line_db
        - 0.25 * under_db
        - 0.4 * np.maximum(8.5 - held_db, 0) * np.maximum(12 + under_db, 0)
        - 700 * np.minimum(far_off, 0.008)
        - 300 * apart
        - 1.2 * (what.wobble_hz[0] + what.wobble_hz[1])
    )
    return evidence_db


def _measured(windows: Windows, pairs: Numbers, runs: Runs) -> _Measured:
    where, run = runs.where, runs.run
    starts = run.searchsorted(np.arange(len(runs.runs)))
    power, noise, at_tone, real, imaginary = windows.of(pairs[:, run], where)
    share = power / _typical(power, run, starts)[:, run]
    share = np.minimum(share[0], share[1])
    best = np.maximum.reduceat(share, starts)[run]
    whole = share > _WHOLE * best
    share = np.minimum(share, 1) / np.minimum(best, 1)
    loud, held = share > _LOUD, share > _HELD
    figures = np.zeros((17, len(where)), np.float32)
    figures[0:2], figures[2:4], figures[4], figures[5] = power, at_tone, noise[0] + noise[1], 1
    figures[:6] *= loud
    figures[6], figures[7] = whole, figures[4] * whole
    figures[8], figures[9] = held, windows.under[where]
    next_to = held[1:] & held[:-1] & (where[1:] - where[:-1] == 1)
    next_to[starts[1:] - 1] = False
    turn = figures[10:, :-1]
    turn[0:2] = real[:, 1:] * real[:, :-1] + imaginary[:, 1:] * imaginary[:, :-1]
    turn[2:4] = imaginary[:, 1:] * real[:, :-1] - real[:, 1:] * imaginary[:, :-1]
    turn[4:6] = np.sqrt(at_tone[:, 1:] * at_tone[:, :-1])
    turn[6] = 1
    turn *= next_to
    total = np.add.reduceat(figures, starts, axis=-1)
    beside = np.where(total[6] > 0, total[7] / np.maximum(total[6], 1), total[4] / total[5])
    off, wobble_hz = _frequencies(total[10:], pairs)
    ends = np.where(np.array([loud, held])[:, None], np.array([-where, where]), -len(windows))
    return _Measured(
        power=np.maximum(total[:2] / total[5], _LEAST),
        noise=np.maximum(beside / 2, _LEAST),
        under=total[9] / np.add.reduceat(power[0] + power[1], starts),
        line=total[2:4] / np.maximum(total[:2], _LEAST),
        off=off,
        wobble_hz=wobble_hz,
        held=total[8],
        ends=np.maximum.reduceat(ends, starts, axis=-1) * _OUTWARDS,
    )


def _typical(power: Figures, run: Numbers, starts: Numbers) -> Figures:
    """Each tone's median in each run: neither its edges nor what an echo adds or takes for a moment."""
    middle = (starts + np.append(starts[1:], len(run))) // 2
    return np.array([tone[np.lexsort((tone, run))][middle] for tone in power])


def _frequencies(turns: Figures, pairs: Numbers) -> tuple[Figures, Figures]:
    """How much tones are off, as a fraction, and how much they wobble, in Hz.

    `turns`: how tones turn from window to window, summed: real and imaginary parts, sizes, and their number.
    """
    real, imaginary = turns[0:2], turns[2:4]
    together = np.sqrt(real * real + imaginary * imaginary)
    apart = np.maximum(1 - together / np.maximum(turns[4:6], _LEAST), 0)
    hz = np.minimum(np.sqrt(2 * apart) / (2 * np.pi * HOP_S), 3 * _DOUBT_HZ)
    step = _STEP_RAD[pairs]
    too_far = np.arctan2(imaginary, real) - step
    too_far -= 2 * np.pi * np.round(too_far / (2 * np.pi))
    return too_far / step, np.sqrt(hz * hz + _DOUBT_HZ**2 / np.maximum(turns[6], 1))


def _edges(windows: Windows, pairs: Numbers, what: _Measured, over: Numbers) -> tuple[Figures, Figures]:
    """Where the pair begins and how long it lasts, in windows: half full ones are its ends."""
    loud, held = what.ends
    where = loud + _STEPS
    known = where < over
    share = windows.tones[pairs[:, None, None], where * known] / what.power[:, None, None]
    share = np.sqrt(np.minimum(share[0], share[1])) * known
    share[-1] = 0
    beyond = np.maximum((share <= _HALF_FULL).argmax(axis=0), 1)
    side, run = np.indices(beyond.shape, sparse=True)
    inside, outside = share[beyond - 1, side, run], share[beyond, side, run]
    part = (inside - _HALF_FULL) / np.maximum(inside - outside, 1e-6)
    edges = loud + _OUTWARDS * (beyond - 1 + np.minimum(np.maximum(part, 0), 1))
    first = np.minimum(edges[0], held[0])
    return first, np.maximum(edges[1], held[1]) - first


def _lobe() -> tuple[Figures, Figures]:
    """Distances in bins, and the share of a line's power that is so far away: that of a Hann window."""
    bins = np.linspace(0, 1.9, 96)
    t = np.arange(WINDOW) - (WINDOW - 1) / 2
    hann = 0.5 + 0.5 * np.cos(2 * np.pi * t / WINDOW)
    response = (hann * np.cos(2 * np.pi * np.outer(bins, t) / WINDOW)).sum(axis=1)
    return bins, response**2 / (WINDOW * (hann**2).sum())


_LOBE_BINS, _LOBE = _lobe()


def _db(*ratios: Figures) -> Figures:
    decibels: Figures = 10 * np.log10(np.maximum(np.array(ratios), _LEAST))
    return decibels
