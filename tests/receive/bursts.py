"""MDC-1200 bursts as a receiver hears them."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ
from radiobridge.signalling.mdc1200 import Packet
from radiobridge.transmit.mdc1200 import mdc1200


def burst(
    packet: Packet, *, around_s: float = 0.2, level_dbfs: float = -10, preamble_bytes: int = 7
) -> Samples:
    """A packet at 8 kHz with quiet around it."""
    quiet = np.zeros(round(around_s * TONE_RATE_HZ), np.float32)
    sound = mdc1200(packet, TONE_RATE_HZ, level_dbfs=level_dbfs, preamble_bytes=preamble_bytes)
    return np.concatenate([quiet, sound, quiet])
