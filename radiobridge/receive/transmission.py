"""Transmissions cut out of the sound of a channel, with the sound before the squelch opened.

The pre-roll keeps the first syllable and the first key, which are what opened the squelch; it is longer where
a source is slow to open. Sound comes in at the squelch's rate in blocks of any size; it is cut at 10 ms.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from radiobridge.events import Samples, TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.receive.levels import SILENCE_DBFS, power_db
from radiobridge.receive.squelch import FRAME_S, SQUELCH_RATE_HZ, Gate, Squelch
from radiobridge.settings import SquelchSettings

_FRAME = round(SQUELCH_RATE_HZ * FRAME_S)


@dataclass(frozen=True, slots=True)
class CutAudio:
    """The next sound of a transmission, at once.

    `hanging`: of how many samples at its end it is not known whether they belong to the transmission: nothing
    was heard in them. `length`: samples from where the squelch opened to the last in which something was.
    """

    audio: TransmissionAudio
    hanging: int
    length: int


CutEvent: TypeAlias = TransmissionStarted | CutAudio | TransmissionEnded


@dataclass(slots=True)
class _Open:
    """A transmission that goes on, and how loud it was; samples are counted from the channel's beginning.

    `heard_from`: where the squelch opened, after the pre-roll.
    """

    id: str
    start: int
    heard_from: int
    loud_sum: float = 0.0
    quiet_sum: float = 0.0
    loud_frames: int = 0
    quiet_frames: int = 0
    peak: float = 0.0
    quiet_peak: float = 0.0

    def measure(self, power: float, peak: float, *, quiet: bool) -> None:
        """One more frame; quiet ones count only when sound follows: the hang time is no part of the level."""
        self.loud_frames += 1
        if quiet:
            self.quiet_sum += power
            self.quiet_frames += 1
            self.quiet_peak = max(self.quiet_peak, peak)
            return
        self.loud_sum += power + self.quiet_sum
        self.peak = max(self.peak, self.quiet_peak, peak)
        self.quiet_sum, self.quiet_frames, self.quiet_peak = 0.0, 0, 0.0

    @property
    def power(self) -> float:
        """The mean."""
        return self.loud_sum / max(self.loud_frames - self.quiet_frames, 1)


class TransmissionCutter:
    """Sans-IO: `feed` gives the events of a block; `time_of(sample)` says when a sample was."""

    def __init__(
        self,
        channel: str,
        settings: SquelchSettings,
        squelch: Squelch,
        new_id: Callable[[], str],
        time_of: Callable[[int], float],
    ) -> None:
        self._channel = channel
        self._new_id = new_id
        self._time_of = time_of
        self._squelch = squelch
        self._gate = Gate(settings.min_s, settings.hang_s, settings.flap_hang_s)
        before_s = settings.preroll_s + squelch.opens_within_s
        self._preroll = (self._gate.frames_to_open + round(before_s / FRAME_S)) * _FRAME
        self._most = round(settings.max_s * SQUELCH_RATE_HZ)
        self._rest = np.zeros(0, np.float32)
        self._before: deque[Samples] = deque()
        self._before_samples = 0
        self._done = 0
        self._open: _Open | None = None
        self.level_dbfs = SILENCE_DBFS

    @property
    def receiving(self) -> bool:
        """True while a transmission goes on."""
        return self._open is not None

    @property
    def flapping_s(self) -> float:
        """For how long the squelch has been held open because it flaps; 0 when it does not."""
        return self._gate.flapping_s

    @property
    def taken(self) -> int:
        """How many samples have been fed."""
        return self._done + len(self._rest)

    def feed(self, samples: Samples) -> list[CutEvent]:
        """What the sound (float32, mono, at the squelch's rate) begins, goes on with, or ends."""
        sound = np.concatenate([self._rest, samples]) if len(self._rest) else samples
        count = len(sound) // _FRAME
        self._rest = sound[count * _FRAME :]
        if not count:
            return []
        sound = sound[: count * _FRAME]
        power = np.square(sound).reshape(count, _FRAME).mean(axis=1)
        self.level_dbfs = power_db(float(power.mean()))
        heard = self._squelch.feed(self._done // _FRAME, sound, power)
        if self._gate.is_calm and not heard.any():
            self._gate.rest(count)
            self._keep(sound)
            return []
        return self._cut(sound, power.tolist(), heard.tolist())

    def finish(self) -> list[CutEvent]:
        """The sound is over: so is the transmission."""
        rest, self._rest = self._rest, np.zeros(0, np.float32)
        events = self._hand_on(rest) if len(rest) else []
        self._gate.shut()
        return events + self._end()

    def _cut(self, sound: Samples, power: list[float], heard: list[bool]) -> list[CutEvent]:
        events: list[CutEvent] = []
        peaks = np.abs(sound).reshape(len(heard), _FRAME).max(axis=1).tolist()
        begin = 0
        for index, is_heard in enumerate(heard):
            end = (index + 1) * _FRAME
            is_open = self._gate.feed(is_heard)
            if self._open is None:
                if is_open:
                    self._keep(sound[begin:end])
                    begin = end
                    events += self._start()
                continue
            self._open.measure(power[index], peaks[index], quiet=self._gate.quiet_frames > 0)
            too_long = self._done + end - begin - self._open.start >= self._most
            if is_open and not too_long:
                continue
            events += self._hand_on(sound[begin:end])
            begin = end
            events += self._end(cut=is_open)
            if is_open:
                events.append(self._started(self._begin(self._done, self._done)))
        if begin < len(sound):
            events += self._hand_on(sound[begin:])
        return events

    def _keep(self, sound: Samples) -> None:
        """The sound may become pre-roll; what is older than that is forgotten."""
        self._before.append(sound)
        self._before_samples += len(sound)
        self._done += len(sound)
        while self._before_samples - len(self._before[0]) >= self._preroll:
            self._before_samples -= len(self._before.popleft())

    def _start(self) -> list[CutEvent]:
        kept = np.concatenate(self._before)[-self._preroll :]
        self._before.clear()
        self._before_samples = 0
        opening = kept[-self._gate.frames_to_open * _FRAME :]
        begun = self._begin(self._done - len(kept), self._done - len(opening))
        for frame in opening.reshape(-1, _FRAME):
            begun.measure(float(np.square(frame).mean()), float(np.abs(frame).max()), quiet=False)
        self._done = begun.start
        return [self._started(begun), *self._hand_on(kept)]

    def _begin(self, start: int, heard_from: int) -> _Open:
        self._open = _Open(self._new_id(), start, heard_from)
        return self._open

    def _started(self, begun: _Open) -> TransmissionStarted:
        return TransmissionStarted(self._channel, self._time_of(begun.start), begun.id)

    def _hand_on(self, sound: Samples) -> list[CutEvent]:
        """The next sound, which is the open transmission's, or may become the pre-roll of one."""
        of = self._open
        if of is None:
            self._keep(sound)
            return []
        audio = TransmissionAudio(self._channel, self._time_of(self._done), of.id, sound, SQUELCH_RATE_HZ)
        self._done += len(sound)
        hanging = self._gate.quiet_frames * _FRAME
        return [CutAudio(audio, hanging, self._done - hanging - of.heard_from)]

    def _end(self, *, cut: bool = False) -> list[CutEvent]:
        over, self._open = self._open, None
        if over is None:
            return []
        return [
            TransmissionEnded(
                channel=self._channel,
                at=self._time_of(self._done),
                id=over.id,
                started_at=self._time_of(over.start),
                duration_s=(self._done - over.start) / SQUELCH_RATE_HZ,
                peak_dbfs=power_db(over.peak**2),
                level_dbfs=power_db(over.power),
                cut=cut,
            )
        ]
