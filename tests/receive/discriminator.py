"""What an FM receiver without a squelch gives at its discriminator: noise, which a carrier quiets.

A true model: a modulated carrier in noise, a filter of 11 kHz, and the angle from sample to sample. So it
has the noise of an empty channel, the clicks at the threshold, and the quieting.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples

RATE_HZ = 16_000
_STEPS = 3
_IF_HZ = 5500
_DEVIATION_HZ = 2500
_FULL_DEVIATION = 0.25
"""What the deviation of a full-scale sine comes out as."""


def received(sound: Samples, carrier: NDArray[np.bool_], cnr_db: float, seed: int = 1) -> Samples:
    """Sound of 16 kHz, sent while there is a carrier, `cnr_db` over the noise in the receiver's filter."""
    rate_hz = RATE_HZ * _STEPS
    sent = np.repeat(sound, _STEPS)
    phase = 2 * np.pi * np.cumsum(_low_passed(sent, rate_hz, 3400) * _DEVIATION_HZ) / rate_hz
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(2, len(sent))) * np.sqrt(rate_hz / (4 * _IF_HZ) / 10 ** (cnr_db / 10))
    wave = np.repeat(carrier, _STEPS) * np.exp(1j * phase) + noise[0] + 1j * noise[1]
    wave = _low_passed(wave, rate_hz, _IF_HZ)
    turns = np.angle(wave * np.conj(np.roll(wave, 1))) / (2 * np.pi)
    heard = _low_passed(turns * rate_hz / _DEVIATION_HZ * _FULL_DEVIATION, rate_hz, 7800)
    return np.asarray(heard[::_STEPS].real, np.float32)


def keyed_on(length: int, *spans_s: tuple[float, float]) -> NDArray[np.bool_]:
    """A carrier in these spans of seconds."""
    carrier = np.zeros(length, np.bool_)
    for start_s, end_s in spans_s:
        carrier[round(start_s * RATE_HZ) : round(end_s * RATE_HZ)] = True
    return carrier


def _low_passed(wave: NDArray[Any], rate_hz: int, up_to_hz: float) -> NDArray[Any]:
    hz = np.abs(np.fft.fftfreq(len(wave), 1 / rate_hz))
    return np.fft.ifft(np.fft.fft(wave) / np.sqrt(1 + (hz / up_to_hz) ** 20))
