"""`noise`: opens where a carrier quiets the noise of an unsquelched FM receiver.

Without a carrier a discriminator gives loud noise, above the voice too. A carrier quiets it, whatever is
said on it: transmitters pass no voice above 3 kHz. So what counts is how far the noise above 4 kHz lies
under that of the empty channel; a carrier 9 dB over the receiver's noise quiets it by about 10 dB.

The level of the empty channel is learned, and is the loudest that lasts: noise can only get louder when a
carrier goes. Until both have been heard nobody can know whether it is the empty channel or a carrier that
is there from the beginning. Then it is a voice that tells: in mere noise the sound over its own noise stays
the same.
"""

from __future__ import annotations

import math

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.squelch.frames import FRAME_S, SQUELCH_RATE_HZ, Heard

_NOISE_HZ = (4200, 6200)
"""Over what a transmitter's filter lets through of a voice, and under what the resampler lets through."""
_TAPS = 65
"""A filter of 4 ms: a voice at 3 kHz is 60 dB down."""

_SPOKEN_DB = 6.0
"""Sound over its own noise, averaged over 50 ms, varies by 1 dB in mere noise, and by 10 dB with a voice."""
_SYLLABLE = FRAME_S / 0.05

_FRAME = round(SQUELCH_RATE_HZ * FRAME_S)
_SMOOTHED = FRAME_S / 0.3
"""The noise is averaged over this time before it can raise the reference: a splash of 0.1 s does little."""
_FORGOTTEN_DB = FRAME_S / 60
"""The reference falls by 1 dB a minute: a receiver that was turned down opens, and comes to rest again."""

_SILENCE_DB = -110.0
"""Below this there is no receiver: a sender that has stopped, a muted input."""


class NoiseSource:
    """Hears noise that is `quieting_db` under that of the empty channel, and from there on half as much."""

    def __init__(self, quieting_db: float) -> None:
        self._opens_db = quieting_db
        self._closes_db = quieting_db / 2
        self._taps = _band_pass()
        self._before = np.zeros(_TAPS - 1, np.float32)
        self._mean_db: float | None = None
        self._empty_db = _SILENCE_DB
        self._least_db = math.inf
        self._over_db: float | None = None
        self._least_over_db = math.inf
        self._quieted = False

    def feed(self, sound: Samples) -> Heard:
        """What is heard in whole frames of sound at `SQUELCH_RATE_HZ`."""
        joined = np.concatenate([self._before, sound])
        self._before = joined[len(sound) :]
        at_once = joined[_TAPS // 2 :][: len(sound)]
        levels = zip(_levels_db(at_once), _levels_db(np.convolve(joined, self._taps, "valid")), strict=True)
        return np.array([self._hears(*frame) for frame in levels], np.bool_)

    def _hears(self, sound_db: float, noise_db: float) -> bool:
        if noise_db < _SILENCE_DB:
            self._quieted = False
            self._over_db = None
            return False
        self._learn(noise_db)
        under_db = self._empty_db - noise_db
        self._quieted = under_db >= (self._closes_db if self._quieted else self._opens_db)
        return self._quieted or (not self._knows_both and self._is_spoken_on(sound_db - noise_db))

    @property
    def _knows_both(self) -> bool:
        """Whether the empty channel and a carrier have been heard."""
        return self._empty_db - self._least_db >= self._opens_db

    def _learn(self, noise_db: float) -> None:
        mean_db = noise_db if self._mean_db is None else self._mean_db
        self._mean_db = mean_db + (noise_db - mean_db) * _SMOOTHED
        self._empty_db = max(self._mean_db, self._empty_db - _FORGOTTEN_DB)
        self._least_db = min(self._least_db, self._mean_db)

    def _is_spoken_on(self, over_db: float) -> bool:
        """Whether sound that is `over_db` over its noise varies as a voice does."""
        mean_db = over_db if self._over_db is None else self._over_db
        self._over_db = mean_db + (over_db - mean_db) * _SYLLABLE
        self._least_over_db = min(self._least_over_db, self._over_db)
        return self._over_db - self._least_over_db >= _SPOKEN_DB


def _band_pass() -> Samples:
    low, high = (hz / SQUELCH_RATE_HZ for hz in _NOISE_HZ)
    t = np.arange(_TAPS) - _TAPS // 2
    taps = 2 * high * np.sinc(2 * high * t) - 2 * low * np.sinc(2 * low * t)
    return np.asarray(taps * np.hamming(_TAPS), np.float32)


def _levels_db(sound: Samples) -> list[float]:
    """The level of each frame, dBFS RMS."""
    powers = np.square(sound).reshape(-1, _FRAME).mean(axis=1)
    levels: list[float] = (10 * np.log10(np.maximum(powers, 1e-13))).tolist()
    return levels
