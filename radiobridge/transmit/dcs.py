"""DCS words for the air, for tests and for benches. Source: `radiobridge.signalling.dcs`."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.signalling.dcs import BITS_PER_S, TURN_OFF_HZ, TURN_OFF_S, sent_bits

_EDGE_BITS = 0.5
"""How long a change from one bit to the next takes: with hard edges the words are heard as a buzz."""


def dcs(
    code: str,
    rate_hz: int,
    seconds: float,
    *,
    level_dbfs: float = -25.0,
    turn_off_s: float = TURN_OFF_S,
) -> Samples:
    """A code (`023N`, `023I`; `023` is `023N`) as sound: float32 mono, to be added to the voice.

    Words for `seconds`, then the turn-off tone for `turn_off_s`; `level_dbfs` is the power of either.

    Raises:
        ValueError: no such code, or a level at which the turn-off tone would clip.
    """
    amplitude = 10 ** (level_dbfs / 20)
    if amplitude * np.sqrt(2) > 1:
        raise ValueError(f"level_dbfs {level_dbfs:g} clips; the turn-off tone has -3.1 dBFS at most")
    signs = 2.0 * sent_bits(code) - 1
    at = np.arange(round(seconds * rate_hz)) / rate_hz * BITS_PER_S
    number = np.floor(at).astype(int)
    # The edge after each bit: half a cosine, all of it within the next bit.
    edge = np.minimum((at - number) / _EDGE_BITS, 1)
    now, before = signs[number % len(signs)], signs[(number - 1) % len(signs)]
    words = before + (now - before) * (1 - np.cos(np.pi * edge)) / 2
    # An edge has half of the power.
    changes = np.count_nonzero(signs != np.roll(signs, 1)) / len(signs)
    words /= np.sqrt(1 - changes * _EDGE_BITS / 2)
    t = np.arange(round(turn_off_s * rate_hz)) / rate_hz
    turn_off = np.sqrt(2) * np.sin(2 * np.pi * TURN_OFF_HZ * t)
    return (amplitude * np.concatenate([words, turn_off])).astype(np.float32)
