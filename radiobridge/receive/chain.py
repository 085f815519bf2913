"""The receive chain of a channel: from a driver's blocks to transmissions and what is keyed in them.

Sound is brought to one rate, timed, cut into transmissions, and only these are decoded: a quiet channel
costs next to nothing. What comes out does not depend on the sizes of the blocks that go in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from radiobridge.events import AudioBlock, Samples, Signal, TransmissionEnded
from radiobridge.receive.clock import StreamClock
from radiobridge.receive.decoders import ToneBank
from radiobridge.receive.squelch import SQUELCH_RATE_HZ, Squelch, words
from radiobridge.receive.transmission import CutAudio, CutEvent, TransmissionCutter
from radiobridge.receive.trim import Trim, TrimmedEvent
from radiobridge.resample import Resampler
from radiobridge.settings import SignalSettings, SquelchSettings

CHAIN_RATE_HZ = SQUELCH_RATE_HZ
"""What speech models take, and a multiple of what tone decoders need."""

_LOUDEST = 16.0
"""Beyond this (24 dB over full scale) a sample is no sound, as NaN is none."""

ChainEvent: TypeAlias = TrimmedEvent | Signal


class ReceiveChain:
    """Sans-IO; `level_dbfs` is that of the last sound, `receiving` is true during a transmission."""

    def __init__(
        self, channel: str, squelch: SquelchSettings, signals: SignalSettings, new_id: Callable[[], str]
    ) -> None:
        self._channel = channel
        self._settings = squelch
        self._signals = signals
        self._tones: ToneBank | None = None
        self._clock = StreamClock(CHAIN_RATE_HZ)
        self._squelch = Squelch(squelch)
        self._cutter = TransmissionCutter(channel, squelch, self._squelch, new_id, self._clock.at)
        self._trim = Trim(squelch)
        self._resampler: Resampler | None = None
        self._rate_hz = 0
        self._taken = 0.0

    @property
    def level_dbfs(self) -> float:
        """Mean level of the last block, dBFS RMS."""
        return self._cutter.level_dbfs

    @property
    def receiving(self) -> bool:
        """True during a transmission."""
        return self._cutter.receiving

    @property
    def concerns(self) -> dict[str, str]:
        """What may be wrong with the squelch, and what to do about it: empty where all is well."""
        flaps = self._cutter.flapping_s >= words.FLAPPING_IS_LONG_S
        deaf = "noise" in self._squelch.sources and not self._squelch.hears_above_4_khz
        return {
            "squelch flaps": words.flapping(self._settings) if flaps else "",
            "squelch hears no noise": words.no_noise(self._settings, self._rate_hz) if deaf else "",
        }

    def feed(self, block: AudioBlock, carrier: bool | None = None) -> list[ChainEvent]:
        """What was heard in the next block, in the order of time.

        `carrier`: what the carrier line says during the block; None where there is none, or it is lost.
        """
        if self._resampler is None or block.rate_hz != self._rate_hz:
            self._resampler = self._resampled(block.rate_hz)
        self._clock.take(block, steady=self.receiving)
        self._squelch.carrier_is(self._taken, carrier)
        self._taken += len(block.samples) * CHAIN_RATE_HZ / block.rate_hz
        return self._decode(self._cutter.feed(self._resampler.feed(_sound(block.samples))))

    def finish(self) -> list[ChainEvent]:
        """What is still open where the sound ends: a key that is held, a transmission."""
        rest = self._resampler.finish() if self._resampler else np.zeros(0, np.float32)
        self._resampler = None
        events = self._decode(self._cutter.feed(rest))
        self._trim.keep_tail()
        return events + self._decode(self._cutter.finish())

    def _resampled(self, rate_hz: int) -> Resampler:
        """Sound comes at this rate from now on."""
        self._rate_hz = rate_hz
        self._taken = float(self._cutter.taken)
        self._squelch.hears_above_4_khz = rate_hz >= SQUELCH_RATE_HZ
        return Resampler(rate_hz, CHAIN_RATE_HZ)

    def _decode(self, cut: list[CutEvent]) -> list[ChainEvent]:
        events: list[ChainEvent] = []
        for event in cut:
            if isinstance(event, TransmissionEnded) and self._tones:
                events += self._counting(self._tones.finish())
                self._tones = None
            events += self._trim.feed(event)
            if isinstance(event, CutAudio):
                self._tones = self._tones or ToneBank(self._channel, self._signals, CHAIN_RATE_HZ)
                events += self._counting(self._tones.feed(event.audio.samples, event.audio.at))
        return events

    def _counting(self, heard: list[Signal]) -> list[ChainEvent]:
        """The signals, and before them the transmission that they make count."""
        return [*self._trim.count(), *heard] if heard else []


def _sound(samples: Samples) -> Samples:
    """The samples with what is no sound taken as silence: one bad sample must not deafen a filter."""
    if np.abs(samples).max(initial=0) <= _LOUDEST:
        return samples
    return np.where(np.abs(samples) <= _LOUDEST, samples, np.float32(0))
