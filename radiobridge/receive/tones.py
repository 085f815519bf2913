"""What all tone decoders share: the rate at which they hear, and how a level and an SNR are told."""

from __future__ import annotations

import math

TONE_RATE_HZ = 8000
"""Rate of the sound that tone decoders take: a radio passes 300 to 3000 Hz, and CTCSS below."""

BEST_SNR_DB = 30.0
"""What is told of a signal without noise: more cannot be measured through windows of some tens of ms."""

_NOTHING = 1e-12


def power_db(ratio: float) -> float:
    """A ratio of powers in dB; that of a full-scale square is 0 dBFS."""
    return 10 * math.log10(max(ratio, _NOTHING))


def snr_db(signal: float, noise: float) -> float:
    """The ratio of two powers in dB, at most `BEST_SNR_DB`."""
    return min(power_db(signal / max(noise, _NOTHING)), BEST_SNR_DB)
