"""A voice that is told by what it was asked, and speech with pauses, for the tests of this room."""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.ports import DriverSettings, Spoken, Voice

RATE_HZ = 16_000


class CountingVoice(Voice):
    """Says each text as a tone of its length, and keeps what it was asked."""

    Settings = DriverSettings

    def __init__(self, fingerprint: str = "counting 1") -> None:
        super().__init__(DriverSettings())
        self.asked: list[tuple[str, str]] = []
        self._fingerprint = fingerprint

    @property
    def name(self) -> str:
        return "counting voice"

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def open(self) -> None: ...

    def close(self) -> None: ...

    def languages(self) -> list[str]:
        return ["en"]

    def say(self, text: str, language: str) -> Spoken:
        self.asked.append((text, language))
        return Spoken(tone(0.1 * len(text), -20), RATE_HZ)


def tone(seconds: float, level_dbfs: float, rate_hz: int = RATE_HZ) -> Samples:
    """A tone of this RMS."""
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    wave: Samples = (10 ** (level_dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * 440 * time_s)).astype(
        np.float32
    )
    return wave


def silence(seconds: float) -> Samples:
    """Nothing."""
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def noise(seconds: float, level_dbfs: float) -> Samples:
    """White noise of this RMS, the same each time."""
    drawn = np.random.default_rng(1).normal(0, 10 ** (level_dbfs / 20), round(seconds * RATE_HZ))
    return drawn.astype(np.float32)
