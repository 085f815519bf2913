"""DTMF: which keys are pressed on a channel.

Sound at 8 kHz becomes windows of 32 ms, one every 10 ms (`dtmf_windows`); windows that speak for one key
become runs (`dtmf_runs`); each run is judged as a whole (`dtmf_verdict`). Sources: ITU-T Q.23 (tones),
ITU-T Q.24 and ETSI ES 201 235-3 (what a receiver must accept and must refuse).
"""

from __future__ import annotations

import numpy as np

from radiobridge.events import Digit, Samples, Signal
from radiobridge.receive.dtmf_runs import PAST, runs_in
from radiobridge.receive.dtmf_verdict import REACH, Press, presses
from radiobridge.receive.dtmf_windows import HOP, HOP_S, WINDOW, Pair, Windows, windows_of
from radiobridge.receive.tones import SampleTimes

KEYS = "123A456B789C*0#D"
"""Key i has low tone i // 4 and high tone i % 4."""

_LEAD = WINDOW % HOP
"""Silence before the sound: windows then end where blocks of 10 or 20 ms do."""
_KEPT = max(PAST, REACH)
"""Windows that are kept before those that belong to nothing yet."""
_IDLE, _ALERT = 4, 2
"""Windows that must have come before they are looked at, while nothing speaks for a key, and else: 40 ms, the
shortest tone, and 20 ms."""
_PATIENCE = 8
"""Windows that may wait to be looked at while a key is held."""
_PIECE = 216 * HOP
"""Sound that becomes windows at once: more would take memory from the system each time, which is slow."""
_MOST = 6000 * HOP
_SAME_KEY_WINDOWS = 3.0
"""A key that comes back sooner was never released (Q.24: pauses of 40 ms count)."""


class DtmfDecoder:
    """The keys of one channel. `feed` gives the same whatever the sizes of the blocks."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._sound = np.zeros(_LEAD, np.float32)
        self._windows = Windows.blank(_KEPT)
        self._number = -_KEPT
        self._open: Pair | None = None
        self._at_once = _IDLE
        self._times = SampleTimes()
        self._held: tuple[int, float, list[float]] | None = None
        self._last_key, self._last_end = -1, 0.0

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The keys that ended in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        digits: list[Signal] = []
        for start in range(0, len(samples), _MOST):
            digits += self._listen(samples[start : start + _MOST])
        return digits

    def finish(self) -> list[Signal]:
        """The key that is still held where the sound ends."""
        return [*self._listen(np.zeros(WINDOW + _KEPT * HOP, np.float32))]

    def _listen(self, samples: Samples) -> list[Digit]:
        parts = [self._windows]
        for start in range(0, len(samples), _PIECE):
            self._sound = np.concatenate([self._sound, samples[start : start + _PIECE]])
            if len(self._sound) >= WINDOW + (self._at_once - 1) * HOP and not self._is_held():
                parts.append(windows_of(self._sound))
                self._sound = self._sound[len(parts[-1]) * HOP :]
        return self._look(Windows.joined(parts)) if len(parts) > 1 else []

    def _is_held(self) -> bool:
        """The key that is open still sounds: nothing can have ended, and looking can wait."""
        if self._open is None or len(self._sound) > WINDOW + _PATIENCE * HOP:
            return False
        return self._open.still_sounds(self._sound[-WINDOW:])

    def _look(self, windows: Windows) -> list[Digit]:
        """The keys that have ended; what may still become one is kept."""
        runs, open_at, open_key = runs_in(windows, _KEPT)
        self._open = None if open_key is None else windows.pair(open_key, open_at)
        digits: list[Digit] = []
        for press in presses(windows, runs):
            self._press(press, digits)
        if self._held and self._number + open_at > self._last_end + _SAME_KEY_WINDOWS:
            self._release(digits)
        self._at_once = _ALERT if self._held or open_at < len(windows) else _IDLE
        self._windows = windows.after(open_at - _KEPT)
        self._number += open_at - _KEPT
        return digits

    def _press(self, press: Press, digits: list[Digit]) -> None:
        """A key is held from now on; it may be the one that was held before."""
        key, first, length, *figures, goes_on = press
        first += self._number
        again = key == self._last_key and first - self._last_end < _SAME_KEY_WINDOWS
        self._last_key, self._last_end = key, first + length
        if not again:
            self._release(digits)
            self._held = key, first, figures
        if not goes_on:
            self._release(digits)

    def _release(self, digits: list[Digit]) -> None:
        if self._held:
            key, first, figures = self._held
            at = self._times.at(first * HOP + WINDOW / 2 - _LEAD)
            duration_s = (self._last_end - first) * HOP_S
            digits.append(Digit(self._channel, at, KEYS[key], duration_s, *figures))
            self._held = None
