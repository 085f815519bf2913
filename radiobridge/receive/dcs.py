"""DCS: which code a transmission carries below the voice.

Strategy. The last two, three and six words' worth of soft bits (`dcs_words`) are laid over one another, which
is what a code repeats and nothing else does, and compared with every code of the table in every turn: the
likeliest of them all, instead of hard bits and then their correction, hears what has more than three wrong
bits in a word. A code counts when it explains so much of all the bits, each word's own errors included, that
neither noise nor voices get there; the fewer words, the more. The polarity cannot be heard: `023I` is `047N`
on the air, and the name is the one in normal polarity, with a sound card that does not turn its sound round.
Speaker audio has nothing below 300 Hz, and hence no DCS.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.dcs_words import EDGE, PHASES, BitTimes, Matrix, band_power, heard_bits, shapes
from radiobridge.receive.subaudible import DELAY_S, RATE_HZ, SubaudibleSound
from radiobridge.receive.tones import TONE_RATE_HZ, power_db, snr_db
from radiobridge.signalling.dcs import BITS_PER_S, CODES, WORD_BITS

_STEP_S = 0.05
_TRIES = ((2, 1, 0.82), (3, 2, 0.72), (6, 4, 0.56))
"""Words, steps from one try to the next, and the least likeness: the correlation of all soft bits with the
code. Of 4 hours of speech and half an hour of noise none reached 0.8, 0.75 and 0.55."""
_LEAST_SHARE = 0.15
"""How much of the power below 200 Hz a code must explain: one in noise that six words still bring out has
0.25, the voices nearest to a code have less."""
_FAINTEST = 10 ** (-75 / 10)


@dataclass(frozen=True, slots=True)
class _HeardCode:
    """`power`: of what was sent, before couplings took its lowest frequencies; `words`: how many."""

    code: str
    power: float
    snr_db: float
    words: int


class DcsDecoder:
    """The code of one transmission. `feed` gives the same whatever the sizes of the blocks."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._times = [BitTimes(words * WORD_BITS) for words, _, _ in _TRIES]
        self._sound = SubaudibleSound((self._times[-1].frames + 2 * EDGE) / RATE_HZ, _STEP_S)
        self._steps = 0
        self._fed = 0
        self._code = ""

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The code that became certain in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        began = at - self._fed / TONE_RATE_HZ
        self._fed += len(samples)
        signals: list[Signal] = []
        for sound in self._sound.steps(samples):
            self._steps += 1
            heard = self._listen(sound)
            if heard and heard.code != self._code:
                self._code = heard.code
                signals.append(self._signal(heard, began))
        return signals

    def finish(self) -> list[Signal]:
        """Nothing: a code is told while it lasts."""
        return []

    def _listen(self, sound: Samples) -> _HeardCode | None:
        tries = _TRIES[-1:] if self._code else _TRIES
        for (words, every, least), times in zip(tries, self._times[-len(tries) :], strict=True):
            frames = times.frames + 2 * EDGE
            if self._steps % every or self._sound.made < frames:
                continue
            window = sound[-frames:]
            power = band_power(window)
            if power > _FAINTEST:
                code = _likeliest(times.of(heard_bits(window)), words, least, power)
                if code:
                    return code
        return None

    def _signal(self, heard: _HeardCode, began: float) -> Selcall:
        seconds = heard.words * WORD_BITS / BITS_PER_S
        end_s = self._sound.made / RATE_HZ - DELAY_S - EDGE / RATE_HZ
        return Selcall(
            channel=self._channel,
            at=began + max(end_s - seconds, 0.0),
            system="dcs",
            code=f"{heard.code}N",
            duration_s=seconds,
            level_dbfs=power_db(heard.power),
            snr_db=heard.snr_db,
        )


def _likeliest(soft: Matrix, words: int, least: float, power: float) -> _HeardCode | None:
    """The code that soft bits (`PHASES`, 23 * `words`) are most like, if they are like it enough."""
    each = soft.reshape(PHASES, words, WORD_BITS)
    each = each - each.mean(axis=2, keepdims=True)
    folded = each.mean(axis=1)
    repeated = np.square(folded).sum(axis=1)
    phase = int(repeated.argmax())
    whole = float(np.square(each[phase]).sum()) / words
    # No code can explain more than what all words have in common.
    if repeated[phase] < least**2 * whole:
        return None
    alike = folded[phase] @ _alike()
    best = int(alike.argmax())
    explained = float(alike[best]) ** 2
    if explained < least**2 * whole or explained < _LEAST_SHARE * WORD_BITS * power:
        return None
    noise = (whole - float(repeated[phase])) * words / (words - 1)
    corner, code = divmod(best // WORD_BITS, len(CODES))
    return _HeardCode(CODES[code], explained / _energies()[corner, code], snr_db(explained, noise), words)


@cache
def _shapes() -> Matrix:
    return shapes(CODES)


@cache
def _energies() -> Matrix:
    """What a code sent as -1 and 1 is heard as, summed over a word: shape (corners, codes)."""
    return np.square(_shapes()[:, :, 0]).sum(axis=2)


@cache
def _alike() -> Matrix:
    """All shapes of all codes, each of length 1: (23, corners * codes * turns)."""
    rows = _shapes() / np.sqrt(_energies())[:, :, None, None]
    return np.ascontiguousarray(rows.reshape(-1, WORD_BITS).T)
