"""A closer look at what may be a row of five-tone calling: which tones it has, and how many.

Each tone is measured over its whole length, and its edges are where the sound changes from one frequency
to the next, so even a row in noise many times as strong as it is measured well. Then tones that follow it
and tones before it are added, for as long as they are of the same kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.five_tone_rows import MAX_OFFSET, MAX_STRETCH, PART, Row, most_spread
from radiobridge.receive.five_tone_search import Anchor
from radiobridge.receive.single_tones import NOISE_SHARE_S, Slots, Tone, began, change, ended
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.signalling.five_tone import MOST, Standard

LONGEST_LEAD_S = 1.0
"""A first tone is followed back so far: leads of 0.7 s are in use."""
_ROUGH_PART, _ROUGH_SEARCH, _ROUGH_OTHER = 0.6, 0.03, 1.5
"""Before the edges are known less of each tone is looked at, for a frequency that may be further off."""
_STRONG, _TOO_STRONG, _STRONG_OTHER = 0.3, 2.0, 0.7
_WEAK, _WEAK_OTHER = 0.08, 0.5
_FAINT, _CLEAN_OTHER = 0.04, 0.2
"""Power of a tone beside a row over that of the row's, and the strongest other peak over it: the weaker it
is, the clearer it must stand out. 12 dB of fading leave 0.06."""
_HALVES_SEARCH = 0.025
_STEEPEST_HZ, _LEAST_STEPS = 200.0, 10_000.0
"""Steps from tone to tone that are no part of a sweep; and the sum of squares below which steps are too small
to tell one."""


def look(sound: Samples, anchor: Anchor) -> Row | None:
    """The row around `anchor`, whose samples are those of `sound`, or None where there is none."""
    reading = _Reading(anchor.standard, list(anchor.symbols), [], [])
    reading.measure(sound, anchor.centres, round(_ROUGH_PART * anchor.length), _ROUGH_SEARCH)
    if reading.other > _ROUGH_OTHER:
        return None
    reading.find_edges(sound, anchor.centres)
    if not reading.fits:
        return None
    reading.measure(sound, reading.centres, round(PART * reading.length), MAX_OFFSET)
    reading.find_edges(sound, reading.centres)
    if not reading.fits or reading.other > _ROUGH_OTHER:
        return None
    for _ in range(2):
        sound, reading = sound[::-1], reading.turned(len(sound))
        reading.lengthen(sound)
    return None if reading.doubtful else _measured(sound, reading)


@dataclass(slots=True)
class _Reading:
    """What is known so far: a row's symbols, the tones in it, and the edges between them (one less).

    `doubtful`: noise may have added a tone, or hidden one.
    """

    standard: Standard
    symbols: list[str]
    tones: list[Tone]
    edges: list[float]
    doubtful: bool = False

    @property
    def other(self) -> float:
        """Mean of the strongest other peaks over the tones."""
        return float(np.mean([tone.other for tone in self.tones]))

    @property
    def errors(self) -> list[float]:
        """Frequency errors of the tones, as fractions."""
        pairs = zip(self.symbols, self.tones, strict=True)
        return [tone.hz / self.standard.tones_hz[symbol] - 1 for symbol, tone in pairs]

    @property
    def length(self) -> float:
        """Mean length of the tones between the edges, in samples."""
        return (self.edges[-1] - self.edges[0]) / (len(self.edges) - 1)

    @property
    def fits(self) -> bool:
        """Whether the tones are about as long as they should be."""
        return abs(self.length / (self.standard.tone_s * RATE_HZ) - 1) < 1.2 * MAX_STRETCH

    @property
    def centres(self) -> list[float]:
        """The middles of the tones, the first and the last being as long as the others."""
        ends = [self.edges[0] - self.length, *self.edges, self.edges[-1] + self.length]
        return [(start + end) / 2 for start, end in pairwise(ends)]

    def measure(self, sound: Samples, centres: Sequence[float], length: int, search: float) -> None:
        """The tones are known from stretches of `length` samples."""
        slots = Slots(sound, centres, length)
        self.tones = [slots.tone(k, self.standard.tones_hz[s], search) for k, s in enumerate(self.symbols)]

    def find_edges(self, sound: Samples, centres: Sequence[float]) -> None:
        """The edges are known: one between each two centres."""
        self.edges = [
            change(sound, start, end, tone.hz, following.hz)
            for (start, end), (tone, following) in zip(pairwise(centres), pairwise(self.tones), strict=True)
        ]

    def turned(self, frames: int) -> _Reading:
        """The same of the sound played backwards."""
        edges = [frames - edge for edge in reversed(self.edges)]
        return _Reading(self.standard, self.symbols[::-1], self.tones[::-1], edges, self.doubtful)

    def lengthen(self, sound: Samples) -> None:
        """Tones that follow are added, up to one more than a row may have."""
        kin = _Kin(self.standard, self.tones, float(np.mean(self.errors)), self.length)
        names, nominal = list(self.standard.tones_hz), np.array(list(self.standard.tones_hz.values()))
        length = self.length
        while len(self.symbols) <= MOST and self.edges[-1] + 2 * length <= len(sound):
            edge = self.edges[-1]
            tone = Slots(sound, [edge + 1.5 * length], round(PART * length)).strongest(0)
            errors = tone.hz / nominal - 1
            best = int(np.abs(errors).argmin())
            error = float(errors[best])
            if names[best] == self.symbols[-1] or not kin.has(tone, error):
                self.doubtful |= kin.may_have(tone, error)
                return
            turn = change(sound, edge + length / 2, edge + 1.5 * length, self.tones[-1].hz, tone.hz)
            self.edges.append(turn)
            self.symbols.append(names[best])
            self.tones.append(tone)


class _Kin:
    """Whether the strongest tone beside a row belongs to it, by the tones that are known.

    Beside the row is noise, of which the strongest peak may look like a tone; or a voice, of which the
    strongest harmonic may; or a tone that fading has weakened. `noise` is what one frequency of the noise
    has of a tone's power; the strongest of all has about five times as much.
    """

    def __init__(self, standard: Standard, tones: Sequence[Tone], offset: float, length: float) -> None:
        self._offset, self._spread = offset, most_spread(standard)
        self._power = float(np.mean([tone.power for tone in tones]))
        rest = float(np.mean([tone.rest for tone in tones]))
        other = float(np.mean([tone.other for tone in tones]))
        self._noise = rest / max(self._power, 1e-12) * NOISE_SHARE_S * RATE_HZ / (PART * length)
        self._most_other = max(min(5 * other, 1.1), _CLEAN_OTHER)
        self._sure = max(6 * self._noise, _STRONG)
        # Noise makes of a tone less than 1 - 2.6 deviations once in two hundred times.
        self._gone = min(self._sure, max(4.5 * self._noise, 1 - 3.7 * self._noise**0.5))

    def has(self, tone: Tone, error: float) -> bool:
        """True for a tone of the row; `error`: how far it is from the nearest of the table, as a fraction."""
        strong = self._strength(tone, error)
        return abs(error) <= MAX_OFFSET and (
            (strong > self._sure and tone.other < self._most_other)
            or (_STRONG < strong < _TOO_STRONG and tone.other < _STRONG_OTHER)
            or (max(_WEAK, 9 * self._noise) < strong < _TOO_STRONG and tone.other < _WEAK_OTHER)
            or (tone.power > _FAINT * self._power and tone.other < _CLEAN_OTHER)
        )

    def may_have(self, tone: Tone, error: float) -> bool:
        """True for what is too strong for noise and too weak for a tone."""
        return self._gone < self._strength(tone, error) < self._sure and tone.other < self._most_other

    def _strength(self, tone: Tone, error: float) -> float:
        """Its power over that of the row's tones, where its frequency is off just as theirs."""
        return tone.power / max(self._power, 1e-12) if abs(error - self._offset) < self._spread else 0.0


def _measured(sound: Samples, reading: _Reading) -> Row:
    edges = np.array(reading.edges)
    slope, first = np.polyfit(np.arange(len(edges)), edges, 1)
    uneven = float(np.abs(first + slope * np.arange(len(edges)) - edges).max() / slope)
    part = round(PART * max(float(np.diff(edges).min()), slope / 2))
    reading.measure(sound, reading.centres, part, MAX_OFFSET)
    tones, errors = reading.tones, reading.errors
    block, longest = round(slope / 4), round(LONGEST_LEAD_S * RATE_HZ)
    glide_hz, glide = _glides(sound, reading, part)
    return Row(
        standard=reading.standard,
        symbols="".join(reading.symbols),
        tones_hz=tuple(tone.hz for tone in tones),
        start=began(sound, edges[0], tones[0].hz, block, longest),
        end=ended(sound, edges[-1], tones[-1].hz, block, longest),
        power=float(np.mean([tone.power for tone in tones])),
        noise=float(np.mean([tone.rest for tone in tones])),
        other=reading.other,
        offset=float(np.mean(errors)),
        spread=float(np.std(errors)),
        stretch=float(slope / (reading.standard.tone_s * RATE_HZ)),
        uneven=uneven,
        glide_hz=glide_hz,
        glide=glide,
    )


def _glides(sound: Samples, reading: _Reading, length: int) -> tuple[float, float]:
    """How much the tones rise between their halves, and that over the rise from tone to tone."""
    tones_hz = np.array([tone.hz for tone in reading.tones])
    halves = Slots(sound, [c + side * length / 4 for c in reading.centres for side in (-1, 1)], length // 2)
    half_hz = [halves.tone(k, tones_hz[k // 2], _HALVES_SEARCH).hz for k in range(2 * len(tones_hz))]
    within = np.array(half_hz[1::2]) - half_hz[::2]
    around = (tones_hz[2:] - tones_hz[:-2]) / 2
    around[np.abs(around) > _STEEPEST_HZ] = 0
    slope = (around * within[1:-1]).sum() / max((around**2).sum(), _LEAST_STEPS)
    return float(np.median(within)), float(slope)
