"""The sound below 850 Hz at 2 kHz, in which CTCSS and DCS are heard.

The signals themselves end at 260 Hz. What is above them tells a voice, whose harmonics are there, from a
tone, which has none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ

RATE_HZ = 2000
_DOWN = TONE_RATE_HZ // RATE_HZ
_TAPS = 97
_EDGE_HZ = 1000
"""-6 dB. Flat to 850 Hz; what folds back to below 800 Hz is 64 dB down."""

FAINTEST = 10 ** (-75 / 10)
"""Power below which nothing is taken for a signal: sound cards hum by themselves."""

FRAME_S = 0.01
"""The squelches answer once in this time."""
_FRAME = round(FRAME_S * TONE_RATE_HZ)

DELAY_S = (_TAPS - 1) / 2 / TONE_RATE_HZ
"""How much later a sound is in the output."""


def _low_pass() -> Samples:
    t = np.arange(_TAPS) - _TAPS // 2
    taps = np.sinc(2 * _EDGE_HZ / TONE_RATE_HZ * t) * np.kaiser(_TAPS, 6)
    return np.asarray(taps / taps.sum(), np.float32)


_LOW_PASS = _low_pass()


def hann(frames: int) -> Samples:
    """A Hann window whose sum is 1."""
    window = 1 - np.cos(2 * np.pi * (np.arange(frames) + 0.5) / frames)
    return np.asarray(window / window.sum(), np.float32)


def whole_frames(sound: Samples) -> int:
    """How many frames of a squelch the sound (at `TONE_RATE_HZ`) has.

    Raises:
        ValueError: it has no whole number of them.
    """
    frames, rest = divmod(len(sound), _FRAME)
    if rest:
        raise ValueError(f"{len(sound)} samples are no whole number of frames; a frame has {_FRAME}")
    return frames


class SubaudibleSound:
    """The last `kept_s` seconds at `RATE_HZ`, moved on in steps of `step_s`.

    Everything is computed in whole steps, so that nothing depends on the sizes of the blocks.
    """

    def __init__(self, kept_s: float, step_s: float) -> None:
        self._step = round(step_s * TONE_RATE_HZ)
        self._raw = np.zeros(_TAPS - 1 + self._step, np.float32)
        self._windows = sliding_window_view(self._raw, _TAPS)[::_DOWN]
        self._waiting: list[Samples] = []
        self._frames = 0
        self._kept = np.zeros(round(kept_s * RATE_HZ), np.float32)
        self.made = 0
        """Frames at `RATE_HZ` since the beginning; the last of `steps` is that of `made` / `RATE_HZ` -
        `DELAY_S` seconds of sound."""

    def steps(self, samples: Samples) -> Iterator[Samples]:
        """The last seconds (float32, read them at once) after each step that `samples` complete."""
        self._waiting.append(samples)
        self._frames += len(samples)
        if self._frames < self._step:
            return
        sound = np.concatenate(self._waiting)
        whole = len(sound) - len(sound) % self._step
        self._waiting = [sound[whole:]]
        self._frames = len(sound) - whole
        for begin in range(0, whole, self._step):
            self._move(sound[begin : begin + self._step])
            yield self._kept

    def _move(self, step: Samples) -> None:
        self._raw[: -self._step] = self._raw[self._step :]
        self._raw[-self._step :] = step
        made = self._windows @ _LOW_PASS
        self._kept[: -len(made)] = self._kept[len(made) :]
        self._kept[-len(made) :] = made
        self.made += len(made)
