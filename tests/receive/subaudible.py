"""Sounds and answers for the tests of what is below the voice: CTCSS and DCS."""

from __future__ import annotations

from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from tests.channel_model import sent_power
from tests.receive.speech import real_speech

RATE_HZ = 8000
QUIET_S = 0.3


class Squelch(Protocol):
    """What the squelches have in common."""

    def feed(self, sound: Samples) -> NDArray[np.bool_]:
        """The state after each 10 ms."""


def quietly(*sounds: Samples) -> Samples:
    """The sounds, with quiet before and after them all."""
    quiet = np.zeros(round(QUIET_S * RATE_HZ), np.float32)
    return np.concatenate([quiet, *sounds, quiet])


def hiss(seconds: float, level_dbfs: float, seed: int = 1) -> Samples:
    """White noise."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 10 ** (level_dbfs / 20), round(seconds * RATE_HZ)).astype(np.float32)


def sine(hz: float, seconds: float, level_dbfs: float = -25) -> Samples:
    """A steady tone."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(np.sqrt(2) * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * t), np.float32)


def spoken_over(sound: Samples, louder_db: float, *, seed: int = 1) -> Samples:
    """The sound with a voice as transmitters pass it, so much louder, from the beginning to the end."""
    voice = _transmitted_voice()
    start = int(np.random.default_rng(seed).integers(0, len(voice) - len(sound)))
    gain = np.sqrt(sent_power(sound) / sent_power(voice) * 10 ** (louder_db / 10))
    return np.asarray(sound + gain * voice[start : start + len(sound)], np.float32)


@cache
def _transmitted_voice() -> Samples:
    """Nothing below 250 Hz: -25 dB there. Source: MX-COM MX465 (-36 dB, 1 dB of ripple from 300 Hz on)."""
    voice = real_speech()[: 300 * RATE_HZ]
    hz = np.fft.rfftfreq(len(voice), 1 / RATE_HZ)
    passed = 1 / np.sqrt(1 + (300 / np.maximum(hz, 1)) ** 32)
    return np.fft.irfft(np.fft.rfft(voice) * passed, len(voice)).astype(np.float32)


def coupled(sound: Samples, corner_hz: float) -> Samples:
    """Through a capacitor: a high-pass of first order."""
    hz = np.fft.rfftfreq(2 * len(sound), 1 / RATE_HZ)
    spectrum = np.fft.rfft(sound, 2 * len(sound)) * (1j * hz / (corner_hz + 1j * hz))
    return np.fft.irfft(spectrum, 2 * len(sound))[: len(sound)].astype(np.float32)


def states(squelch: Squelch, sound: Samples, frames: int = 2) -> NDArray[np.bool_]:
    """The squelch's state after each 10 ms, fed with so many frames at once."""
    frame = RATE_HZ // 100
    sound = sound[: len(sound) // frame * frame]
    blocks = range(0, len(sound), frames * frame)
    return np.concatenate([squelch.feed(sound[start : start + frames * frame]) for start in blocks])


def spans_s(open_frames: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """When the squelch was open: from and to in seconds."""
    edges = np.flatnonzero(np.diff(open_frames, prepend=False, append=False))
    return [
        (float(start) / 100, float(end) / 100) for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
