"""Morse code for the air. Source: `radiobridge.signalling.morse`."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.signalling.morse import CHARACTER_GAP, DASH, GAP, WORD_GAP, Word, dot_s, spelt
from radiobridge.transmit.single_tones import tones_in_a_row

SPEED_WPM = 20.0
"""The fastest that a station may say by itself who it is. Source: 47 CFR 97.119(b)(1)."""
_SLOWEST_WPM, _FASTEST_WPM = 5, 60
_EDGE_S = 0.005
"""How long a raised-cosine edge takes: a harder one is heard as a key click."""


def morse(
    text: str,
    rate_hz: int,
    *,
    speed_wpm: float = SPEED_WPM,
    tone_hz: float = 800.0,
    level_dbfs: float = -10.0,
) -> Samples:
    """The text as sound: float32 mono, from the first dot or dash to the end of the last.

    `speed_wpm`: words (`PARIS `) a minute. `level_dbfs` is the power while the key is down; half-way up and
    down its edges it has just the length that the speed gives it.

    Raises:
        ValueError: a character that the code does not have, a speed beyond 5 to 60 words a minute, a tone
            that the rate cannot carry, or a level at which it would clip.
    """
    if not _SLOWEST_WPM <= speed_wpm <= _FASTEST_WPM:
        raise ValueError(f"{speed_wpm:g} words a minute; {_SLOWEST_WPM} to {_FASTEST_WPM} can be sent")
    edge, dot = round(_EDGE_S * rate_hz), round(dot_s(speed_wpm) * rate_hz)
    rise = (1 - np.cos(np.pi * (np.arange(edge) + 0.5) / edge)) / 2
    parts = []
    for down, up in _keyed(spelt(text)):
        parts += [rise, np.ones(down * dot - edge), rise[::-1], np.zeros(max(up * dot - edge, 0))]
    key = np.concatenate(parts)
    tone = tones_in_a_row([(tone_hz, len(key) / rate_hz)], rate_hz, level_dbfs=level_dbfs)
    return np.asarray(tone * key, np.float32)


def _keyed(words: tuple[Word, ...]) -> list[tuple[int, int]]:
    """For how many dots the key is down, and then up, one element after the other; it ends down."""
    keyed: list[tuple[int, int]] = []
    for word in words:
        for character in word:
            keyed += [(DASH if element == "-" else 1, GAP) for element in character]
            keyed[-1] = (keyed[-1][0], CHARACTER_GAP)
        keyed[-1] = (keyed[-1][0], WORD_GAP)
    return [*keyed[:-1], (keyed[-1][0], 0)]
