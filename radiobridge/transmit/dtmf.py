"""DTMF tones for the air, for tests and for benches. Source: ITU-T Q.23 (tones of the keys)."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples

LOW_HZ = (697, 770, 852, 941)
HIGH_HZ = (1209, 1336, 1477, 1633)
KEYS = "123A456B789C*0#D"
"""Row by row: key i has LOW_HZ[i // 4] and HIGH_HZ[i % 4]."""

_RAMP_S = 0.002
"""Rise and fall of a tone; a hard edge splatters over the whole band."""


def dtmf(
    keys: str,
    rate_hz: int,
    *,
    tone_s: float = 0.1,
    gap_s: float = 0.1,
    level_dbfs: float = -10.0,
    twist_db: float = 0.0,
) -> Samples:
    """The keys as sound: float32 mono; each key is a tone pair and the gap after it.

    `level_dbfs` is the power of the pair; `twist_db` is the high tone over the low one.

    Raises:
        ValueError: a character that is no key, or a level at which the pair would clip.
    """
    if unknown := sorted(set(keys) - set(KEYS)):
        raise ValueError(f"no DTMF keys: {''.join(unknown)!r}; there are 0-9 A-D * #")
    lean = 10 ** (twist_db / 20)
    low = np.sqrt(2 * 10 ** (level_dbfs / 10) / (1 + lean**2))
    if low * (1 + lean) > 1:
        loudest_dbfs = np.floor(10 * (level_dbfs - 20 * np.log10(low * (1 + lean)))) / 10
        raise ValueError(
            f"level_dbfs {level_dbfs:g} clips; with this twist a key has {loudest_dbfs:.1f} dBFS at most"
        )
    gap = np.zeros(round(gap_s * rate_hz), np.float32)
    parts = [part for key in keys for part in (_tone(key, rate_hz, tone_s, low, low * lean), gap)]
    return np.concatenate(parts) if parts else gap[:0]


def _tone(key: str, rate_hz: int, tone_s: float, low: float, high: float) -> Samples:
    index = KEYS.index(key)
    t = np.arange(round(tone_s * rate_hz)) / rate_hz
    sound = low * np.sin(2 * np.pi * LOW_HZ[index // 4] * t)
    sound += high * np.sin(2 * np.pi * HIGH_HZ[index % 4] * t)
    rise = np.minimum(1, (np.arange(len(t)) + 1) / (_RAMP_S * rate_hz))
    return (sound * np.minimum(rise, rise[::-1])).astype(np.float32)
