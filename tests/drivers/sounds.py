"""Sound that driver tests feed, and what they make of what arrives."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from radiobridge.errors import DeviceLost
from radiobridge.events import AudioBlock, Samples
from radiobridge.ports import AudioInput, Driver

LOW_HZ, HIGH_HZ = 697.0, 1336.0
"""The tones of key 2. Source: ITU-T Q.23."""

PATIENCE_S = 15.0


def key_two(rate_hz: int, seconds: float = 0.25) -> Samples:
    """Two tones at -10 dBFS peak each, in whole 16-bit steps, with first and last sample not zero."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = 0.3 * np.sin(2 * np.pi * LOW_HZ * time_s) + 0.3 * np.sin(2 * np.pi * HIGH_HZ * time_s)
    tones[[0, -1]] = 0.25
    exact: Samples = (np.round(tones * 32768) / 32768).astype(np.float32)
    return exact


def s16le(samples: Samples) -> bytes:
    """The same as raw 16-bit sound."""
    return (samples * 32768).round().astype("<i2").tobytes()


def read_until(driver: AudioInput, enough: Callable[[Samples], bool]) -> list[AudioBlock]:
    """Blocks until their sound is `enough`; fails after a patience that no busy machine needs."""
    blocks: list[AudioBlock] = []
    give_up = time.monotonic() + PATIENCE_S
    while not enough(joined(blocks)):
        assert time.monotonic() < give_up, f"{driver.name}: {len(blocks)} blocks came, but not what was sent"
        block = driver.read(0.1)
        if block is not None:
            blocks.append(block)
    return blocks


def joined(blocks: list[AudioBlock]) -> Samples:
    """The sound of all blocks, one after the other."""
    return np.concatenate([np.zeros(0, np.float32), *(block.samples for block in blocks)])


def without_silence(samples: Samples) -> Samples:
    """From the first sample that is not zero to the last one."""
    heard: NDArray[np.intp] = np.flatnonzero(samples)
    return samples[heard[0] : heard[-1] + 1] if len(heard) else samples[:0]


def wait_until(holds: Callable[[], bool], else_say: str) -> None:
    """It holds; fails after a patience that no busy machine needs."""
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up, else_say
        time.sleep(0.002)


def opens(driver: Driver) -> bool:
    """The driver opens; False where its device is not there."""
    try:
        driver.open()
    except DeviceLost:
        return False
    return True
