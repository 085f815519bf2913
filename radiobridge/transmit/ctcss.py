"""CTCSS tones for the air, for tests and for benches. Source: `radiobridge.signalling.ctcss`."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.signalling.ctcss import standard_tone

_RAMP_S = 0.01
"""Rise and fall: a hard edge is heard as a click."""


def ctcss(
    hz: float,
    rate_hz: int,
    seconds: float,
    *,
    level_dbfs: float = -25.0,
    reverse_burst_deg: float = 0.0,
    reverse_burst_s: float = 0.15,
) -> Samples:
    """A tone of the table as sound: float32 mono, to be added to the voice; `level_dbfs` is its power.

    Where `reverse_burst_deg` is not 0, the tone's phase then goes back by so many degrees (radios: 120, 135
    or 180) for `reverse_burst_s`.

    Raises:
        ValueError: no tone of the table, or a level at which it would clip.
    """
    standard_tone(hz)
    amplitude = np.sqrt(2 * 10 ** (level_dbfs / 10))
    if amplitude > 1:
        raise ValueError(f"level_dbfs {level_dbfs:g} clips; a tone has -3.1 dBFS at most")
    burst_s = reverse_burst_s if reverse_burst_deg else 0.0
    t = np.arange(round((seconds + burst_s) * rate_hz)) / rate_hz
    back = np.where(t < seconds, 0.0, np.radians(reverse_burst_deg))
    rise = np.minimum(1, (np.arange(len(t)) + 1) / (_RAMP_S * rate_hz))
    sound = amplitude * np.sin(2 * np.pi * hz * t - back) * np.minimum(rise, rise[::-1])
    return np.asarray(sound, np.float32)
