"""A look at some tenths of a second of sound: is there a CTCSS tone in it?

A tone of the table, a voice and hum all are lines between 60 and 260 Hz. What tells a CTCSS tone from the
others: it stands alone in that band, it does not move at all, and it has no harmonics. A voice moves, and
where it does not for a quarter of a second, its harmonics stand above it; hum has company at the other
multiples of the mains frequency. The shorter a look, the stricter it must be: the bounds are such that in 4
hours of speech by four women, a man and a synthesiser nothing was taken for a tone.

What cannot be told apart: a hum that is one multiple of the mains frequency and nothing else. Pure 100, 180,
200 and 250 Hz are the tones 100.0, 179.9, 199.5 and 250.3 Hz. So is a steady flute or organ pipe that plays
one of the tones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.levels import power_db, snr_db
from radiobridge.receive.subaudible import RATE_HZ, hann
from radiobridge.signalling.ctcss import nearest_tone

Spectrum: TypeAlias = NDArray[np.float32]

MAX_OFFSET = 0.007
"""0.5 % is accepted, with room for the error of the measurement; half the way to the nearest neighbour is
0.72 %. 150 Hz (hum) is 0.9 % off 151.4 Hz."""
_TONES_HZ = (64.0, 258.0)
"""Where tones are looked for."""
_ALONE_HZ = (44.0, 264.0)
"""Where they must be alone: with 50 Hz in it."""
_BAND_HZ = (60.0, 260.0)
"""Where noise counts for the SNR."""
_LOBE = 3.0
"""Half width, over the look's length, of what a tone fills in its spectrum: a Hann window's main lobe has
2, and a tone that moves somewhat may have more."""
_TOOTH = 1.5
"""The same, of what is summed for a harmonic."""
_SINE_BINS = 1.5
"""Bins that a Hann window's lobe is worth: the sum of powers over the highest."""

_LAST_HARMONIC_HZ = 850
_VOICED_DB, _VOICE_DB = 6.0, -22.0
"""Harmonics over what is between them, and over the tone: a tone distorted by 5 % (Philips PRM80: less)
has -26 dB, and voices whose fundamental alone would pass have -21 dB at least."""
_MAINS_HZ = (50, 60)
_NEAR_MAINS = 0.005
_COMPANY_DB = -16.0
"""Where a tone may be hum, nothing else of the mains may be stronger than this; between the company of
hum, about -10 dB, and the noise beside the faintest tone that a short look accepts."""


@dataclass(frozen=True, slots=True)
class HeardTone:
    """A CTCSS tone of the table, `tone_hz`; `hz` is what was measured."""

    tone_hz: float
    hz: float
    level_dbfs: float
    snr_db: float


class Look:
    """Looks of one length.

    `most_other_db`: how strong anything else in the band may be, over the tone. `most_unsteady_db`: how far
    the tone itself may change in level and in frequency, as power over the tone.
    """

    def __init__(self, seconds: float, most_other_db: float, most_unsteady_db: float) -> None:
        self.seconds = seconds
        self.frames = round(seconds * RATE_HZ)
        self._most_other = 10 ** (most_other_db / 10)
        self._most_unsteady = 10 ** (most_unsteady_db / 10)
        self._hann = hann(self.frames)
        self._size = 1 << (self.frames - 1).bit_length()
        self._bin_hz = RATE_HZ / self._size
        self._tones = self._bins(_TONES_HZ)
        self._alone = self._bins(_ALONE_HZ)
        self._band = self._bins(_BAND_HZ)
        self._lobe = self._half_width(_LOBE)
        self._tooth = self._half_width(_TOOTH)
        half = self.frames // 2
        self._half_hann = hann(half)
        self._times_s = np.arange(self.frames) / RATE_HZ

    def at(self, sound: Samples, least: float) -> HeardTone | None:
        """The tone, of a power of `least` or more, in the last `frames` frames at `RATE_HZ`; or None."""
        window = sound[len(sound) - self.frames :]
        spectrum = np.fft.rfft(window * self._hann, self._size)
        power = np.square(np.abs(spectrum)) * np.float32(2)
        top = self._tones.start + int(power[self._tones].argmax())
        tone = float(power[top])
        if tone < least or self._strongest_other(power, top) > self._most_other * tone:
            return None
        hz, tone, unsteady = self._measured(window, power, top)
        nearest = nearest_tone(hz)
        if (
            abs(hz / nearest - 1) > MAX_OFFSET
            or unsteady > self._most_unsteady
            or self._is_voice(power, hz, tone)
            or self._is_hum(power, hz, tone)
        ):
            return None
        return HeardTone(nearest, hz, power_db(tone), self._snr_db(power, top, tone))

    def _bins(self, band_hz: tuple[float, float]) -> slice:
        return slice(round(band_hz[0] / self._bin_hz), round(band_hz[1] / self._bin_hz) + 1)

    def _half_width(self, lobe: float) -> int:
        return round(lobe * self._size / self.frames)

    def _strongest_other(self, power: Spectrum, top: int) -> float:
        below = power[self._alone.start : max(top - self._lobe, self._alone.start)]
        above = power[top + self._lobe + 1 : self._alone.stop]
        return max(float(below.max(initial=0)), float(above.max(initial=0)))

    def _is_voice(self, power: Spectrum, hz: float, tone: float) -> bool:
        """True when there are harmonics, and less between them."""
        summed = np.concatenate([np.zeros(1), np.cumsum(power, dtype=np.float64)])
        numbers = np.arange(2, int(_LAST_HARMONIC_HZ / hz - 0.5) + 1)
        teeth, gaps = (
            float((summed[at + self._tooth + 1] - summed[at - self._tooth]).sum())
            for at in (np.rint((numbers + off) * hz / self._bin_hz).astype(int) for off in (0, 0.5))
        )
        width = _SINE_BINS * self._size / self.frames
        return power_db(teeth / width / tone) > _VOICE_DB and power_db(teeth / max(gaps, 1e-20)) > _VOICED_DB

    def _is_hum(self, power: Spectrum, hz: float, tone: float) -> bool:
        """True when it is a multiple of a mains frequency, and others are there too."""
        for mains_hz in _MAINS_HZ:
            number = round(hz / mains_hz)
            if abs(hz - number * mains_hz) > _NEAR_MAINS * hz:
                continue
            others = np.array([n for n in range(1, 265 // mains_hz + 1) if n != number]) * mains_hz
            at = np.rint(others / self._bin_hz).astype(int)
            company = max(float(power[at + d].max()) for d in (-1, 0, 1))
            if company > 10 ** (_COMPANY_DB / 10) * tone:
                return True
        return False

    def _measured(self, window: Samples, power: Spectrum, top: int) -> tuple[float, float, float]:
        """The frequency of the tone at a peak, its power, and how far it is from steady.

        In each half of the window and in the half between them the tone is an arrow. Where they point
        gives the frequency. What the three cannot be, if level and frequency stay the same, is unsteady:
        as power over that of the tone; of noise, 2 / 3 of its power in 2.7 / `seconds` Hz.
        """
        hz = (top + _top_of(power, top)) * self._bin_hz
        turned = window * np.exp(-2j * np.pi * hz * self._times_s)
        halves = sliding_window_view(turned, len(self._half_hann))[:: self.frames // 4]
        first, middle, last = (complex(arrow) for arrow in halves @ self._half_hann)
        turn = float(np.angle(last * first.conjugate()))
        first, last = first * np.exp(0.5j * turn), last * np.exp(-0.5j * turn)
        mean = (first + 2 * middle + last) / 4
        bend = abs(first + last - 2 * middle) ** 2 / 6
        drift = (abs(last) - abs(first)) ** 2 / 2
        unsteady = (bend + drift) / max(abs(mean) ** 2, 1e-20)
        return hz + turn / (np.pi * self.seconds), 2 * abs(mean) ** 2, unsteady

    def _snr_db(self, power: Spectrum, top: int, tone: float) -> float:
        """The tone over the rest of its band; under the tone the noise is taken to be as beside it."""
        band = float(power[self._band].sum())
        lobe = slice(max(top - self._lobe, self._band.start), min(top + self._lobe + 1, self._band.stop))
        beside = band - float(power[lobe].sum())
        bins = self._band.stop - self._band.start
        noise = beside * bins / (bins - (lobe.stop - lobe.start))
        return snr_db(tone, noise / (_SINE_BINS * self._size / self.frames))


def _top_of(power: Spectrum, top: int) -> float:
    """Where between bins the peak is, -0.5 to 0.5: the top of a parabola."""
    left, peak, right = (float(np.log(power[top + d] + 1e-30)) for d in (-1, 0, 1))
    return float(np.clip(0.5 * (left - right) / min(left - 2 * peak + right, -1e-9), -0.5, 0.5))
