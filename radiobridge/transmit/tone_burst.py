"""Tone bursts for the air, for tests and for benches."""

from __future__ import annotations

from radiobridge.events import Samples
from radiobridge.transmit.single_tones import tones_in_a_row


def tone_burst(hz: float, rate_hz: int, seconds: float, *, level_dbfs: float = -10.0) -> Samples:
    """One steady tone as sound: float32 mono; `level_dbfs` is its power.

    Raises:
        ValueError: a tone that cannot be sent, or a level at which it would clip.
    """
    return tones_in_a_row([(hz, seconds)], rate_hz, level_dbfs=level_dbfs)
