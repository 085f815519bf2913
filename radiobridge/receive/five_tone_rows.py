"""What a row of tones is like, and whether it can only be a five-tone call.

Voices pass through four tones of a table about once a second; but their harmonics stand beside the tones,
the frequencies miss the table in all directions, they glide, and nothing changes in steps of a tone length.
The bounds lie between what calls show in noise up to four times as strong as they, and what ten hours of
speech show, at several speeds, clipped, pre-emphasised, in noise and two or three voices at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from radiobridge.receive.single_tones import NOISE_SHARE_S
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.signalling.five_tone import FEWEST, GROUP, MOST, REPEAT, Standard, meant

PART = 0.92
"""How much of a tone is measured: what is nearer to its edges is left out."""
MAX_OFFSET = 0.019
"""Frequency errors of 1.5 % are accepted, and what noise adds."""
MAX_STRETCH = 0.24
"""Tone lengths that are 20 % off are accepted, and what noise adds."""
_LONGEST_S = 2.0
_CLEAN_OTHER, _CLEAN_SPREAD, _CLEAN_UNEVEN = 0.08, 0.013, 0.3
"""Where next to nothing is beside the tones, each may be 1.5 % and 20 % off in its own direction."""
_MOST_OTHER = {FEWEST: 0.18, FEWEST + 1: 0.7}
_MORE_OTHER, _ODD_OTHER = 0.3, 0.18
"""Else what is beside them is bounded: rows of five may be weak, shorter ones could be what noise left of
them, longer ones what it added, and letters are rare."""
_UNEVEN = 0.25
_MOST_OFF = 1.5
_NOISY, _MOST_PEAKS = 0.25, 12.0
_MOST_GLIDE = 0.25


@dataclass(frozen=True, slots=True)
class Row:
    """A row as measured; `start`, `end`: in samples.

    `power`, `noise`: mean squares of the tones and of everything else. `other`: the strongest other peak
    over the tone, mean of all tones. `offset`, `spread`: mean and deviation of the frequency errors, as
    fractions. `stretch`: the tone length over the standard's. `uneven`: the largest error of an edge between
    two tones, in tone lengths. `glide_hz`, `glide`: how much tones rise from their first half to their
    second, and that over the rise from tone to tone: 0.5 in a sweep.
    """

    standard: Standard
    symbols: str
    tones_hz: tuple[float, ...]
    start: float
    end: float
    power: float
    noise: float
    other: float
    offset: float
    spread: float
    stretch: float
    uneven: float
    glide_hz: float
    glide: float

    @property
    def code(self) -> str | None:
        """What was called, or None where it can not have been a call."""
        is_row = FEWEST <= len(self.symbols) <= MOST and self.end - self.start <= _LONGEST_S * RATE_HZ
        fits = abs(self.offset) <= MAX_OFFSET and abs(self.stretch - 1) <= MAX_STRETCH
        if not is_row or not fits or self._moves or not (self._is_clean or self._is_clear):
            return None
        return None if self.letters and len(self.symbols) == FEWEST else meant(self.symbols)

    @property
    def letters(self) -> int:
        """How many of its tones are neither digits nor what every network has."""
        return sum(not (symbol.isdigit() or symbol in GROUP + REPEAT) for symbol in self.symbols)

    @property
    def misfit(self) -> float:
        """Of several readings of one sound the one with the least is the right one.

        A tone more is better, unless what is taken for it does not stand out; a letter is worse.
        """
        tones = len(self.symbols) * (1 - 2 * self.other)
        return (self._off + abs(self.stretch - 1) / MAX_STRETCH + self.letters) / 2 - tones

    def moved(self, samples: int) -> Row:
        """The same, so much later."""
        return replace(self, start=self.start + samples, end=self.end + samples)

    @property
    def _off(self) -> float:
        """How far its frequencies are off: 1 is the most of offset or of spread."""
        return abs(self.offset) / MAX_OFFSET + self.spread / most_spread(self.standard)

    @property
    def _moves(self) -> bool:
        """Whether it is a sweep or a whistle; in noise only the whole can tell."""
        # In a sweep through a table tones rise three times as much.
        glides = self.other <= _NOISY and abs(self.glide_hz) > 8 + 0.4 / self.standard.tone_s
        return glides or abs(self.glide) > _MOST_GLIDE

    @property
    def _is_clean(self) -> bool:
        """Whether it sounds alone."""
        return self.other <= _CLEAN_OTHER and self.spread <= _CLEAN_SPREAD and self.uneven <= _CLEAN_UNEVEN

    @property
    def _is_clear(self) -> bool:
        """Whether it stands out of noise, and is as regular as a crystal makes it."""
        most = _ODD_OTHER if self.letters else _MOST_OTHER.get(len(self.symbols), _MORE_OTHER)
        regular = (
            self.spread <= most_spread(self.standard) and self._off <= _MOST_OFF and self.uneven <= _UNEVEN
        )
        # Beside tones in noise no peak is more than eleven times the mean; harmonics of a voice are.
        tone_s = PART * self.stretch * self.standard.tone_s
        peaks = self.other * self.power * tone_s / NOISE_SHARE_S / max(self.noise, 1e-12)
        return regular and self.other <= most and (self.other <= _NOISY or peaks <= _MOST_PEAKS)


def most_spread(standard: Standard) -> float:
    """How much frequency errors may differ: half a percent, and what noise does to tones so short."""
    return 0.005 + 0.0001 / standard.tone_s
