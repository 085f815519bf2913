"""Samples as the audio drivers pass them on: block length, permitted rates, raw 16-bit sound.

Everything here is pure; nothing opens or reads a device.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from radiobridge.events import Samples

BLOCK_S = 0.02
"""Length of a delivered block in seconds: short beside a 40 ms key, long beside the cost of a call."""

LEAST_RATE_HZ = 4000
"""The highest DTMF tone is 1633 Hz (Source: ITU-T Q.23); a lower rate leaves no room for its filter."""
GREATEST_RATE_HZ = 384_000

RateHz = Annotated[int, Field(ge=LEAST_RATE_HZ, le=GREATEST_RATE_HZ)]

S16_BYTES, F32_BYTES = 2, 4


def block_frames(rate_hz: int) -> int:
    """Frames of one block at `rate_hz`."""
    return round(rate_hz * BLOCK_S)


def s16le_samples(sound: bytes) -> Samples:
    """float32 mono from raw signed 16-bit little-endian mono; -32768 becomes -1. Length must be even."""
    return np.frombuffer(sound, dtype="<i2").astype(np.float32) / np.float32(32768)


def s16le_bytes(samples: Samples) -> bytes:
    """Raw signed 16-bit little-endian sound from float32, the nearest step each, clipped at full scale."""
    steps = np.clip(np.round(samples * np.float32(32768)), -32768, 32767)
    return steps.astype("<i2").tobytes()
