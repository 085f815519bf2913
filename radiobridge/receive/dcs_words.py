"""DCS words in sound at 2 kHz: the bits as soft values, and how like the words of the table they are.

A bit is heard through a Hann window of two bits' length. That costs less than 1 dB against noise, makes little
of a timing error, passes nothing of a voice above 270 Hz, and, where the turn-off tone of 134.4 Hz is, nothing
at all. Half of the power of a word lies below 40 Hz, where sound cards and radios take away: therefore each
word is expected in three shapes, as it was sent and as a high-pass of 8 Hz and one of 20 Hz leave it; whatever
a coupling of 0 to 30 Hz makes of a word is 0.96 like one of them, and at most 0.75 like another code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.subaudible import RATE_HZ
from radiobridge.signalling.dcs import BITS_PER_S, WORD_BITS, word_bits

Matrix: TypeAlias = NDArray[np.float32]

BIT = RATE_HZ / BITS_PER_S
"""Frames of a bit."""
PHASES = 8
"""Into how many times a bit is divided to find where it begins."""
CORNERS_HZ = (0.0, 8.0, 20.0)
"""High-passes that a word may have gone through."""


def _hann_of(bits: float) -> Samples:
    frames = round(bits * BIT) | 1
    window = 1 + np.cos(2 * np.pi * (np.arange(frames) - frames // 2) / (bits * BIT))
    return (window / window.sum()).astype(np.float32)


_PULSE = _hann_of(2)
_BAND = _hann_of(1)
EDGE = len(_PULSE) // 2
"""Frames at either end of the sound in which no bit can be heard."""


def heard_bits(sound: Samples) -> Samples:
    """What a bit around each frame would be heard as: shape (frames - 2 `EDGE`,)."""
    return np.convolve(sound, _PULSE, "valid")


def band_power(sound: Samples) -> float:
    """Mean power below 200 Hz: what the bits must explain."""
    band = np.convolve(sound, _BAND, "valid")
    return float(band @ band) / len(band)


class BitTimes:
    """Where the last `bits` bits are in what `heard_bits` gives, for each of `PHASES` beginnings."""

    def __init__(self, bits: int) -> None:
        late = np.arange(PHASES)[:, None] / PHASES + np.arange(bits - 1, -1, -1)
        before = 1 + late * BIT
        self._whole = np.ceil(before).astype(int)
        self._part = (self._whole - before).astype(np.float32)
        self.frames = int(self._whole.max())
        """How much of it is needed."""

    def of(self, heard: Samples) -> Matrix:
        """The soft bits, the last one at the very end or a part of a bit before it: (`PHASES`, bits)."""
        early = heard[len(heard) - self._whole]
        later = heard[len(heard) - np.maximum(self._whole - 1, 1)]
        soft: Matrix = early + self._part * (later - early)
        return soft


def shapes(codes: Sequence[str]) -> Matrix:
    """What the codes are heard as if sent as -1 and 1: shape (corners, codes, turns, 23), turn `n` begins
    with bit `n` of the word."""
    sent = np.array([2.0 * word_bits(code) - 1 for code in codes])
    numbers = np.fft.fftfreq(WORD_BITS, 1 / WORD_BITS)
    hz = numbers * BITS_PER_S / WORD_BITS
    # The middle half of the window is the bit itself, the quarters beside it are its neighbours.
    neighbour = 0.25 - 0.5 / np.pi
    pulse = 1 - 2 * neighbour * (1 - np.cos(2 * np.pi * numbers / WORD_BITS))
    passed = np.array(
        [np.where(numbers == 0, 0, 1j * hz / (corner + 1j * hz + (numbers == 0))) for corner in CORNERS_HZ]
    )
    heard = np.fft.ifft(np.fft.fft(sent, axis=1) * pulse * passed[:, None], axis=2).real
    turns = (np.arange(WORD_BITS)[:, None] + np.arange(WORD_BITS)) % WORD_BITS
    return heard[:, :, turns].astype(np.float32)
