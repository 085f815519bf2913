"""Rows of single tones for the air: what five-tone calls, two-tone pages and tone bursts are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radiobridge.events import Samples

_LOUDEST_DBFS = -3.02
"""Power of a full-scale sine, rounded up."""
_RAMP_S = 0.002
"""Rise and fall of the row; a hard edge splatters over the whole band."""


def tones_in_a_row(
    tones: Sequence[tuple[float, float]], rate_hz: int, *, level_dbfs: float = -10.0
) -> Samples:
    """Tones (Hz, seconds) without a gap and with unbroken phase: float32 mono; `level_dbfs` is their power.

    Raises:
        ValueError: a tone that the rate cannot carry or that has no length, or a level that would clip.
    """
    if level_dbfs > _LOUDEST_DBFS:
        raise ValueError(f"level_dbfs {level_dbfs:g} clips; stay below {_LOUDEST_DBFS} dBFS")
    for hz, seconds in tones:
        if not 0 < hz < rate_hz / 2 or seconds <= 0:
            raise ValueError(f"a tone of {hz:g} Hz for {seconds:g} s cannot be sent at {rate_hz} Hz")
    ends = np.rint(np.cumsum([seconds for _, seconds in tones]) * rate_hz).astype(int)
    each = np.repeat([hz for hz, _ in tones], np.diff(ends, prepend=0))
    sound = np.sqrt(2 * 10 ** (level_dbfs / 10)) * np.sin(2 * np.pi * np.cumsum(each) / rate_hz)
    rise = np.minimum(1, (np.arange(len(sound)) + 1) / (_RAMP_S * rate_hz))
    return np.asarray(sound * np.minimum(rise, rise[::-1]), np.float32)
