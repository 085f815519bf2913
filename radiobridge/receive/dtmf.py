"""DTMF: which keys are pressed on a channel.

Strategy. Every 5 ms a 32 ms Hann window of sound at 8 kHz becomes a spectrum. A window speaks for a
key when the strongest peak of the low group and that of the high group hold most of the power between
them. Windows that speak for one key make a segment; when its tone pair has gone, the segment as a whole
is judged: length, frequency error, twist, how pure and how steady the pair was. Judging whole segments
is what hears keys through noise and still takes no voice for a key. Sources: ITU-T Q.23 (tones), ITU-T
Q.24 and ETSI ES 201 235-3 (what a receiver must accept and must refuse).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from radiobridge.events import Digit, Samples, Signal
from radiobridge.receive.levels import BEST_SNR_DB
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import SampleTimes

Spectrum: TypeAlias = NDArray[np.float32]

_LOW_HZ = (697.0, 770.0, 852.0, 941.0)
_HIGH_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
_KEYS = "123A456B789C*0#D"

_WINDOW = 256
_HOP = 40
_HOP_S = _HOP / RATE_HZ
_FFT = 512
_BIN_HZ = RATE_HZ / _FFT
_LOBE_SUM = 3.0
"""Power of a sine over that of its highest bin: the noise bandwidth of a Hann window (1.5 bins), padded
to twice its length."""
_SEARCH = 0.042
"""Peaks are looked for this far (as a fraction) around each nominal tone."""
_BAND_HZ = (520.0, 3400.0)
"""What counts as everything: above CTCSS and hum, below what a radio passes."""

_TAKES_PART = 0.22
"""Least share of the pair in a window. White noise at 0 dB leaves the pair half of the power, and noise
alone gives its two strongest peaks a tenth."""
_GONE = 0.3
"""A tone is gone below this share of its segment's amplitude. A drop-out of 10 ms leaves 0.42 of it in
the window; a pause of 20 ms leaves 0.1."""
_LEAST_HOPS = 6
"""Windows above half the amplitude that a key must have: a 23 ms burst (Q.24: refuse) has 5 at the
most, a 40 ms one (accept) at least 7."""
_MAX_OFFSET = 0.026
"""Q.24 accepts 1.8 % and refuses 3.5 %; the middle."""
_TWIST_DB = (-14.0, 16.0)
"""Q.24 asks for -8 to +4 dB or more; wrong de-emphasis in radios reaches -10 to +12."""
_MOST_DOUBT = 3
"""Windows in a row that may speak for nothing or for another key before the segment ends."""
_JUDGED_HOPS = 200
_ALONE_OTHER_DB, _ALONE_UNDER_DB, _ALONE_WOBBLE = -12.0, -6.0, 0.009
"""Keys reach -13.4 dB (clipped), -8 dB (noise as strong as the pair) and 0.8 % (the same)."""
_UNMOVED_HOPS, _UNMOVED_OFFSET, _UNMOVED_WOBBLE, _UNMOVED_DB = 14, 0.008, 0.0025, 0.6
_LOBE = 5
"""Half width in bins of what a tone fills in the spectrum of a segment."""
_WHOLE = 0.8
"""Windows with this share of the greatest power hold the tone from edge to edge; others splatter."""
_HOPS_AT_ONCE = 4096
_FAINTEST = 1e-7 * _WINDOW**2 / 8
"""A pair below -70 dBFS is the sound card's own noise."""
_SAME_KEY_GAP_S = 0.026
"""A key that comes back sooner was never released (Q.24: pauses of 40 ms count)."""


_HANN = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW)).astype(np.float32)
_BAND = slice(round(_BAND_HZ[0] / _BIN_HZ), round(_BAND_HZ[1] / _BIN_HZ) + 1)
_UNDER = slice(round(300 / _BIN_HZ), round(_BAND_HZ[0] / _BIN_HZ) + 1)
_BINS_NEAR = [
    np.arange(int(f * (1 - _SEARCH) / _BIN_HZ), int(f * (1 + _SEARCH) / _BIN_HZ) + 2)
    for f in (*_LOW_HZ, *_HIGH_HZ)
]
_NEAR = np.concatenate(_BINS_NEAR)
_NEAR_STARTS = np.cumsum([0, *(len(bins) for bins in _BINS_NEAR[:-1])])


@dataclass(slots=True)
class _Segment:
    """Windows that speak for one key; `start` is the number of the first one."""

    low: int
    high: int
    start: int
    low_peak: float = 0.0
    high_peak: float = 0.0
    low_power: list[float] = field(default_factory=list)
    high_power: list[float] = field(default_factory=list)
    spectra: list[Spectrum] = field(default_factory=list)
    doubt: int = 0

    def add(self, low_power: float, high_power: float, spectrum: Spectrum) -> None:
        """One more window; of a key held for long, the first second is enough to judge it."""
        self.low_peak = max(self.low_peak, low_power)
        self.high_peak = max(self.high_peak, high_power)
        self.low_power.append(low_power)
        self.high_power.append(high_power)
        if len(self.spectra) < _JUDGED_HOPS:
            self.spectra.append(spectrum)

    def is_gone(self, low_power: float, high_power: float) -> bool:
        """True when one of its tones is no longer there."""
        least = _GONE**2
        return low_power < least * self.low_peak or high_power < least * self.high_peak


class DtmfDecoder:
    """The keys of one channel. `feed` gives the same whatever the sizes of the blocks."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._sound = np.zeros(_WINDOW - _HOP, np.float32)
        self._hops = 0
        self._times = SampleTimes()
        self._segment: _Segment | None = None
        self._last: tuple[str, float] = ("", -1.0)

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The keys that ended in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        return [*self._analyse(samples)]

    def finish(self) -> list[Signal]:
        """The key that is still held where the sound ends."""
        return [*self._analyse(np.zeros(_WINDOW, np.float32)), *self._closed()]

    def _analyse(self, sound: Samples) -> list[Digit]:
        sound = np.concatenate([self._sound, sound])
        hops = max((len(sound) - _WINDOW) // _HOP + 1, 0)
        digits: list[Digit] = []
        for first in range(0, hops, _HOPS_AT_ONCE):
            count = min(_HOPS_AT_ONCE, hops - first)
            digits += self._listen(sound[first * _HOP : (first + count - 1) * _HOP + _WINDOW])
        self._sound = sound[hops * _HOP :].copy()
        return digits

    def _listen(self, sound: Samples) -> list[Digit]:
        hops = (len(sound) - _WINDOW) // _HOP + 1
        step = sound.itemsize
        windows = as_strided(sound, (hops, _WINDOW), (_HOP * step, step), writeable=False)
        spectra = np.fft.rfft(windows * _HANN, _FFT)
        power = spectra.real**2 + spectra.imag**2
        tones = np.maximum.reduceat(power[:, _NEAR], _NEAR_STARTS, axis=1)
        low, high = tones[:, :4].argmax(axis=1), tones[:, 4:].argmax(axis=1)
        rows = np.arange(len(power))
        pair = tones[rows, low] + tones[rows, 4 + high]
        speaks = _LOBE_SUM * pair > _TAKES_PART * power[:, _BAND].sum(axis=1)
        speaks &= pair > _FAINTEST
        digits: list[Digit] = []
        if self._segment or speaks.any():
            for row in rows:
                key = (int(low[row]), int(high[row])) if speaks[row] else None
                digits += self._step(self._hops + int(row), key, tones[row], power[row])
        self._hops += len(power)
        return digits

    def _step(
        self, hop: int, key: tuple[int, int] | None, tones: Spectrum, spectrum: Spectrum
    ) -> list[Digit]:
        """One window: it goes on with the segment, ends it, or begins one."""
        digits: list[Digit] = []
        segment = self._segment
        if segment:
            powers = float(tones[segment.low]), float(tones[4 + segment.high])
            same = key == (segment.low, segment.high)
            segment.doubt = 0 if same else segment.doubt + 1
            if not segment.is_gone(*powers) and segment.doubt <= _MOST_DOUBT:
                segment.add(*powers, spectrum)
                return []
            digits = self._closed()
        if key:
            low, high = key
            self._segment = _Segment(low, high, hop)
            self._segment.add(float(tones[low]), float(tones[4 + high]), spectrum)
        return digits

    def _closed(self) -> list[Digit]:
        """The segment has ended: the key that it was, if it was one."""
        segment, self._segment = self._segment, None
        if segment is None:
            return []
        verdict = _judge(segment)
        if verdict is None or not verdict.is_key:
            return []
        key = _KEYS[segment.low * 4 + segment.high]
        first = segment.start + verdict.first
        start_s = ((first + 1) * _HOP - _WINDOW / 2) / RATE_HZ
        duration_s = verdict.hops * _HOP_S
        last_key, last_end_s = self._last
        self._last = (key, start_s + duration_s)
        if key == last_key and start_s - last_end_s < _SAME_KEY_GAP_S:
            return []
        at = self._times.began + start_s
        return [
            Digit(self._channel, at, key, duration_s, verdict.level_dbfs, verdict.twist_db, verdict.snr_db)
        ]


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a segment is as a whole; `first` and `hops` are its windows above half the amplitude."""

    first: int
    hops: int
    level_dbfs: float
    twist_db: float
    snr_db: float
    offset: float
    """The larger frequency error of its tones, as a fraction."""
    wobble: float
    """The larger deviation of its tones' frequencies from window to window, as a fraction."""
    unsteady_db: float
    """The larger deviation of its tones' levels, edges left out."""
    other_db: float
    """The strongest other peak over the pair."""
    under_db: float
    """What is below the low group, over the pair: where voices have their power."""

    @property
    def is_key(self) -> bool:
        """Whether it can only be a key.

        A voice passes through DTMF pairs all the time, but its harmonics stand beside them, its
        fundamental below them, and both move. So a pair is a key when it stands alone, or, with
        something else beside it, when it is long and does not move at all. The bounds lie between
        what keys show that are clipped, or in noise as strong as they, and what 25 minutes of speech show.
        """
        if not _TWIST_DB[0] <= self.twist_db <= _TWIST_DB[1] or self.offset > _MAX_OFFSET:
            return False
        alone = (
            self.other_db <= _ALONE_OTHER_DB
            and self.under_db <= _ALONE_UNDER_DB
            and self.wobble <= _ALONE_WOBBLE
        )
        unmoved = (
            self.hops >= _UNMOVED_HOPS
            and self.offset <= _UNMOVED_OFFSET
            and self.wobble <= _UNMOVED_WOBBLE
            and self.unsteady_db <= _UNMOVED_DB
            and self.other_db <= 0
        )
        return alone or unmoved


def _judge(segment: _Segment) -> _Verdict | None:
    """The verdict on a segment, or None where it is too short for a key."""
    low, high = np.array(segment.low_power), np.array(segment.high_power)
    core = (low >= segment.low_peak / 4) & (high >= segment.high_peak / 4)
    if core.sum() < _LEAST_HOPS:
        return None
    first = int(core.argmax())
    hops = len(core) - int(core[::-1].argmax()) - first
    spectra = np.array(segment.spectra)[core[: len(segment.spectra)]]
    spectrum = spectra.mean(axis=0)
    low_power, high_power = float(low[core].mean()), float(high[core].mean())
    pair = low_power + high_power
    low_offsets = _offsets(spectra, _LOW_HZ[segment.low])
    high_offsets = _offsets(spectra, _HIGH_HZ[segment.high])
    offsets = [
        float(_offsets(spectrum[None], hz)[0]) for hz in (_LOW_HZ[segment.low], _HIGH_HZ[segment.high])
    ]
    whole = (low >= _WHOLE * segment.low_peak) & (high >= _WHOLE * segment.high_peak)
    steady = np.array(segment.spectra)[whole[: len(segment.spectra)]]
    return _Verdict(
        first=first,
        hops=hops,
        level_dbfs=_db(pair * 8 / _WINDOW**2),
        twist_db=_db(high_power / low_power),
        snr_db=_snr_db((steady if len(steady) else spectra).mean(axis=0), segment, offsets),
        offset=max(map(abs, offsets)),
        wobble=float(max(low_offsets.std(), high_offsets.std())),
        unsteady_db=float(max(_unsteady(low[core]), _unsteady(high[core]))),
        other_db=_db(_strongest_other(spectrum, segment, offsets) / pair),
        under_db=_db(float(spectrum[_UNDER].sum()) / (_LOBE_SUM * pair)),
    )


def _offsets(spectra: Spectrum, nominal_hz: float) -> Spectrum:
    """How far each spectrum's peak near `nominal_hz` is from it, as a fraction: the top of a parabola."""
    middle = round(nominal_hz / _BIN_HZ)
    reach = int(nominal_hz * _SEARCH / _BIN_HZ) + 1
    top = middle - reach + spectra[:, middle - reach : middle + reach + 1].argmax(axis=1)
    rows = np.arange(len(spectra))
    left, peak, right = (np.log(spectra[rows, top + d] + 1e-30) for d in (-1, 0, 1))
    bend = np.minimum(left - 2 * peak + right, -1e-9)
    shift = np.clip(0.5 * (left - right) / bend, -1, 1)
    offsets: Spectrum = (top + shift) * _BIN_HZ / nominal_hz - 1
    return offsets


def _unsteady(power: Spectrum) -> float:
    """Deviation of a tone's level in dB, without the windows at its edges."""
    edge = min(len(power) // 3, 3)
    return float((10 * np.log10(power[edge : len(power) - edge] + 1e-30)).std())


def _without_pair(spectrum: Spectrum, segment: _Segment, offsets: list[float]) -> Spectrum:
    """The spectrum with nothing where the two tones are."""
    others = spectrum.copy()
    for hz, offset in zip((_LOW_HZ[segment.low], _HIGH_HZ[segment.high]), offsets, strict=True):
        at = round(hz * (1 + offset) / _BIN_HZ)
        others[at - _LOBE : at + _LOBE + 1] = 0
    return others


def _strongest_other(spectrum: Spectrum, segment: _Segment, offsets: list[float]) -> float:
    """Power of the highest peak above 300 Hz that belongs to neither tone."""
    return float(_without_pair(spectrum, segment, offsets)[_UNDER.start :].max())


def _snr_db(spectrum: Spectrum, segment: _Segment, offsets: list[float]) -> float:
    """The pair over everything else in the band; the noise under the tones is taken to be as beside them."""
    others = _without_pair(spectrum, segment, offsets)[_BAND]
    hidden = (others == 0).mean()
    noise = float(others.sum()) / max(1 - hidden, 0.5)
    pair = max(float(spectrum[_BAND].sum()) - noise, 1e-30)
    return min(_db(pair / max(noise, 1e-30)), BEST_SNR_DB)


def _db(ratio: float) -> float:
    return float(10 * np.log10(ratio + 1e-30))
