"""Two-tone sequential paging (Quick Call II and its like).

Strategy. 128 ms windows follow the strongest tone. When one tone has lasted 0.35 to 2.2 s and another
comes after it at once (0.15 s at the most) and has lasted 0.75 s, both are measured over their whole length:
each must stand alone and keep its frequency. So the page is told well before its second tone ends, and
the short timing (0.4 s and 0.8 s) is heard too. A tone before the first makes it a melody. One tone that
lasts 5.5 s, clearly above all else, is a group call. Pages of the settings are known by name, within 1 %;
others are told by their tones. Whatever sounds like a page is one: two notes of a flute do.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from radiobridge.events import Samples, Selcall, Signal
from radiobridge.receive.single_tones import Windows
from radiobridge.receive.steady_tones import Run, Runs, Steady, measured
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import power_db, snr_db
from radiobridge.signalling.two_tone import written

_WINDOW, _HOP, _BATCH = 1024, 320, 4
_BAND_HZ = (270.0, 3000.0)
_KEPT_S = 8.0
_LEAST_SHARE = 0.05
"""White noise of -12 dB leaves a tone 0.09 of all power; noise alone makes 0.02."""
_A_S = (0.35, 2.2)
_B_S = 0.72
_GROUP_S = 5.5
_GAP_S = 0.18
_GROUP_SHARE = 0.25
"""A weak tone that never ends is interference."""
_OTHER = 0.2
_WOBBLE = 0.0035
_NAMED = 0.01
_TRIED_S = 0.25
_DIFFERENT = 0.015
_GAP_WINDOWS = 8
_TONE_WINDOWS = 6
_BLOCK = 400
_WOBBLE_HZ = 0.5


class TwoToneDecoder:
    """The pages of one channel. `pages`: names of pages, and their two tones in Hz."""

    def __init__(self, channel: str, pages: Mapping[str, tuple[float, float]]) -> None:
        self._channel = channel
        self._pages = pages
        self._windows = Windows(window=_WINDOW, hop=_HOP, batch=_BATCH, kept_s=_KEPT_S, band_hz=_BAND_HZ)
        self._runs = Runs(_LEAST_SHARE)
        self._fed = 0
        self._began = 0.0

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The pages that were made sure of in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._began = at - self._fed / RATE_HZ
        self._fed += len(samples)
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
        if heard_s < _B_S or (heard_s >= _B_S + _TRIED_S and heard_s < _GROUP_S) or _wobbles(run):
            return []
        if heard_s >= _GROUP_S:
            run.told = True
            return self._call(self._steady(run)) if run.share >= _GROUP_SHARE else []
        before = self._before(run)
        if before is None:
            return []
        first, second = self._steady(before), self._steady(run)
        gap_s = (second.start - first.end) / RATE_HZ
        if not _A_S[0] <= first.length_s <= _A_S[1] or gap_s > _GAP_S or second.length_s < _B_S:
            return []
        run.told = True
        return self._call(first, second)

    def _before(self, run: Run) -> Run | None:
        """The first tone, where `run` may be the second: no melody, and not the same tone again."""
        before = self._runs.before
        if not before or run.first - before[0].last > _GAP_WINDOWS or _wobbles(before[0]):
            return None
        melody = len(before) > 1 and before[0].first - before[1].last <= _GAP_WINDOWS and _is_tone(before[1])
        return None if melody or abs(before[0].hz / run.hz - 1) < _DIFFERENT else before[0]

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
                self._began + start / RATE_HZ,
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
    return run.wobble > _WOBBLE + _WOBBLE_HZ / run.hz


def _is_tone(run: Run) -> bool:
    return run.windows >= _TONE_WINDOWS and run.share >= _GROUP_SHARE and not _wobbles(run)
