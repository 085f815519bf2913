"""DCS words in sound at 2 kHz: the bits as soft values, and how like the words of the table they are.

A bit is heard through a Hann window of two bits' length. That costs less than 1 dB against noise, makes
little of a timing error, passes nothing of a voice above 270 Hz, and nothing of the turn-off tone. Half of
the power of a word lies below 40 Hz, of which sound cards and radios take some away: therefore each word is
expected in three shapes, as it was sent, and as a high-pass of 8 Hz and one of 20 Hz leave it. Whatever a
coupling of 0 to 30 Hz makes of a word is 0.95 like one of them, and at most 0.75 like another code.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.subaudible import DELAY_S, RATE_HZ, SubaudibleSound
from radiobridge.signalling.dcs import BITS_PER_S, WORD_BITS, word_bits

Matrix: TypeAlias = NDArray[np.float32]

_BIT = RATE_HZ / BITS_PER_S
"""Frames of a bit."""
PHASES = 8
"""Into how many times a bit is divided to find where it begins."""
CORNERS_HZ = (0.0, 8.0, 20.0)
"""High-passes that a word may have gone through."""


def _hann_of(bits: float) -> Samples:
    frames = round(bits * _BIT) | 1
    window = 1 + np.cos(2 * np.pi * (np.arange(frames) - frames // 2) / (bits * _BIT))
    return np.asarray(window / window.sum(), np.float32)


_PULSE = _hann_of(2)
_BAND = _hann_of(1)
"""Passes 200 Hz: what bits are compared with."""
_EDGE = len(_PULSE) // 2
LATE_S = DELAY_S + _EDGE / RATE_HZ
"""How much later a bit is heard than its middle was."""


class DcsSound:
    """The last `kept` frames of sound as bits are heard in it, moved on in steps of `step_s`.

    `heard`: what a bit with its middle at each frame is heard as; `band`: the sound below 200 Hz; float32,
    shape (kept,).
    """

    def __init__(self, kept: int, step_s: float) -> None:
        self._sound = SubaudibleSound(step_s + 2 * _EDGE / RATE_HZ, step_s)
        self.heard = np.zeros(kept, np.float32)
        self.band = np.zeros(kept, np.float32)
        self.made = 0
        """Frames since the beginning."""

    def steps(self, samples: Samples) -> Iterator[None]:
        """Once for each step that `samples` (float32, mono, at 8 kHz) complete."""
        for sound in self._sound.steps(samples):
            _append(self.heard, np.convolve(sound, _PULSE, "valid"))
            _append(self.band, np.convolve(sound[len(_PULSE) - len(_BAND) :], _BAND, "valid"))
            self.made = self._sound.made
            yield

    def power(self, frames: int) -> float:
        """Mean power below 200 Hz of the last frames."""
        band = self.band[-frames:]
        return float(band @ band) / frames


def _append(kept: Samples, made: Samples) -> None:
    kept[: -len(made)] = kept[len(made) :]
    kept[-len(made) :] = made


class BitTimes:
    """Where the last `bits` bits are in `DcsSound.heard`, for each of `PHASES` beginnings."""

    def __init__(self, bits: int) -> None:
        late = np.arange(PHASES)[:, None] / PHASES + np.arange(bits - 1, -1, -1)
        before = 1 + late * _BIT
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
    """What the codes, sent as -1 and 1, are heard as: shape (corners, codes, turns, 23).

    Turn `n` begins with bit `n` of the word.
    """
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
    return np.asarray(heard[:, :, turns], np.float32)
