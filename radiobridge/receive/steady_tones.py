"""Tones that stay: runs of windows whose strongest tone has the same frequency."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from radiobridge.receive.single_tones import Slots, Strongest, Tone, Windows, began, ended
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ

_STEP, _STEP_HZ = 0.004, 1.5
"""How far one window's frequency may be from the run's: what noise makes of it."""
_MOST_MISSED = 2
"""Windows in a row that may have another strongest tone before the run is over."""
_SAME_AGAIN = 6
"""A run whose tone comes back so soon was never over: it faded, or noise was louder."""
_JUDGED = 25
_MARGIN = 1600
"""A tone began at most so many samples before the first window that it was strongest in."""
_SEARCH = 0.01
_LEAST_WINDOWS = 3
"""Shorter runs are noise between two tones."""


@dataclass(slots=True)
class Run:
    """Windows that agree on a tone, up to window `last`; `told`: nothing more is to be said of it."""

    first: int
    last: int
    told: bool = False
    _hz: list[float] = field(default_factory=list)
    _shares: list[float] = field(default_factory=list)

    def add(self, window: int, hz: float, share: float) -> None:
        """One more window; of a tone that stays for long the first ones tell enough."""
        self.last = window
        if len(self._hz) < _JUDGED:
            self._hz.append(hz)
            self._shares.append(share)

    def holds(self, hz: float) -> bool:
        """True where `hz` is the same tone."""
        return abs(hz - self.hz) <= _STEP_HZ + _STEP * self.hz

    @property
    def windows(self) -> int:
        """How many there are from the first to the last."""
        return self.last - self.first + 1

    @property
    def hz(self) -> float:
        """The tone, as far as single windows tell."""
        return statistics.median(self._hz)

    @property
    def wobble(self) -> float:
        """How much its frequency differs from window to window, as a fraction."""
        return statistics.pstdev(self._hz) / self.hz

    @property
    def share(self) -> float:
        """Its part of all power."""
        return statistics.fmean(self._shares)


class Runs:
    """The run that goes on and the two before it (`before`, the last one first), window by window.

    `least_share`: a tone that holds less of all power is none.
    """

    def __init__(self, least_share: float) -> None:
        self._least = least_share
        self._other: Run | None = None
        self.current: Run | None = None
        self.before: deque[Run] = deque(maxlen=2)

    def feed(self, batch: Strongest) -> Iterator[Run]:
        """For each window the run that it goes on with, if it does."""
        if self.current is None and batch.share.max() < self._least:
            return
        tones = zip(batch.hz.tolist(), batch.share.tolist(), strict=True)
        for window, (hz, share) in enumerate(tones, batch.first):
            run = self._run(window, hz, share)
            if run:
                run.add(window, hz, share)
                if run is self.current:
                    yield run

    def _run(self, window: int, hz: float, share: float) -> Run | None:
        """The run that a window belongs to: the current one, or another that may take its place."""
        if self.current and window - self.current.last > _MOST_MISSED:
            if self.current.windows >= _LEAST_WINDOWS:
                self.before.appendleft(self.current)
            self.current, self._other = self._other, None
        if share < self._least:
            return None
        if self.current is None:
            last = self.before[0] if self.before else None
            again = last is not None and last.holds(hz) and window - last.last <= _SAME_AGAIN
            self.current = self.before.popleft() if again else Run(window, window)
            return self.current
        if self.current.holds(hz):
            self._other = None
            return self.current
        if self._other is None or not self._other.holds(hz):
            self._other = Run(window, window)
        return self._other


@dataclass(frozen=True, slots=True)
class Steady:
    """A tone as measured over its whole length, up to a second; `start` and `end` in samples."""

    tone: Tone
    start: float
    end: float

    @property
    def length_s(self) -> float:
        """How long it is, or has been so far."""
        return (self.end - self.start) / RATE_HZ


def measured(windows: Windows, run: Run, *, hop: int, block: int) -> Steady:
    """The tone of a run, from where it really began to where it or the sound ends.

    `hop`: of the windows; `block`: samples in which its beginning and end are looked for.
    """
    begin = run.first * hop - _MARGIN
    sound = windows.sound(begin, windows.end)
    middle = (run.first + run.last) / 2 * hop - begin
    length = min((run.last - run.first) * hop, RATE_HZ) + hop
    tone = Slots(sound, [middle], length).tone(0, run.hz, _SEARCH)
    start = began(sound, middle, tone.hz, block, len(sound))
    return Steady(tone, begin + start, begin + ended(sound, middle, tone.hz, block, len(sound)))
