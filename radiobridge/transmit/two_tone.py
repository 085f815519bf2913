"""Two-tone pages for the air, for tests and for benches. Source: `radiobridge.signalling.two_tone`."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.signalling.two_tone import A_S, B_S, GROUP_S
from radiobridge.transmit.single_tones import tones_in_a_row


def two_tone(
    a_hz: float,
    b_hz: float,
    rate_hz: int,
    *,
    a_s: float = A_S,
    b_s: float = B_S,
    gap_s: float = 0.0,
    level_dbfs: float = -10.0,
) -> Samples:
    """A page as sound: float32 mono; `level_dbfs` is the power of its tones.

    Raises:
        ValueError: a tone that cannot be sent, or a level at which it would clip.
    """
    if not gap_s:
        return tones_in_a_row([(a_hz, a_s), (b_hz, b_s)], rate_hz, level_dbfs=level_dbfs)
    first, second = (
        tones_in_a_row([tone], rate_hz, level_dbfs=level_dbfs) for tone in ((a_hz, a_s), (b_hz, b_s))
    )
    return np.concatenate([first, np.zeros(round(gap_s * rate_hz), np.float32), second])


def group_call(hz: float, rate_hz: int, *, seconds: float = GROUP_S, level_dbfs: float = -10.0) -> Samples:
    """One long tone, which calls all who have it: float32 mono. Raises ValueError as a page does."""
    return tones_in_a_row([(hz, seconds)], rate_hz, level_dbfs=level_dbfs)
