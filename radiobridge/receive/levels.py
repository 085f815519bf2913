"""How levels and ratios of powers are told, in dB."""

from __future__ import annotations

import math

SILENCE_DBFS = -120.0
"""What digital silence is reported as."""

BEST_SNR_DB = 30.0
"""What is told of a signal without noise: more cannot be measured through windows of some tens of ms."""

_NOTHING = 1e-12


def power_db(power: float) -> float:
    """A power or a ratio of powers in dB, at least -120; a mean power (1.0: full scale) in dBFS."""
    return max(10 * math.log10(power), SILENCE_DBFS) if power > 0 else SILENCE_DBFS


def snr_db(signal: float, noise: float) -> float:
    """The ratio of two powers in dB, at most `BEST_SNR_DB`."""
    return min(power_db(signal / max(noise, _NOTHING)), BEST_SNR_DB)
