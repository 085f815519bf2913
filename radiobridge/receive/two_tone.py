"""Two-tone sequential paging (Quick Call II and its like).

Strategy. 128 ms windows follow the strongest tone. When one tone has lasted 0.7 to 2.2 s and another
comes right after it and has lasted 0.72 s, both are measured over their whole length: each must stand alone
and keep its frequency. So a page is told well before its second tone ends, and `duration_s` is what was
heard of it by then. A tone before the first makes it a melody. One tone that lasts 5.5 s, clearly above all
else, is a group call.

Pages of the settings are known by name, within 1 %, with first tones from 0.35 s on: short timings (0.4 s
and 0.8 s) are heard where it is known what to listen for. Others are told by their tones. Whatever sounds
like a page is one: two long notes of a flute do, and a dial tone is a group call.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.levels import power_db, snr_db
from radiobridge.receive.single_tones import Windows
from radiobridge.receive.steady_tones import Run, Runs, Steady, measured
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import SampleTimes
from radiobridge.signalling.two_tone import written

_WINDOW, _HOP, _BATCH = 1024, 320, 4
_BAND_HZ = (270.0, 3000.0)
_KEPT_S = 8.0
_BLOCK = 400
_LEAST_SHARE = 0.05
"""White noise of -12 dB leaves a tone 0.09 of all power; noise alone makes 0.02."""
_LONGEST_A_S, _SHORTEST_A_S, _NAMED_A_S = 2.2, 0.7, 0.35
_B_S, _GIVEN_UP_S = 0.72, 1.0
"""A second tone is long enough, and no second tone if nothing came of it until then."""
_GROUP_S = 5.5
_GAP_S, _GAP_WINDOWS = 0.18, 8
"""Pauses of 0.15 s between the tones are accepted, and the windows in them that hear neither well."""
_GROUP_SHARE = 0.25
"""A weak tone that never ends is interference."""
_OTHER = 0.2
"""The strongest other peak over a tone: clipping makes 0.11."""
_WOBBLE, _WOBBLE_HZ = 0.0035, 0.5
"""Deviation of the frequency from window to window: what noise makes of it; a voice never holds so still."""
_NAMED = 0.01
_DIFFERENT = 0.015
_TONE_WINDOWS = 6


class TwoToneDecoder:
    """The pages of one channel. `pages`: names of pages, and their two tones in Hz."""

    def __init__(self, channel: str, pages: Mapping[str, tuple[float, float]]) -> None:
        self._channel = channel
        self._pages = pages
        self._windows = Windows(window=_WINDOW, hop=_HOP, batch=_BATCH, kept_s=_KEPT_S, band_hz=_BAND_HZ)
        self._runs = Runs(_LEAST_SHARE)
        self._times = SampleTimes()

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The pages that were made sure of in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        return self._heard(samples)

    def finish(self) -> list[Signal]:
        """The page whose second tone ends with the sound."""
        return self._heard(np.zeros(_WINDOW + _BATCH * _HOP, np.float32))

    def _heard(self, samples: Samples) -> list[Signal]:
        calls: list[Signal] = []
        for batch in self._windows.feed(samples):
            for run in self._runs.feed(batch):
                if not run.told:
                    calls += self._told(run)
        return calls

    def _told(self, run: Run) -> list[Signal]:
        """The call whose last tone `run` is, once it has lasted long enough."""
        heard_s = run.windows * _HOP / RATE_HZ
        if _wobbles(run) or heard_s < _B_S or _GIVEN_UP_S < heard_s < _GROUP_S:
            return []
        if heard_s >= _GROUP_S:
            run.told = True
            return self._call(self._steady(run)) if run.share >= _GROUP_SHARE else []
        first = self._first(run)
        if first is None:
            return []
        a, b = self._steady(first), self._steady(run)
        named = self._name(a.tone.hz, b.tone.hz) is not None
        shortest_s = _NAMED_A_S if named else _SHORTEST_A_S
        if not shortest_s <= a.length_s <= _LONGEST_A_S or b.length_s < _B_S:
            return []
        if b.start - a.end > _GAP_S * RATE_HZ:
            return []
        run.told = True
        return self._call(a, b)

    def _first(self, run: Run) -> Run | None:
        """The run that ended right before this one, if it was a tone and the first one."""
        first, earlier = (*self._runs.before, None, None)[:2]
        if first is None or run.first - first.last > _GAP_WINDOWS or _wobbles(first):
            return None
        if abs(first.hz / run.hz - 1) < _DIFFERENT:
            return None
        follows = earlier and first.first - earlier.last <= _GAP_WINDOWS and _is_tone(earlier)
        return None if follows else first

    def _steady(self, run: Run) -> Steady:
        return measured(self._windows, run, hop=_HOP, block=_BLOCK)

    def _call(self, *tones: Steady) -> list[Signal]:
        """A page or a group call, unless something else sounds beside its tones."""
        if any(steady.tone.other > _OTHER for steady in tones):
            return []
        tones_hz = tuple(round(steady.tone.hz, 1) for steady in tones)
        power = float(np.mean([steady.tone.power for steady in tones]))
        rest = float(np.mean([steady.tone.rest for steady in tones]))
        start = tones[0].start
        return [
            Selcall(
                self._channel,
                self._times.at(start),
                "two-tone",
                self._name(tones[0].tone.hz, tones[-1].tone.hz) or written(*tones_hz),
                (tones[-1].end - start) / RATE_HZ,
                power_db(power),
                snr_db(power, rest),
                group=len(tones) == 1,
                tones_hz=tones_hz,
            )
        ]

    def _name(self, *heard_hz: float) -> str | None:
        """The page of the settings that has these tones: the nearest, if it is near enough."""

        def far(page: tuple[float, float]) -> float:
            return max(abs(heard / hz - 1) for heard, hz in zip(heard_hz, page, strict=True))

        name = min(self._pages, key=lambda name: far(self._pages[name]), default=None)
        return name if name is not None and far(self._pages[name]) <= _NAMED else None


def _wobbles(run: Run) -> bool:
    """Whether a run is anything but a tone of a machine."""
    return run.wobble > _WOBBLE + _WOBBLE_HZ / run.hz


def _is_tone(run: Run) -> bool:
    """Whether a run is more than chance: long, loud and steady."""
    return run.windows >= _TONE_WINDOWS and run.share >= _GROUP_SHARE and not _wobbles(run)
