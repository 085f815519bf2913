"""A voice through a radio, made more like those that recognisers were trained with. Sans-IO.

Speech models know voices of 8 kHz bandwidth. A radio passes 300 to 3,000 Hz, and what it takes away is not
only missed: an empty upper band is a sound that no model has heard. So steady noise is lowered, the slopes of
the radio's filters are undone as far as there is something left, and the upper band is filled with noise that
follows the voice. What each step is worth is in docs/phrases.md. A voice that has an upper band is left as it
is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.speech.noise import HOP, LEAST_GAIN, NoiseReduction

RATE_HZ = 16_000

_LOOK_S = 0.3
"""So much of a voice tells whether there is an upper band."""
_LOUD = 10 ** (-50 / 20)
"""A block of less is no voice."""
_UPPER_HZ = (4300.0, 7500.0)
_NARROW_DB = -35.0
"""The upper band of a voice is less than that under its lower one; through a radio it is far more."""
_LOW_HZ, _HIGH_HZ = 300.0, 3000.0
"""What a radio passes. Source: TIA-603-E, 1.3: audio bandwidth 300 to 3,000 Hz."""
_MOST_DB = 12.0
"""Beyond so much of a slope only noise would be raised."""
_TOP_HZ = 3900.0
_TAPS = 257
_FOLLOWED_HZ = (2000.0, 3800.0)
_FILLED_FROM_HZ = 3300.0
_FILL_DB = -8.0
"""The noise in the upper band, under the voice between 2 and 3.8 kHz."""
_FLOOR_DB = -42.0
"""And always there, under the loudest of the voice."""
_CLEAR_DB = 25.0
"""A voice so far over the softest moment needs no noise lowered."""
_BLOCK = 12 * HOP
_MOST_HELD_BLOCKS = 15
"""Who says so little is judged by that."""
_SMOOTH_FRAMES = 160
_FADE = 0.995
"""What is left of the loudest after a block of 0.1 s."""


class RadioVoice:
    """One transmission; as much comes out as goes in, some 37 ms later."""

    def __init__(self) -> None:
        self._is_narrow: bool | None = None
        self._rest = np.zeros(0, np.float32)
        self._undecided: list[Samples] = []
        self._noise_reduction = NoiseReduction()
        self._slopes = _Filter(_fir(_undone))
        self._follow = _Filter(_fir(lambda hz: (hz > _FOLLOWED_HZ[0]) & (hz < _FOLLOWED_HZ[1])))
        self._mean = _Filter(np.full(_SMOOTH_FRAMES, 1 / _SMOOTH_FRAMES, np.float32))
        self._noise = _upper_noise()
        self._noise_at = 0
        self._quiet = np.inf
        self._loudest = 0.0
        self._softest_db, self._strongest_db = np.inf, -np.inf

    def feed(self, samples: Samples) -> Samples:
        """The voice as far as it is ready: float32 mono at `RATE_HZ`."""
        self._rest = np.concatenate([self._rest, samples])
        ready = [samples[:0]]
        while len(self._rest) >= _BLOCK:
            block, self._rest = self._rest[:_BLOCK], self._rest[_BLOCK:]
            ready += self._next(block)
        return np.concatenate(ready)

    def finish(self) -> Samples:
        """What was held back."""
        rest, self._rest = self._rest, self._rest[:0]
        if self._is_narrow is None:
            self._undecided.append(rest)
            return np.concatenate([rest[:0], *self._decided()])
        return self._made(rest)

    def _next(self, block: Samples) -> list[Samples]:
        if self._is_narrow is not None:
            return [self._made(block)]
        if not self._undecided and not _is_loud(block):
            self._measure(block)
            return [block]
        self._undecided.append(block)
        loud = sum(map(_is_loud, self._undecided))
        is_clear = loud * _BLOCK >= _LOOK_S * RATE_HZ or len(self._undecided) == _MOST_HELD_BLOCKS
        return self._decided() if is_clear else []

    def _decided(self) -> list[Samples]:
        """What was held until it was clear what voice it is."""
        held, self._undecided = self._undecided, []
        loud = [block for block in held if _is_loud(block)]
        self._is_narrow = bool(loud) and is_narrow(np.concatenate(loud))
        return [self._made(block) for block in held if len(block)]

    def _made(self, block: Samples) -> Samples:
        return self._widened(block) if self._is_narrow and len(block) else block

    def _widened(self, block: Samples) -> Samples:
        quieter = self._noise_reduction.feed(block, self._least_gain(block))
        voice = self._slopes.feed(quieter)
        power = self._mean.feed(np.square(self._follow.feed(voice)))
        # What is there between the words is noise, and is not followed.
        self._quiet = min(self._quiet * 1.05, float(power.mean()) + 1e-12)
        followed = np.sqrt(np.maximum(power - 2 * self._quiet, 0))
        self._loudest = max(self._loudest * _FADE, float(np.sqrt(np.mean(np.square(voice)))))
        level = followed * 10 ** (_FILL_DB / 20) + self._loudest * 10 ** (_FLOOR_DB / 20)
        return np.asarray(voice + level * self._next_noise(len(block)), np.float32)

    def _least_gain(self, block: Samples) -> float:
        """How far noise is to be lowered: where there is little, what is lost of the voice is worth more."""
        self._measure(block)
        return LEAST_GAIN if self._strongest_db - self._softest_db < _CLEAR_DB else 1.0

    def _measure(self, block: Samples) -> None:
        level_db = 10 * np.log10(float(np.mean(np.square(block))) + 1e-12)
        self._softest_db = min(self._softest_db, level_db)
        self._strongest_db = max(self._strongest_db, level_db)

    def _next_noise(self, frames: int) -> Samples:
        places = (self._noise_at + np.arange(frames)) % len(self._noise)
        self._noise_at = int((self._noise_at + frames) % len(self._noise))
        return self._noise[places]


def _is_loud(block: Samples) -> bool:
    return bool(len(block)) and bool(np.sqrt(np.mean(np.square(block))) > _LOUD)


def is_narrow(sound: Samples) -> bool:
    """Whether there is next to nothing above 4 kHz."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    upper = power[(hz > _UPPER_HZ[0]) & (hz < _UPPER_HZ[1])].sum()
    lower = power[(hz > _LOW_HZ) & (hz < _HIGH_HZ)].sum()
    return bool(upper < lower * 10 ** (_NARROW_DB / 10))


class _Filter:
    """A FIR filter over blocks."""

    def __init__(self, taps: Samples) -> None:
        self._taps = taps
        self._before = np.zeros(len(taps) - 1, np.float32)

    def feed(self, block: Samples) -> Samples:
        """As many samples as come in."""
        together = np.concatenate([self._before, block])
        self._before = together[len(together) - len(self._before) :]
        return np.convolve(together, self._taps, "valid").astype(np.float32)


def _undone(hz: NDArray[Any]) -> NDArray[Any]:
    """How much to raise each frequency."""
    passed = 1 / (1 + (_LOW_HZ / np.maximum(hz, 1)) ** 2) / (1 + (hz / _HIGH_HZ) ** 2)
    raised: NDArray[Any] = np.minimum(1 / passed, 10 ** (_MOST_DB / 20)) * (hz < _TOP_HZ)
    return raised


def _fir(response: Callable[[NDArray[Any]], NDArray[Any]]) -> Samples:
    """Linear-phase taps by frequency sampling, with a Hamming window."""
    hz = np.fft.rfftfreq(2048, 1 / RATE_HZ)
    impulse = np.roll(np.fft.irfft(response(hz).astype(float)), _TAPS // 2)[:_TAPS]
    return np.asarray(impulse * np.hamming(_TAPS), np.float32)


def _upper_noise() -> Samples:
    """Some seconds of noise above `_FILLED_FROM_HZ`, of unit power."""
    noise = np.random.default_rng(1).standard_normal(3 * RATE_HZ + _TAPS - 1).astype(np.float32)
    upper = np.convolve(noise, _fir(lambda hz: hz > _FILLED_FROM_HZ), "valid")
    return np.asarray(upper / np.sqrt(np.mean(np.square(upper))), np.float32)
