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

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.dcs_search import HeardCode, likeliest
from radiobridge.receive.dcs_words import LATE_S, BitTimes, DcsSound
from radiobridge.receive.levels import power_db
from radiobridge.receive.subaudible import FAINTEST, RATE_HZ
from radiobridge.receive.tones import SampleTimes
from radiobridge.signalling.dcs import BITS_PER_S, WORD_BITS

_STEP_S = 0.05
_TRIES = ((2, 1, 0.82), (3, 2, 0.72), (6, 4, 0.56))
"""Words, steps from one try to the next, and the least likeness: the correlation of all soft bits with the
code. Of 4 hours of speech and half an hour of noise none reached 0.8, 0.75 and 0.55."""


class DcsDecoder:
    """The code of one transmission. `feed` gives the same whatever the sizes of the blocks."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._bit_times = [BitTimes(words * WORD_BITS) for words, _, _ in _TRIES]
        self._sound = DcsSound(self._bit_times[-1].frames, _STEP_S)
        self._steps = 0
        self._times = SampleTimes()
        self._code = ""

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The code that became certain in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        signals: list[Signal] = []
        for _ in self._sound.steps(samples):
            self._steps += 1
            heard = self._listen()
            if heard and heard.code != self._code:
                self._code = heard.code
                signals.append(self._signal(heard))
        return signals

    def finish(self) -> list[Signal]:
        """Nothing: a code is told while it lasts."""
        return []

    def _listen(self) -> HeardCode | None:
        # Once a code is known, another one is only believed over the longest time.
        count = 1 if self._code else len(_TRIES)
        for (_, every, least), times in zip(_TRIES[-count:], self._bit_times[-count:], strict=True):
            if self._steps % every or self._sound.made < times.frames:
                continue
            power = self._sound.power(times.frames)
            code = likeliest(times.of(self._sound.heard), least, power) if power > FAINTEST else None
            if code:
                return code
        return None

    def _signal(self, heard: HeardCode) -> Selcall:
        seconds = heard.words * WORD_BITS / BITS_PER_S
        end_s = self._sound.made / RATE_HZ - LATE_S
        return Selcall(
            channel=self._channel,
            at=self._times.began + max(end_s - seconds, 0.0),
            system="dcs",
            code=f"{heard.code}N",
            duration_s=seconds,
            level_dbfs=power_db(heard.power),
            snr_db=heard.snr_db,
        )
