"""Short ways to make what tests feed: `keyed("*110#")`, `phrase_heard()`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radiobridge.events import AudioBlock, PhraseHeard, Samples
from radiobridge.transmit.dtmf import dtmf

RATE_HZ = 16000


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def phrase_heard(confidence: float = 0.99, *, channel: str = "gate", id_: str = "T1") -> PhraseHeard:
    """A phrase that raises "fire", heard in transmission `id_`."""
    return PhraseHeard(channel, 12.0, id_, "fire", {}, "ko", "화재 위험", confidence)


def keyed(keys: str, rate_hz: int = RATE_HZ, *, around_s: float = 0.3, **how: float) -> Samples:
    """The keys as sound with quiet around them; `how` as in the encoder."""
    quiet = np.zeros(round(around_s * rate_hz), np.float32)
    return np.concatenate([quiet, dtmf(keys, rate_hz, **how), quiet])


def noisy(sound: Samples, level_dbfs: float, seed: int = 1) -> Samples:
    """The sound with white noise of this RMS level."""
    noise = np.random.default_rng(seed).normal(0, 10 ** (level_dbfs / 20), len(sound))
    return (sound + noise).astype(np.float32)


def in_blocks(sound: Samples, frames: int, rate_hz: int = RATE_HZ, at: float = 0.0) -> Iterator[AudioBlock]:
    """The sound as a driver delivers it."""
    for start in range(0, len(sound), frames):
        yield AudioBlock(sound[start : start + frames], rate_hz, at + start / rate_hz)
