"""The tone decoders: what one is, which there are, and the bank of them that listens to a transmission.

A new decoder is one file in this room and one line in `TONE_DECODERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

import numpy as np

from radiobridge.events import Samples, Signal
from radiobridge.receive.ctcss import CtcssDecoder
from radiobridge.receive.dcs import DcsDecoder
from radiobridge.receive.decimate import Decimator
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.dtmf_id import DtmfIdDecoder
from radiobridge.receive.five_tone import FiveToneDecoder
from radiobridge.receive.mdc1200 import Mdc1200Decoder
from radiobridge.receive.tone_burst import ToneBurstDecoder
from radiobridge.receive.tones import TONE_RATE_HZ, SampleTimes
from radiobridge.receive.two_tone import TwoToneDecoder
from radiobridge.settings import SignalSettings


class ToneDecoder(Protocol):
    """A decoder of one kind of signalling, made anew for each transmission.

    Sound comes at `TONE_RATE_HZ`, finite, in blocks of any size, none too: what is heard must not depend
    on the sizes. It may be empty, silent, or beyond full scale.
    """

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """What was heard to its end in `samples` (float32, mono; `at`: UTC seconds of the first)."""

    def finish(self) -> list[Signal]:
        """What is left when the sound ends; nothing is fed afterwards."""


Maker: TypeAlias = Callable[[str, SignalSettings], ToneDecoder]
"""From the channel's name and its `[channel.signals]` to a decoder."""


def _dtmf(channel: str, on: SignalSettings) -> ToneDecoder:
    return DtmfIdDecoder(channel, on.dtmf_id_digits) if on.dtmf_id_digits else DtmfDecoder(channel)


TONE_DECODERS: tuple[tuple[str, Maker], ...] = (
    ("dtmf", _dtmf),
    ("mdc1200", lambda channel, _: Mdc1200Decoder(channel)),
    ("five_tone", lambda channel, on: FiveToneDecoder(channel, on.five_tone)),
    ("two_tone", lambda channel, on: TwoToneDecoder(channel, on.pages)),
    ("tone_burst", lambda channel, on: ToneBurstDecoder(channel, on.tone_burst)),
    ("ctcss", lambda channel, _: CtcssDecoder(channel)),
    ("dcs", lambda channel, _: DcsDecoder(channel)),
)
"""Every tone decoder: the name of its switch in `[channel.signals]`, and how it is made."""


class ToneBank:
    """The decoders that a channel's settings switch on, for one transmission at `rate_hz`."""

    def __init__(self, channel: str, signals: SignalSettings, rate_hz: int) -> None:
        self._decoders = [make(channel, signals) for name, make in TONE_DECODERS if getattr(signals, name)]
        self._times = SampleTimes(rate_hz)
        self._decimator = Decimator(rate_hz // TONE_RATE_HZ)
        self._delay_s = self._decimator.delay_frames / rate_hz
        self._made = 0

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """What was heard in `samples` (float32, mono; `at`: UTC seconds of the first).

        A decoder tells a signal some time after its end, each in its own; of one block they come in the
        order of their ends, so that who speaks is known before what he keys.
        """
        self._times.take(len(samples), at)
        return self._decode(self._decimator.feed(samples))

    def finish(self) -> list[Signal]:
        """What is left when the transmission ends."""
        # What is still in the filter comes out when as much silence follows.
        heard = self._decode(self._decimator.feed(np.zeros(self._decimator.delay_frames, np.float32)))
        return heard + _in_order(signal for decoder in self._decoders for signal in decoder.finish())

    def _decode(self, sound: Samples) -> list[Signal]:
        at = self._times.began - self._delay_s + self._made / TONE_RATE_HZ
        self._made += len(sound)
        return _in_order(signal for decoder in self._decoders for signal in decoder.feed(sound, at))


def _in_order(signals: Iterable[Signal]) -> list[Signal]:
    return sorted(signals, key=lambda signal: signal.at + signal.duration_s)
