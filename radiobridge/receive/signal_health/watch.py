"""The watch of one channel's signal.

It is fed with the sound as the driver brings it, since a clipped top is flat only there, and with what the
chain heard in it. Whole seconds are measured, and so late that it is known whether a transmission began in
them: what is said does not depend on the sizes of the blocks. Time is the count of samples: a PC clock that
is set does not make hours of silence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import numpy as np

from radiobridge.events import AudioBlock, Samples, TransmissionEnded, TransmissionStarted
from radiobridge.receive.chain import ChainEvent
from radiobridge.receive.clock import StreamClock
from radiobridge.receive.signal_health.concerns import Concern, Concerns
from radiobridge.receive.signal_health.quiet import QuietHealth
from radiobridge.receive.signal_health.second import FRAME_S, FRAMES, Second, frames_in_a_second
from radiobridge.receive.signal_health.transmissions import Heard, TransmissionHealth
from radiobridge.settings import SquelchSettings

_LATE_S = 1.0
"""Beyond its pre-roll and the settings' least lengths, the start of a transmission is told within this."""


class SignalWatch:
    """Sans-IO. `is_analogue`: between transmissions the input brings noise, so digital silence is a fault."""

    def __init__(self, squelch: SquelchSettings, *, silent_alarm_h: float, is_analogue: bool) -> None:
        self._late_s = squelch.preroll_s + squelch.min_s + squelch.min_length_s + _LATE_S
        self._concerns = Concerns()
        self._transmissions = TransmissionHealth(squelch, self._concerns)
        self._quiet = QuietHealth(
            squelch, self._concerns, silent_alarm_h=silent_alarm_h, is_analogue=is_analogue
        )
        self._begin()

    def _begin(self) -> None:
        self._clock = StreamClock(1)
        self._waiting: list[Samples] = []
        self._waiting_frames = 0
        self._rate_hz = 0
        self._done_s = 0.0
        self._heard: deque[Heard] = deque()

    def restart(self) -> None:
        """The device was opened anew, and the chain with it: no fault is known but hours of silence."""
        self._begin()
        self._quiet.forget()
        self._transmissions.forget()
        self._concerns.forget()

    def feed(self, block: AudioBlock, heard: Iterable[ChainEvent]) -> list[Concern]:
        """The faults that began or are over; `heard` is what the chain made of this block."""
        if block.rate_hz != self._rate_hz:
            self._change_rate(block.rate_hz)
        self._clock.take(block, steady=bool(self._heard) and self._heard[-1].ended is None)
        self._waiting.append(block.samples)
        self._waiting_frames += len(block.samples)
        self._note(heard)
        if self._waiting_frames >= self._needed_frames:
            self._measure()
        return self._concerns.taken()

    def _change_rate(self, rate_hz: int) -> None:
        """What waits at the old rate is not measured."""
        if self._rate_hz:
            self._done_s += self._waiting_frames / self._rate_hz
        self._waiting, self._waiting_frames = [], 0
        self._rate_hz = rate_hz
        self._second_frames = frames_in_a_second(rate_hz)
        self._needed_frames = self._second_frames + round(self._late_s * rate_hz)

    def _note(self, heard: Iterable[ChainEvent]) -> None:
        """Where transmissions begin and end, in seconds of the sound."""
        for event in heard:
            if isinstance(event, TransmissionStarted):
                self._heard.append(Heard(event.at - self._clock.at(0)))
            elif isinstance(event, TransmissionEnded) and self._heard:
                self._heard[-1].end_s = event.at - self._clock.at(0)
                self._heard[-1].ended = event

    def _measure(self) -> None:
        sound = np.concatenate(self._waiting)
        length_s = self._second_frames / self._rate_hz
        done = 0
        while len(sound) - done >= self._needed_frames:
            self._hear(Second(sound[done : done + self._second_frames], self._rate_hz), length_s / FRAMES)
            done += self._second_frames
            self._done_s += length_s
            self._judge()
        self._waiting, self._waiting_frames = [sound[done:]], len(sound) - done

    def _hear(self, second: Second, frame_s: float) -> None:
        in_transmission = False
        if self._heard:
            starts_s = self._done_s + np.arange(FRAMES) * frame_s
            for heard in self._heard:
                inside = (starts_s >= heard.start_s) & (starts_s + FRAME_S <= heard.end_s)
                if inside.any():
                    heard.hear(second, inside)
                    in_transmission = True
        self._quiet.hear(second, in_transmission=in_transmission)

    def _judge(self) -> None:
        """The transmissions whose last frame has been measured."""
        while self._heard and self._heard[0].end_s <= self._done_s:
            over = self._heard.popleft()
            if over.ended:
                noise_dbfs, hum_power = self._quiet.noise_dbfs, self._quiet.hum_power
                self._transmissions.judge(over, over.ended, noise_dbfs=noise_dbfs, hum_power=hum_power)
