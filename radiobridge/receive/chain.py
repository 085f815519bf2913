"""The receive chain of a channel: from a driver's blocks to transmissions and what is keyed in them.

Sound is brought to one rate, timed, cut into transmissions, and only these are decoded: a quiet channel
costs next to nothing. What comes out does not depend on the sizes of the blocks that go in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import numpy as np

from radiobridge.events import AudioBlock, Digit, Samples, TransmissionAudio, TransmissionEnded
from radiobridge.receive.clock import StreamClock
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.resample import Resampler
from radiobridge.receive.transmission import CutEvent, TransmissionCutter
from radiobridge.settings import SquelchSettings

CHAIN_RATE_HZ = 16000
"""What speech models take, and a multiple of what tone decoders need."""

ChainEvent: TypeAlias = CutEvent | Digit


class ToneDecoder(Protocol):
    """A decoder of one kind of signalling, made anew for each transmission."""

    def feed(self, samples: Samples, at: float) -> list[Digit]:
        """What was heard to its end in `samples` (float32, mono; `at`: UTC seconds of the first)."""

    def finish(self) -> list[Digit]:
        """What is left when the sound ends."""


TONE_DECODERS: tuple[tuple[str, Callable[[str, int], ToneDecoder]], ...] = (("dtmf", DtmfDecoder),)
"""Every tone decoder: the name of its switch in the channel's settings, and how it is made."""


class ReceiveChain:
    """Sans-IO; `level_dbfs` is that of the last sound, `receiving` is true during a transmission."""

    def __init__(
        self, channel: str, squelch: SquelchSettings, decoders: frozenset[str], new_id: Callable[[], str]
    ) -> None:
        self._channel = channel
        self._makers = [make for name, make in TONE_DECODERS if name in decoders]
        self._decoders: list[ToneDecoder] = []
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
        return self._decode(self._cutter.feed(self._resampler.feed(_finite(block.samples))))

    def finish(self) -> list[ChainEvent]:
        """What is still open where the sound ends: a key that is held, a transmission."""
        rest = self._resampler.finish() if self._resampler else np.zeros(0, np.float32)
        self._resampler = None
        return self._decode([*self._cutter.feed(rest), *self._cutter.finish()])

    def _decode(self, cut: list[CutEvent]) -> list[ChainEvent]:
        events: list[ChainEvent] = []
        for event in cut:
            if isinstance(event, TransmissionEnded):
                events += [digit for decoder in self._decoders for digit in decoder.finish()]
                self._decoders = []
            events.append(event)
            if isinstance(event, TransmissionAudio):
                if not self._decoders:
                    self._decoders = [make(self._channel, event.rate_hz) for make in self._makers]
                for decoder in self._decoders:
                    events += decoder.feed(event.samples, event.at)
        return events


def _finite(samples: Samples) -> Samples:
    """The sound with what is no number taken as silence: one bad sample must not deafen a filter."""
    if np.isfinite(samples.sum()):
        return samples
    return np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
