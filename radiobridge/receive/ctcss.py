"""CTCSS: which tone a transmission carries below the voice.

Strategy. Looks (`ctcss_look`) at a quarter of a second, half a second and a second: a clear tone is known
at once, one under noise or under a voice that reaches below 300 Hz when a longer look sees it. It is told
once, and again only when another one takes its place. Speaker audio has nothing below 300 Hz, and hence
no CTCSS: the sound must come from a discriminator, a "9600" or a "data" output.
"""

from __future__ import annotations

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.ctcss_look import HeardTone, Look
from radiobridge.receive.subaudible import DELAY_S, FAINTEST, RATE_HZ, SubaudibleSound
from radiobridge.receive.tones import SampleTimes
from radiobridge.signalling.ctcss import tone_name

_STEP_S = 0.05
_LOOKS = (
    (Look(0.25, most_other_db=-12, most_unsteady_db=-22), 1),
    (Look(0.5, most_other_db=-10, most_unsteady_db=-19), 2),
    (Look(1.0, most_other_db=-7.5, most_unsteady_db=-12), 4),
)
"""Each with how many steps there are from one to the next."""
_STEPS_WHEN_KNOWN = 4
"""Once a tone is known, another one may be as late as this."""
_LEAST_OF_LOUDEST = 10 ** (-45 / 10)
"""A tone is 10 to 20 dB under the voice; fainter than this beside the loudest 50 ms is a recording's hum."""


class CtcssDecoder:
    """The tone of one transmission. `feed` gives the same whatever the sizes of the blocks."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._sound = SubaudibleSound(_LOOKS[-1][0].seconds, _STEP_S)
        self._steps = 0
        self._times = SampleTimes()
        self._tone_hz = 0.0
        self._loudest = 0.0

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The tone that became certain in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        signals: list[Signal] = []
        for sound in self._sound.steps(samples):
            self._steps += 1
            step = sound[-round(_STEP_S * RATE_HZ) :]
            power = float(step @ step) / len(step)
            self._loudest = max(self._loudest, power)
            least = max(FAINTEST, self._loudest * _LEAST_OF_LOUDEST)
            if power > least:
                signals += self._look(sound, least)
        return signals

    def finish(self) -> list[Signal]:
        """Nothing: a tone is told while it lasts."""
        return []

    def _look(self, sound: Samples, least: float) -> list[Selcall]:
        for look, every in _LOOKS:
            steps = max(every, _STEPS_WHEN_KNOWN) if self._tone_hz else every
            if self._steps % steps or self._sound.made < look.frames:
                continue
            tone = look.at(sound, least)
            if tone and tone.tone_hz != self._tone_hz:
                self._tone_hz = tone.tone_hz
                return [self._heard(tone, look.seconds)]
        return []

    def _heard(self, tone: HeardTone, seconds: float) -> Selcall:
        end_s = self._sound.made / RATE_HZ - DELAY_S
        return Selcall(
            channel=self._channel,
            at=self._times.began + max(end_s - seconds, 0.0),
            system="ctcss",
            code=tone_name(tone.tone_hz),
            duration_s=seconds,
            level_dbfs=tone.level_dbfs,
            snr_db=tone.snr_db,
            tones_hz=(round(tone.hz, 2),),
        )
