"""The receive chain of a channel: from a driver's blocks to transmissions and what is keyed in them.

Sound is brought to one rate, timed, cut into transmissions, and only these are decoded: a quiet channel
costs next to nothing. What comes out does not depend on the sizes of the blocks that go in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from radiobridge.events import AudioBlock, Samples, Signal, TransmissionAudio, TransmissionEnded
from radiobridge.receive.clock import StreamClock
from radiobridge.receive.decoders import ToneBank
from radiobridge.receive.resample import Resampler
from radiobridge.receive.transmission import CutEvent, TransmissionCutter
from radiobridge.settings import SignalSettings, SquelchSettings

CHAIN_RATE_HZ = 16000
"""What speech models take, and a multiple of what tone decoders need."""

_LOUDEST = 16.0
"""Beyond this (24 dB over full scale) a sample is no sound, as NaN is none."""

ChainEvent: TypeAlias = CutEvent | Signal


class ReceiveChain:
    """Sans-IO; `level_dbfs` is that of the last sound, `receiving` is true during a transmission."""

    def __init__(
        self, channel: str, squelch: SquelchSettings, signals: SignalSettings, new_id: Callable[[], str]
    ) -> None:
        self._channel = channel
        self._signals = signals
        self._tones: ToneBank | None = None
        self._clock = StreamClock(CHAIN_RATE_HZ)
        self._cutter = TransmissionCutter(channel, squelch, CHAIN_RATE_HZ, new_id, self._clock.at)
        self._resampler: Resampler | None = None
        self._rate_hz = 0

    @property
    def level_dbfs(self) -> float:
        """Mean level of the last block, dBFS RMS."""
        return self._cutter.level_dbfs

    @property
    def receiving(self) -> bool:
        """True during a transmission."""
        return self._cutter.receiving

    def feed(self, block: AudioBlock) -> list[ChainEvent]:
        """What was heard in the next block, in the order of time."""
        if self._resampler is None or block.rate_hz != self._rate_hz:
            self._resampler = Resampler(block.rate_hz, CHAIN_RATE_HZ)
            self._rate_hz = block.rate_hz
        self._clock.take(block, steady=self.receiving)
        return self._decode(self._cutter.feed(self._resampler.feed(_sound(block.samples))))

    def finish(self) -> list[ChainEvent]:
        """What is still open where the sound ends: a key that is held, a transmission."""
        rest = self._resampler.finish() if self._resampler else np.zeros(0, np.float32)
        self._resampler = None
        return self._decode([*self._cutter.feed(rest), *self._cutter.finish()])

    def _decode(self, cut: list[CutEvent]) -> list[ChainEvent]:
        events: list[ChainEvent] = []
        for event in cut:
            if isinstance(event, TransmissionEnded) and self._tones:
                events += self._tones.finish()
                self._tones = None
            events.append(event)
            if isinstance(event, TransmissionAudio):
                self._tones = self._tones or ToneBank(self._channel, self._signals, event.rate_hz)
                events += self._tones.feed(event.samples, event.at)
        return events


def _sound(samples: Samples) -> Samples:
    """The samples with what is no sound taken as silence: one bad sample must not deafen a filter."""
    if np.abs(samples).max(initial=0) <= _LOUDEST:
        return samples
    return np.where(np.abs(samples) <= _LOUDEST, samples, np.float32(0))
