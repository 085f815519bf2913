"""`voice`: opens on what stands out of a steady sound, at any level: a voice, keys, signalling.

The power in each of 15 bands is compared with the noise that was in it before. What is counted is how
unlikely a frame is as mere noise: the mean over the bands of g - 1 - ln g, where g is the power over that of
the noise. (It is the logarithm of a likelihood ratio.) Noise, hum and whistles that go on are learned as
noise; a voice and the tones of a key are not there for long enough.

Source: J. Sohn, N. S. Kim, W. Sung, "A statistical model-based voice activity detection", IEEE Signal
Processing Letters 6 (1999), for the measure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.squelch.frames import FRAME_S, SQUELCH_RATE_HZ, Heard
from radiobridge.receive.squelch.spectrum import Spectrum

_BANDS_HZ = [(low, low + 200) for low in range(300, 3300, 200)]
"""A tone is in one of them, or two; the formants of a voice are in several."""

_OPENS, _STAYS = 0.5, 0.3
"""Mere noise has 0.08; it is over the first in one frame of 15,000, and not in four in a row."""
_STAYS_FRAMES = round(0.5 / FRAME_S)
"""After the last sound for so long it takes less to be heard: words end softly."""
_MOST = 12.0
"""More than this a band cannot count: two tones are in two bands of 15, and enough."""

_LEARNED_FRAMES = round(0.5 / FRAME_S)
"""Noise is averaged over the last 0.5 s in which nothing was heard."""
_FIRST_FRAMES = round(0.1 / FRAME_S)
"""So much must be known of the noise before anything is heard in it."""
_FALLEN, _FALLEN_FRAMES = 0.05, 2
"""Where all the power is 13 dB down for so long the noise has gone, as when a carrier comes. How far is seen
in the quieter bands: there may be a key in the others."""
_QUIETER = 25
"""Percentile of the bands."""
_ABSORBED = 10 ** (6 * FRAME_S / 10)
"""While something is heard what is taken for noise goes after it by 6 dB a second: 40 dB of hum, and a key
that is held, are over in 7 s."""
_LEAST = 1e-10
"""Below -100 dBFS in a band there is nothing to hear."""


class VoiceSource:
    """Hears what is not the steady noise of the channel."""

    def __init__(self) -> None:
        self._spectrum = Spectrum(SQUELCH_RATE_HZ // 2, _BANDS_HZ)
        self._noise = np.full(len(_BANDS_HZ), _LEAST)
        self._learned = self._fallen = 0
        self._since = _STAYS_FRAMES

    def feed(self, sound: Samples) -> Heard:
        """What is heard in whole frames of sound at 8 kHz."""
        powers = np.maximum(self._spectrum.feed(sound), _LEAST)
        return np.array([self._hears(power) for power in powers], np.bool_)

    def _hears(self, power: NDArray[np.float64]) -> bool:
        if self._learned < _LEARNED_FRAMES:
            self._learned += 1
        heard = self._learned > _FIRST_FRAMES and self._unlike_noise(power) >= (
            _STAYS if self._since < _STAYS_FRAMES else _OPENS
        )
        if heard:
            self._since = 0
            self._noise *= np.where(power > self._noise, _ABSORBED, 1 / _ABSORBED)
        else:
            self._since += 1
            self._learn(power)
        return heard

    def _learn(self, power: NDArray[np.float64]) -> None:
        is_down = np.add.reduce(power) < _FALLEN * np.add.reduce(self._noise)
        self._fallen = self._fallen + 1 if is_down else 0
        if self._fallen == _FALLEN_FRAMES and self._learned > _FIRST_FRAMES:
            self._noise *= np.percentile(power / self._noise, _QUIETER)
            self._learned = _FIRST_FRAMES
        else:
            self._noise += (power - self._noise) / self._learned

    def _unlike_noise(self, power: NDArray[np.float64]) -> float:
        over = np.maximum(power / self._noise, 1)
        unlike = np.minimum(over - np.log(over) - 1, _MOST)
        return float(np.add.reduce(unlike)) / len(_BANDS_HZ)
