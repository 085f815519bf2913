"""The sound of MDC-1200: where a burst's sync word is, and the soft bits that follow it.

Strategy. 1200 and 1800 Hz at 1200 bit/s are minimum shift keying; and since a bit's tone says whether it
differs from the one before, the phase at the bit's end says the bit itself. So a coherent receiver that
looks at both tones over the two bit times around that end reads bits as well as from phase shift keying,
and none can do better. It needs each tone's level and phase, in which any tilt, filter or inversion of the
channel is contained, and the sender's clock: bits that are known tell, at first those of the sync word.

A sync word is where its waveform, whatever the level and phase of its two tones, explains much of the power
in the band. Sources: S. Pasupathy, Minimum Shift Keying, IEEE Communications Magazine, July 1979; S. Kay,
Fundamentals of Statistical Signal Processing II, generalised likelihood ratio test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.signalling.mdc1200 import BITS_PER_S, OTHER_HZ, SAME_HZ, SYNC
from radiobridge.signalling.mdc1200_code import Bits, Soft

Analytic: TypeAlias = NDArray[np.complex64]
"""Sound of 650 to 2350 Hz without its negative frequencies: its absolute value is the amplitude."""
Complex: TypeAlias = NDArray[np.complex128]
Real: TypeAlias = NDArray[np.float64]

BIT_FRAMES = RATE_HZ / BITS_PER_S
_MIDDLE_HZ = (SAME_HZ + OTHER_HZ) / 2
_HALF_BAND_HZ = 850
"""The main lobe of this keying ends 900 Hz from the middle."""
EDGE = 24
"""Frames to either side that the filter to the band needs."""
_TONE_SHARE = 0.6
"""How much of the power of white noise in the band is in a tone that is measured over one bit."""

WINDOW = 640
"""Frames that are searched at a time for the start of a sync word."""
_FFT = 1024
_NEAR = 3
"""Half the frames, about a bit, to either side among which only the best start counts."""
_STARTS = WINDOW // 2 + 2 * _NEAR
BEFORE = EDGE + 2 * _NEAR
"""Frames that the search needs before them."""
_CLOCK_ERRORS = (-0.008, 0.0, 0.008)
"""Clocks with which the sync word is looked for. One that is 0.4 % off costs 0.6 dB."""
_LEAST_EXPLAINED = 0.19
"""Share of the power. A sync word at -8 dB, where two thirds of the blocks cannot be read any more, explains
0.2 to 0.4; noise and speech reach 0.19 every other second and 0.3 once in five minutes or less."""
_FAINTEST = 5e-5
"""Energy (squared amplitude x frames) of a sync word at -70 dBFS: the sound card's own noise."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A sender's clock: the first bit starts at frame `start`; bits last (1 + `error`) x `BIT_FRAMES`."""

    start: float
    error: float

    def after(self, bits: float) -> float:
        """The frame in which so many bits have been sent."""
        return self.start + bits * BIT_FRAMES * (1 + self.error)

    def later(self, frames: float) -> Clock:
        """The same, so much later."""
        return Clock(self.start + frames, self.error)

    def turned(self, error: float, bits: float) -> Clock:
        """One with another error that agrees with this one after so many bits."""
        return Clock(self.after(bits) - bits * BIT_FRAMES * (1 + error), error)


def band_passed(sound: Samples) -> Analytic:
    """What of the sound is in the band, frame for frame; `EDGE` frames at either end lack what is outside."""
    filtered: Analytic = np.convolve(sound, _BAND, "same").astype(np.complex64)
    return filtered


def sync_words(sound: Samples) -> list[Clock]:
    """Where sync words may start among the frames `BEFORE` to `BEFORE + WINDOW` of `sound`.

    `sound`: shape (`SEARCHED`,), so that the last of them are there as a whole.
    """
    # Without negative frequencies half of the spectrum is the spectrum of every other frame.
    filtered = np.fft.ifft(np.fft.rfft(sound, _FFT)[: _FFT // 2] * _FILTERS)[:, EDGE // 2 :]
    power = filtered.real**2 + filtered.imag**2
    energy = np.concatenate([[0.0], np.cumsum(power[0], dtype=np.float64)])
    there = np.array([energy[length : length + _STARTS] for length in _WORD_LENGTHS]) - energy[:_STARTS]
    words = power[1:, :_STARTS].reshape(len(_CLOCK_ERRORS), 2, _STARTS).sum(axis=1)
    explained = words / np.maximum(2 * there, _FAINTEST)
    best = explained.max(axis=0)
    found = []
    for start in np.flatnonzero(best[_NEAR:-_NEAR] > _LEAST_EXPLAINED).tolist():
        if best[start : start + 2 * _NEAR + 1].argmax() == _NEAR:
            row = int(explained[:, start + _NEAR].argmax())
            top = start + _NEAR + _top(*explained[row, start + _NEAR - 1 : start + _NEAR + 2])
            found.append(Clock(EDGE + 2 * top, _CLOCK_ERRORS[row]))
    return found


def soft_bits(sound: Analytic, known: Bits, clocks: list[Clock], part: slice) -> Soft:
    """A part of the bits that start at each clock's start, of which the first ones are `known`.

    Shape (clocks, bits). The bit before the first is 1, as it is before a sync word. What lies beyond the
    sound is not known.
    """
    same, other = _tones(sound, clocks, max(part.stop, len(known)))
    same_gain, other_gain = _gains(same, other, known)
    as_before = (same * same_gain[:, None].conj()).real[:, part]
    changed = (other * other_gain[:, None].conj()).real[:, part]
    soft = as_before - changed
    # A bit is in two tones: the one that leads to it, and the next one, which starts from its phase.
    soft[:, :-1] += (as_before + changed)[:, 1:]
    return soft.astype(np.float32)


def powers(sound: Analytic, known: Bits, clock: Clock) -> tuple[float, float]:
    """Power of the `known` bits, and of all else that is in the band meanwhile; 1 is a full-scale square."""
    same, other = _tones(sound, [clock], len(known))
    same_gain, other_gain = _gains(same, other, known)
    differs, signs = _differing(known), _signs(known)
    gains = np.where(differs, other_gain, same_gain)
    tones = np.where(differs, other[0], same[0]) * signs
    signal, rest = np.mean(np.abs(gains) ** 2), np.mean(np.abs(tones - gains) ** 2)
    return float(signal) / 2, float(rest) / 2 / _TONE_SHARE


def _tones(sound: Analytic, clocks: list[Clock], count: int) -> tuple[Complex, Complex]:
    """Amplitude and phase (at its start) of either tone in each bit: shape (clocks, count)."""
    starts = np.array([[clock.start] for clock in clocks])
    lengths = BIT_FRAMES * (1 + np.array([[clock.error] for clock in clocks]))
    edges = starts + lengths * np.arange(count + 1)
    # A frame stands for the time from half a frame before it to half a frame after it.
    at = np.clip(edges + 0.5, 0, len(sound))
    whole = np.minimum(at.astype(np.int64), len(sound) - 1)
    part = at - whole
    tones = []
    for hz in (SAME_HZ, OTHER_HZ):
        turning = 2j * np.pi * hz / RATE_HZ
        turned = sound * np.exp(-turning * np.arange(len(sound)))
        until = np.concatenate([[0], np.cumsum(turned)])[whole] + part * turned[whole]
        tones.append(np.diff(until) * np.exp(turning * edges[:, :-1]) / lengths)
    return tones[0], tones[1]


def _gains(same: Complex, other: Complex, known: Bits) -> tuple[Complex, Complex]:
    """Amplitude and phase that the channel gives to either tone: shape (clocks,)."""
    differs, signs = _differing(known), _signs(known)
    count = len(known)
    return (
        (same[:, :count] * signs)[:, ~differs].mean(axis=1),
        (other[:, :count] * signs)[:, differs].mean(axis=1),
    )


def _differing(bits: Bits) -> NDArray[np.bool_]:
    differing: NDArray[np.bool_] = np.diff(bits, prepend=np.int8(1)) != 0
    return differing


def _signs(bits: Bits) -> Real:
    """The phase in which each bit starts, 0 or pi, as a sign: that of the bit before it."""
    return 1.0 - 2.0 * np.concatenate([[1], bits[:-1]])


def _top(before: float, highest: float, after: float) -> float:
    """Where, from -0.5 to 0.5, the parabola through three values has its top."""
    bend = before - 2 * highest + after
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0


def _band() -> Complex:
    """The taps of the filter to the band, their middle the moment that they stand for."""
    t = np.arange(2 * EDGE + 1) - EDGE
    low = np.sinc(2 * _HALF_BAND_HZ / RATE_HZ * t) * np.hamming(len(t))
    taps: Complex = 2 * low / low.sum() * np.exp(2j * np.pi * _MIDDLE_HZ / RATE_HZ * t)
    return taps


def _words(error: float) -> list[Complex]:
    """The parts of the sync word in its lower and in its upper tone, each of energy 1."""
    bits_sent = np.arange(np.ceil(Clock(0, error).after(len(SYNC)))) / (BIT_FRAMES * (1 + error))
    bit = bits_sent.astype(np.int64)
    words = []
    for differs, hz in ((False, SAME_HZ), (True, OTHER_HZ)):
        tone = _signs(SYNC)[bit] * np.exp(2j * np.pi * hz / BITS_PER_S * (bits_sent - bit))
        tone[_differing(SYNC)[bit] != differs] = 0
        words.append(tone / np.sqrt(np.sum(np.abs(tone) ** 2)))
    return words


def _filters() -> Analytic:
    """Spectra of the filters of `sync_words`: the band, and each of the words in it."""
    centred = np.roll(np.pad(_BAND, (0, _FFT - len(_BAND))), -EDGE)
    words = [np.fft.fft(word, _FFT).conj() for error in _CLOCK_ERRORS for word in _words(error)]
    filters: Analytic = (np.fft.fft(centred) * np.array([np.ones(_FFT), *words]) / 2).astype(np.complex64)
    return filters[:, : _FFT // 2]


_BAND = _band()
_FILTERS = _filters()
_WORD_LENGTHS = [round(Clock(0, error).after(len(SYNC)) / 2) for error in _CLOCK_ERRORS]
SEARCHED = EDGE + 2 * (_STARTS + max(_WORD_LENGTHS)) + EDGE
