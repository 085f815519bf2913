"""Tone bursts: one steady tone, as the 1750 Hz that opens a relay or calls its operator.

Strategy. 64 ms windows follow the strongest tone. When one of the wanted tones has lasted 0.25 s it is
a burst unless what comes next shows that it was something else: another tone right after it or before it
(the lead tone of a five-tone call, a page), or, with tones below half a second, the same tone again (Morse).
So a burst is told when it is over and 0.16 s have passed, or its own length where it is shorter than half a
second; one that goes on is told when it has lasted 1.2 s. `duration_s` is its length, at the most 1.2 s: what
counts must not wait for the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.levels import power_db, snr_db
from radiobridge.receive.single_tones import Slots, Windows
from radiobridge.receive.steady_tones import Run, Runs, Steady, measured
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import SampleTimes

_WINDOW, _HOP, _BATCH = 512, 128, 8
_BAND_HZ = (300.0, 3400.0)
_KEPT_S = 3.0
_BLOCK = 160
_CANDIDATE_WINDOWS = 10
_LEAST_SHARE = 0.07
"""White noise of -9 dB leaves a tone 0.14 of all power; noise alone makes 0.04."""
_SHORTEST_S, _LONGEST_S = 0.24, 1.2
_OFFSET, _SAME = 0.0105, 0.03
"""Frequency errors of 1 % are accepted, and what measuring adds."""
_OTHER = 0.15
"""The strongest other peak over the tone: clipping makes 0.11, the other tone of a DTMF key more."""
_WOBBLE = 0.003
"""Deviation of the frequency from window to window: noise of -9 dB makes 0.001, lips more."""
_MORSE_S = 0.5
"""A dash of Morse is shorter: it is so long at 7 words a minute."""
_ELEMENT = 1.1
"""In Morse something comes within the length of a dash, before it or after it."""
_BESIDE_S = 0.16
_SLOT, _SLOT_HOP = 256, 64
_TONAL, _AS_LOUD, _MOST_TONAL = 0.4, 0.2, 0.45
"""A stretch of 32 ms holds a tone that has a fifth of the burst's power when nothing beside it has 0.4 of its
own. Of those beside the lead of a five-tone call more than half do, of those beside a voice next to none."""


class ToneBurstDecoder:
    """The bursts of one channel. `tones_hz`: the tones that count."""

    def __init__(self, channel: str, tones_hz: Sequence[float]) -> None:
        self._channel = channel
        self._tones_hz = tones_hz
        self._windows = Windows(window=_WINDOW, hop=_HOP, batch=_BATCH, kept_s=_KEPT_S, band_hz=_BAND_HZ)
        self._runs = Runs(_LEAST_SHARE)
        self._run: Run | None = None
        self._times = SampleTimes()

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The bursts that were made sure of in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        return self._heard(samples)

    def finish(self) -> list[Signal]:
        """The burst that ends with the sound, or shortly before."""
        return self._heard(np.zeros(RATE_HZ, np.float32))

    def _heard(self, samples: Samples) -> list[Signal]:
        calls: list[Signal] = []
        for batch in self._windows.feed(samples):
            for run in self._runs.feed(batch):
                if run.windows == _CANDIDATE_WINDOWS and self._wanted(run.hz) is not None:
                    self._run = run
            if self._run and self._is_sure(self._run):
                calls += self._call(self._run)
                self._run = None
        return calls

    def _is_sure(self, run: Run) -> bool:
        """Whether enough is known of what comes after it."""
        length_s = run.windows * _HOP / RATE_HZ
        after_s = (self._windows.end - run.last * _HOP) / RATE_HZ
        return length_s >= _LONGEST_S or after_s >= _after_s(length_s) + _WINDOW / RATE_HZ

    def _wanted(self, hz: float) -> float | None:
        """The tone of the settings that `hz` is."""
        nearest = min(self._tones_hz, key=lambda wanted: abs(wanted - hz))
        return nearest if abs(hz / nearest - 1) <= _OFFSET else None

    def _call(self, run: Run) -> list[Signal]:
        burst = measured(self._windows, run, hop=_HOP, block=_BLOCK)
        wanted = self._wanted(burst.tone.hz)
        pure = burst.tone.other <= _OTHER and run.wobble <= _WOBBLE
        if wanted is None or burst.length_s < _SHORTEST_S or not pure or self._is_part(burst):
            return []
        return [
            Selcall(
                self._channel,
                self._times.at(burst.start),
                "tone-burst",
                f"{wanted:g}",
                burst.length_s,
                power_db(burst.tone.power),
                snr_db(burst.tone.power, burst.tone.rest),
                tones_hz=(round(burst.tone.hz, 1),),
            )
        ]

    def _is_part(self, burst: Steady) -> bool:
        """Whether the sounds beside it show that it is part of something longer."""
        reach = round(_after_s(burst.length_s) * RATE_HZ)
        start, end = round(burst.start), round(burst.end)
        before = range(start - _SLOT, start - reach, -_SLOT_HOP)
        after = range(end, min(end + reach, self._windows.end) - _SLOT, _SLOT_HOP)
        return self._tones_in(before, burst) or self._tones_in(after, burst)

    def _tones_in(self, starts: range, burst: Steady) -> bool:
        """Whether another tone, or the same again, is in slots that start there; the nearest first."""
        if not starts:
            return False
        first = min(starts)
        sound = self._windows.sound(first, max(starts) + _SLOT)
        slots = Slots(sound, [start - first + _SLOT / 2 for start in starts], _SLOT)
        tones = [slots.strongest(slot) for slot in range(len(starts))]
        tonal = [tone.other < _TONAL and tone.power > _AS_LOUD * burst.tone.power for tone in tones]
        same = [
            is_tone and abs(tone.hz / burst.tone.hz - 1) < 3 * _OFFSET
            for is_tone, tone in zip(tonal, tones, strict=True)
        ]
        if burst.length_s < _MORSE_S and any(one and other for one, other in pairwise(same[2:])):
            return True
        near = tonal[: round(_BESIDE_S * RATE_HZ / _SLOT_HOP)]
        return sum(near) > _MOST_TONAL * len(near)


def _after_s(length_s: float) -> float:
    """How long what comes after a burst of `length_s` may still show that it was none."""
    return _BESIDE_S + _SLOT / RATE_HZ if length_s >= _MORSE_S else max(_ELEMENT * length_s, 0.2)
