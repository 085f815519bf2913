"""Single tones in sound: which is the strongest in each window, and how much of everything it is.

Sound is cut into overlapping Hann windows and handed out in batches of a fixed number of them, whatever
the sizes of the blocks that it came in: what a decoder makes of a batch then cannot depend on them. Window
`n` is centred on sample `n * hop` of what was fed; before the first sample there was silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ

Floats: TypeAlias = NDArray[np.floating[Any]]

HEARD_HZ = (300.0, 3400.0)
"""What counts as everything when a tone is held against it: above CTCSS, as far as a radio passes."""
NOISE_SHARE_S = 1.5 / (HEARD_HZ[1] - HEARD_HZ[0])
"""What white noise adds to a tone, over the noise: this over the seconds that are looked at through a Hann
window, whose noise bandwidth is 1.5 bins."""
_FAINTEST = 1e-7
"""A tone of less power (mean square), -70 dBFS, is the sound card's own noise."""
_AT_ONCE = 8192
_TINY = 1e-20
_LOBE_BINS = 2
"""Half width of a Hann window's main lobe, in bins of its own length."""
_BESIDE_HZ = 15.0
"""What is nearer to a tone belongs to it: fading spreads it so far."""
_THERE = 0.25
"""A tone is gone where less of its power than this is left."""


@cache
def hann(length: int) -> Floats:
    """A Hann window: float32, shape (length,)."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(length) + 0.5) / length)
    return window.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Strongest:
    """The strongest tone of each window of a batch; arrays of shape (windows,).

    `first`: number of the first window. `hz`: the tone's frequency. `share`: its part of the power in the
    band, 0 to 1; 0 where the tone is too faint to be one.
    """

    first: int
    hz: Floats
    share: Floats


class Windows:
    """The strongest tones of a sound, and its last `kept_s` seconds.

    `window`, `hop`: in samples. `batch`: windows that are looked at together. `band_hz`: where tones are
    looked for, and what counts as everything.
    """

    def __init__(
        self, *, window: int, hop: int, batch: int, kept_s: float, band_hz: tuple[float, float]
    ) -> None:
        self._window, self._hop, self._batch = window, hop, batch
        self._bin_hz = RATE_HZ / window
        self._low, high = (round(hz / self._bin_hz) for hz in band_hz)
        self._band = slice(self._low, high + 1)
        self._rows = np.arange(batch)
        self._reach = (batch - 1) * hop + window
        self._kept = round(kept_s * RATE_HZ) + self._reach
        self._sound = np.zeros(2 * self._kept + _AT_ONCE, np.float32)
        self._began = -(window // 2)
        self._filled = window // 2
        self._next = 0

    @property
    def _next_at(self) -> int:
        """Where in the kept sound the next batch begins."""
        return self._next * self._hop - self._window // 2 - self._began

    def feed(self, samples: Samples) -> Iterator[Strongest]:
        """The batches that `samples` complete, one after the other."""
        for start in range(0, len(samples), _AT_ONCE):
            self._keep(samples[start : start + _AT_ONCE])
            while (at := self._next_at) + self._reach <= self._filled:
                batch = self._strongest(self._sound[at : at + self._reach])
                self._next += self._batch
                yield batch

    @property
    def end(self) -> int:
        """Up to which sample the batches so far have looked at the sound."""
        return (self._next - 1) * self._hop + self._window // 2

    def sound(self, start: int, end: int) -> Samples:
        """Samples `start` to `end` of what was fed; silence where there are none, or none any more."""
        first, last = (min(max(at - self._began, 0), self._filled) for at in (start, end))
        missing = max(self._began - start, 0)
        return np.pad(self._sound[first:last], (missing, end - start - missing - (last - first)))

    def _keep(self, samples: Samples) -> None:
        if self._filled + len(samples) > len(self._sound):
            old = self._filled - self._kept
            self._sound[: self._kept] = self._sound[old : self._filled].copy()
            self._began += old
            self._filled = self._kept
        self._sound[self._filled : self._filled + len(samples)] = samples
        self._filled += len(samples)

    def _strongest(self, sound: Samples) -> Strongest:
        step = sound.itemsize
        windows = as_strided(sound, (self._batch, self._window), (self._hop * step, step), writeable=False)
        spectra = np.fft.rfft(windows * hann(self._window))[:, self._band]
        power = spectra.real**2 + spectra.imag**2
        # A tone between two bins is as strong in the sum of both as one on a bin is with its neighbour.
        at = (power[:, :-1] + power[:, 1:]).argmax(axis=1)
        below, above = power[self._rows, at], power[self._rows, at + 1]
        left, right = np.sqrt(below), np.sqrt(above)
        # In the lobe of a Hann window the amplitudes of two neighbours tell where between them its top is.
        hz = (self._low + at + (2 * right - left) / (left + right + _TINY)) * self._bin_hz
        tone = below + above
        share = tone / (power.sum(axis=1) + _TINY)
        share[tone < _FAINTEST * self._window**2 / 6] = 0
        return Strongest(self._next, hz, share)


@dataclass(frozen=True, slots=True)
class Tone:
    """`power`, `rest`: mean squares of the tone and of everything else that is heard.

    `other`: power of the strongest other peak over that of the tone.
    """

    hz: float
    power: float
    rest: float
    other: float


class Slots:
    """Stretches of a sound, `length` samples each around `centres`, and the tones in them."""

    def __init__(self, sound: Samples, centres: Sequence[float], length: int) -> None:
        size = 1 << (2 * length - 1).bit_length()
        starts = [min(max(round(centre - length / 2), 0), len(sound) - length) for centre in centres]
        spectra = np.fft.rfft([sound[start : start + length] * hann(length) for start in starts], size)
        self._power = spectra.real**2 + spectra.imag**2
        self._bin_hz = RATE_HZ / size
        self._lobe = round(max(_LOBE_BINS * RATE_HZ / length, _BESIDE_HZ) / self._bin_hz + 0.5)
        self._peak_power = 8 / length**2
        self._sum_power = 16 / (3 * length * size)
        self._heard = slice(*(round(hz / self._bin_hz) for hz in HEARD_HZ))

    def tone(self, slot: int, hz: float, search: float) -> Tone:
        """The strongest tone that is not further from `hz` than a fraction of `search`."""
        return self._peak(slot, hz * (1 - search), hz * (1 + search))

    def strongest(self, slot: int) -> Tone:
        """The strongest tone of all that is heard."""
        return self._peak(slot, *HEARD_HZ)

    def _peak(self, slot: int, low_hz: float, high_hz: float) -> Tone:
        power = self._power[slot]
        low = int(low_hz / self._bin_hz)
        at = low + int(power[low : int(high_hz / self._bin_hz) + 2].argmax())
        below, top, above = np.log(power[at - 1 : at + 2] + _TINY)
        bend = below - 2 * top + above
        offset = float(np.clip((below - above) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
        peak = float(np.exp(top - (below - above) * offset / 4))
        heard = power[self._heard].copy()
        start = self._heard.start
        heard[max(at - self._lobe - start, 0) : max(at + self._lobe + 1 - start, 0)] = 0
        beside = max(1 - (2 * self._lobe + 1) / len(heard), 0.5)
        return Tone(
            (at + offset) * self._bin_hz,
            peak * self._peak_power,
            float(heard.sum()) * self._sum_power / beside,
            float(heard.max()) / (peak + _TINY),
        )


def change(sound: Samples, start: float, end: float, hz: float, next_hz: float) -> float:
    """The sample between `start` and `end` where a tone of `hz` turns into one of `next_hz`.

    It is where both together hold the most power: the likeliest place in white noise.
    """
    first, last = max(round(start), 0), min(round(end), len(sound))
    t = np.arange(last - first) * (2j * np.pi / RATE_HZ)
    before = np.cumsum(sound[first:last] * np.exp(-hz * t))
    after = np.cumsum((sound[first:last] * np.exp(-next_hz * t))[::-1])[::-1]
    at = np.arange(1, last - first)
    power = np.abs(before[:-1]) ** 2 / at + np.abs(after[1:]) ** 2 / at[::-1]
    return float(first + 1 + power.argmax())


def began(sound: Samples, at: float, hz: float, block: int, longest: int) -> float:
    """The sample where the tone began that is there at sample `at`, at most `longest` before it.

    It is followed back in blocks of `block` samples; a drop-out of one of them does not end it.
    """
    end = min(round(at), len(sound))
    count = min(longest, end) // block
    if not count:
        return float(end)
    turning = np.exp(np.arange(count * block) * (-2j * np.pi * hz / RATE_HZ))
    back = sound[end - count * block : end][::-1] * turning
    blocks = np.abs(back.reshape(count, block).sum(axis=1)) ** 2
    there = blocks > _THERE * np.median(blocks[:4])
    gone = np.flatnonzero(~there & ~np.append(there[1:], False))
    last = int(gone[0]) if len(gone) else count
    skip = max(last - 2, 0) * block
    sums = np.cumsum(back[skip : (last + 2) * block])
    return float(end - skip - 1 - (np.abs(sums) ** 2 / np.arange(1, len(sums) + 1)).argmax())


def ended(sound: Samples, at: float, hz: float, block: int, longest: int) -> float:
    """The sample where the tone ended that is there at sample `at`; the rest as in `began`."""
    return len(sound) - began(sound[::-1], len(sound) - at, hz, block, longest)
