"""Which DCS code some words of soft bits are: the likeliest of the table, if it is likely at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from radiobridge.receive.dcs_words import CORNERS_HZ, PHASES, Matrix, shapes
from radiobridge.receive.levels import snr_db
from radiobridge.signalling.dcs import CODES, WORD_BITS

LEAST_SHARE = 0.15
"""How much of the power below 200 Hz a code must explain: one in noise that six words still bring out has
0.25, the voices nearest to a code have less."""


@dataclass(frozen=True, slots=True)
class HeardCode:
    """`power`: of what was sent, before couplings took its lowest frequencies; `words`: how many."""

    code: str
    power: float
    snr_db: float
    words: int


def likeliest(soft: Matrix, least: float, power: float) -> HeardCode | None:
    """The code that the soft bits of some words (`PHASES`, 23 * words) are most like, or None.

    `least`: the correlation of all bits with the code that it takes. `power`: of the sound below 200 Hz.
    """
    words = soft.shape[1] // WORD_BITS
    each = soft.reshape(PHASES, words, WORD_BITS)
    each = each - each.mean(axis=2, keepdims=True)
    folded = each.mean(axis=1)
    repeated = np.square(folded).sum(axis=1)
    phase = int(repeated.argmax())
    whole = float(np.square(each[phase]).sum()) / words
    # No code can explain more than what all words have in common.
    if repeated[phase] < least**2 * whole:
        return None
    alike = folded[phase] @ _alike()
    best = int(alike.argmax())
    explained = float(alike[best]) ** 2
    if explained < least**2 * whole or explained < LEAST_SHARE * WORD_BITS * power:
        return None
    index, turn = divmod(best, WORD_BITS)
    # The first words may lie before the transmission; the second half tells how strong it is.
    return _measured(each[phase, words // 2 :], index, turn, words)


def _measured(heard: Matrix, index: int, turn: int, words: int) -> HeardCode:
    """The code with its power and SNR, from some words (n, 23) of it.

    What a coupling makes of a word is a mixture of its shapes; all else in the bits is noise.
    """
    corner, code = divmod(index, len(CODES))
    mixed, _ = np.linalg.qr(_shapes()[:, code, turn].T)
    within = float(np.square(heard @ mixed).sum())
    beside = float(np.square(heard).sum()) - within
    dimensions = WORD_BITS - 1
    noise = beside * dimensions / (dimensions - len(CORNERS_HZ))
    sent = float(np.square(heard.mean(axis=0) @ _alike()[:, index * WORD_BITS + turn]))
    return HeardCode(CODES[code], sent / _energies()[corner, code], snr_db(within, noise), words)


@cache
def _shapes() -> Matrix:
    return shapes(CODES)


@cache
def _energies() -> Matrix:
    """What a code sent as -1 and 1 is heard as, summed over a word: shape (corners, codes)."""
    energies: Matrix = np.square(_shapes()[:, :, 0]).sum(axis=2)
    return energies


@cache
def _alike() -> Matrix:
    """All shapes of all codes, each of length 1: (23, corners * codes * turns)."""
    rows = _shapes() / np.sqrt(_energies())[:, :, None, None]
    return np.ascontiguousarray(rows.reshape(-1, WORD_BITS).T)
