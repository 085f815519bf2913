"""Transmissions cut out of the sound of a channel, with the sound before the squelch opened.

The pre-roll keeps the first syllable and the first key, which are what opened the squelch. Sound comes in
at the chain's rate in blocks of any size; it is cut at 10 ms.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from radiobridge.events import Samples, TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.receive.squelch import FRAME_S, LevelSquelch
from radiobridge.settings import SquelchSettings

CutEvent: TypeAlias = TransmissionStarted | TransmissionAudio | TransmissionEnded

SILENCE_DBFS = -120.0
"""What digital silence is reported as."""


def dbfs(power: float) -> float:
    """Mean power (1.0 = a full-scale square) in dBFS."""
    return max(10 * math.log10(power), SILENCE_DBFS) if power > 0 else SILENCE_DBFS


@dataclass(slots=True)
class _Open:
    """A transmission that goes on; frames are counted from the beginning of the channel."""

    id: str
    start: int
    loud_sum: float = 0.0
    quiet_sum: float = 0.0
    loud_frames: int = 0
    quiet_frames: int = 0
    peak: float = 0.0


class TransmissionCutter:
    """Sans-IO: `feed` gives the events of a block; `time_of(frame)` says when a frame was."""

    def __init__(
        self,
        channel: str,
        settings: SquelchSettings,
        rate_hz: int,
        new_id: Callable[[], str],
        time_of: Callable[[int], float],
    ) -> None:
        self._channel = channel
        self._rate_hz = rate_hz
        self._new_id = new_id
        self._time_of = time_of
        self._squelch = LevelSquelch(settings)
        self._frame = round(rate_hz * FRAME_S)
        self._preroll = round((settings.preroll_s + settings.min_s) / FRAME_S) * self._frame
        self._most_frames = round(settings.max_s * rate_hz)
        self._rest = np.zeros(0, np.float32)
        self._before: deque[Samples] = deque()
        self._before_frames = 0
        self._done = 0
        self._open: _Open | None = None
        self.level_dbfs = SILENCE_DBFS

    @property
    def receiving(self) -> bool:
        """True while a transmission goes on."""
        return self._open is not None

    def feed(self, samples: Samples) -> list[CutEvent]:
        """What the sound (float32, mono, at the chain's rate) begins, goes on with, or ends."""
        sound = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        count = len(sound) // self._frame
        self._rest = sound[count * self._frame :]
        if not count:
            return []
        sound = sound[: count * self._frame]
        power = np.square(sound).reshape(count, self._frame).mean(axis=1)
        self.level_dbfs = dbfs(float(power.mean()))
        if self._squelch.is_calm and not self._squelch.would_open_on(float(power.max())):
            self._keep(sound)
            return []
        return self._cut(sound, power.tolist())

    def finish(self) -> list[CutEvent]:
        """The sound is over: so is the transmission."""
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        events: list[CutEvent] = self._audio(self._open, rest) if self._open and len(rest) else []
        self._done += len(rest)
        self._squelch.shut()
        return events + self._end()

    def _cut(self, sound: Samples, power: list[float]) -> list[CutEvent]:
        events: list[CutEvent] = []
        begin = 0
        for index, frame_power in enumerate(power):
            end = (index + 1) * self._frame
            is_open = self._squelch.feed(frame_power)
            if self._open:
                self._measure(self._open, frame_power)
                too_long = self._done + end - begin - self._open.start >= self._most_frames
                if not is_open or too_long:
                    events += self._audio(self._open, sound[begin:end])
                    self._done += end - begin
                    begin = end
                    events += self._end(cut=is_open)
                    if is_open:
                        self._open = self._begin(self._done)
                        events.append(self._started(self._open))
            elif is_open:
                self._keep(sound[begin:end])
                begin = end
                events += self._start()
        if self._open:
            if begin < len(sound):
                events += self._audio(self._open, sound[begin:])
            self._done += len(sound) - begin
        else:
            self._keep(sound[begin:])
        return events

    def _keep(self, sound: Samples) -> None:
        """The sound may become pre-roll; what is older than that is forgotten."""
        if not len(sound):
            return
        self._before.append(sound)
        self._before_frames += len(sound)
        self._done += len(sound)
        while self._before_frames - len(self._before[0]) >= self._preroll:
            self._before_frames -= len(self._before.popleft())

    def _start(self) -> list[CutEvent]:
        kept = np.concatenate([*self._before, np.zeros(0, np.float32)])[-self._preroll :]
        self._before.clear()
        self._before_frames = 0
        first = self._done - len(kept)
        self._open = self._begin(first)
        return [self._started(self._open), *self._audio(self._open, kept, first)]

    def _begin(self, frame: int) -> _Open:
        return _Open(self._new_id(), frame)

    def _started(self, begun: _Open) -> TransmissionStarted:
        return TransmissionStarted(self._channel, self._time_of(begun.start), begun.id)

    def _audio(self, of: _Open, sound: Samples, frame: int | None = None) -> list[CutEvent]:
        of.peak = max(of.peak, float(np.abs(sound).max()))
        at = self._time_of(self._done if frame is None else frame)
        return [TransmissionAudio(self._channel, at, of.id, sound, self._rate_hz)]

    def _measure(self, of: _Open, power: float) -> None:
        """Quiet frames count only when sound follows: the hang time is no part of the level."""
        of.loud_frames += 1
        if self._squelch.quiet_frames:
            of.quiet_sum += power
            of.quiet_frames += 1
            return
        of.loud_sum += power + of.quiet_sum
        of.quiet_sum, of.quiet_frames = 0.0, 0

    def _end(self, *, cut: bool = False) -> list[CutEvent]:
        over, self._open = self._open, None
        if over is None:
            return []
        level = over.loud_sum / max(over.loud_frames - over.quiet_frames, 1)
        return [
            TransmissionEnded(
                channel=self._channel,
                at=self._time_of(self._done),
                id=over.id,
                started_at=self._time_of(over.start),
                duration_s=(self._done - over.start) / self._rate_hz,
                peak_dbfs=dbfs(over.peak**2),
                level_dbfs=dbfs(level),
                cut=cut,
            )
        ]
