"""MDC-1200: who presses PTT, and what radios signal to one another.

Strategy. `msk` finds what may be sync words and reads the soft bits after them. A Viterbi decoder makes of
these the likeliest block; its CRC is the judge, who is asked only about blocks that agree with the soft bits
better than noise agrees with what it is likeliest to be. By calculation steady noise passes both once a
month. A sync word tells the sender's clock to some 0.1 % only, so several are tried; and where no block
passes, the likeliest serves as known bits with which the channel is measured anew, once.

Any two wrong bits in 112 are corrected, and most sets of seven. With white noise up to 4 kHz half of the
bursts are heard at an SNR of -7.5 dB, 9 in 10 at -6 dB and 99 in 100 at -4.5 dB.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from radiobridge.events import Samples, Selcall, Signal, UnitId
from radiobridge.receive.levels import power_db, snr_db
from radiobridge.receive.msk import (
    BEFORE,
    EDGE,
    SEARCHED,
    WINDOW,
    Analytic,
    Clock,
    band_passed,
    powers,
    soft_bits,
    sync_words,
)
from radiobridge.receive.tones import TONE_RATE_HZ as RATE_HZ
from radiobridge.receive.tones import SampleTimes
from radiobridge.signalling.mdc1200 import SYNC, Block, Packet
from radiobridge.signalling.mdc1200_code import BLOCK_BITS, Bits, Soft, coded, likeliest, neighbours
from radiobridge.signalling.mdc1200_operations import said

_SYSTEM = "mdc1200"
_STEP = 160
"""Frames that are gathered before anything is done."""
_KEPT = 4096
"""Frames that are kept: the longest burst has 1800, and its sync word is noticed up to 1000 late."""
_LOST = 80
"""Frames, a third of a sync word, that may lie before the sound's beginning."""
_AFTER_SYNC = tuple(0.001 * n for n in range(-5, 6))
"""Clock errors to try, beside the one with which the sync word was found."""
_AFTER_BLOCK = (-0.001, -0.0005, 0.0, 0.0005, 0.001)
"""The same, once a block of bits is known or assumed."""
_LEAST_AGREEMENT = 0.7
"""Of a block with its soft bits: 0.74 where one in three can be read, and one in 100 of what noise makes of a
sync word has 0.7."""
_LEAST_TO_GO_ON = 0.66
"""The same, for a second attempt: two in five of what noise makes of a sync word."""
_NEIGHBOURS = 4
"""Blocks one bit off the likeliest that are judged too: worth 0.7 dB."""


@dataclass(frozen=True, slots=True)
class _Burst:
    """What is known of a burst: its clock, whose start is that of the sync word, its bits, and its blocks."""

    clock: Clock
    bits: Bits
    packet: Packet = ()

    @property
    def next_end(self) -> float:
        """The frame in which the block ends that is still to come."""
        return self.clock.after(len(self.bits) + BLOCK_BITS)

    @property
    def is_whole(self) -> bool:
        """Whether no block is to come."""
        return len(self.packet) == 1 + self.packet[0].is_first_of_two


class Mdc1200Decoder:
    """The bursts of one channel; a signal's `at` is the start of its sync word, 47 ms after the burst's."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._gathered = np.zeros(0, np.float32)
        self._sound = np.zeros(_LOST + BEFORE, np.float32)
        self._first = -len(self._sound)
        """The number of the first frame of `_sound`."""
        self._searched = -_LOST
        self._bursts: list[_Burst] = []
        self._heard_until = float("-inf")
        self._times = SampleTimes()

    def feed(self, samples: Samples, at: float) -> list[Signal]:
        """The bursts that ended in `samples` (float32, mono; `at`: UTC seconds of the first)."""
        self._times.take(len(samples), at)
        return [*self._listen(samples)]

    def finish(self) -> list[Signal]:
        """The bursts whose last bits are missing, if the rest is enough."""
        return [*self._listen(np.zeros(_KEPT, np.float32))]

    def _listen(self, samples: Samples) -> Iterator[Signal]:
        sound = np.concatenate([self._gathered, samples])
        ready = len(sound) - len(sound) % _STEP
        self._gathered = sound[ready:]
        for start in range(0, ready, _STEP):
            self._sound = np.concatenate([self._sound, sound[start : start + _STEP]])
            self._search()
            yield from self._read()
            gone = max(len(self._sound) - _KEPT, 0)
            self._sound = self._sound[gone:]
            self._first += gone

    def _search(self) -> None:
        """Notes what may be bursts."""
        start = self._searched - BEFORE - self._first
        if len(self._sound) < start + SEARCHED:
            return
        for clock in sync_words(self._sound[start : start + SEARCHED]):
            self._bursts.append(_Burst(clock.later(self._first + start), SYNC))
        self._searched += WINDOW

    def _read(self) -> Iterator[Signal]:
        """Reads the bursts of which another block is there."""
        end = self._first + len(self._sound) - EDGE - 1
        due = [burst for burst in self._bursts if burst.next_end <= end]
        self._bursts = [burst for burst in self._bursts if burst.next_end > end]
        for burst in due:
            if not burst.packet and burst.clock.start < self._heard_until:
                continue
            longer = self._with_next_block(burst)
            if longer:
                self._heard_until = longer.clock.after(len(longer.bits))
            if longer and not longer.is_whole:
                self._bursts.append(longer)
            elif longer or burst.packet:
                yield self._signal(longer or burst)

    def _with_next_block(self, burst: _Burst) -> _Burst | None:
        sound, offset = self._around(burst)
        read = _next_block(sound, burst.clock.later(-offset), burst.bits)
        if read is None:
            return None
        block, clock = read
        bits = np.concatenate([burst.bits, block.to_bits()])
        return _Burst(clock.later(offset), bits, (*burst.packet, block))

    def _around(self, burst: _Burst) -> tuple[Analytic, int]:
        """The sound of a burst up to the end of its next block, and the number of its first frame."""
        start = max(int(burst.clock.start) - EDGE, self._first)
        end = int(burst.next_end) + 1 + EDGE
        return band_passed(self._sound[start - self._first : end - self._first]), start

    def _signal(self, burst: _Burst) -> Signal:
        sound, offset = self._around(burst)
        signal, noise = powers(sound, burst.bits, burst.clock.later(-offset))
        at = self._times.at(burst.clock.start)
        duration_s = (burst.clock.after(len(burst.bits)) - burst.clock.start) / RATE_HZ
        quality = duration_s, power_db(signal), snr_db(signal, noise)
        what = said(burst.packet)
        if what.calls:
            return Selcall(
                self._channel,
                at,
                _SYSTEM,
                what.unit,
                *quality,
                by=what.by,
                means=what.means,
                value=what.value,
            )
        return UnitId(self._channel, at, _SYSTEM, what.unit, *quality, means=what.means, value=what.value)


def _next_block(sound: Analytic, clock: Clock, before: Bits) -> tuple[Block, Clock] | None:
    """The block after the bits `before` and the clock with which it was read; None where there is none."""
    known, errors = before, _AFTER_SYNC if len(before) == len(SYNC) else _AFTER_BLOCK
    part = slice(len(before), len(before) + BLOCK_BITS)
    for _ in range(2):
        clocks = [clock.turned(clock.error + error, len(known) / 2) for error in errors]
        soft = soft_bits(sound, known, clocks, part)
        bits, agreement = likeliest(soft)
        for row, candidate in _candidates(soft, bits, agreement):
            if block := Block.from_bits(candidate):
                return block, clocks[row]
        best = int(agreement.argmax())
        if agreement[best] < _LEAST_TO_GO_ON:
            return None
        known, clock, errors = np.concatenate([before, coded(bits[best])]), clocks[best], _AFTER_BLOCK
    return None


def _candidates(soft: Soft, bits: Bits, agreement: Soft) -> Iterator[tuple[int, Bits]]:
    """What the CRC is asked to judge, the likeliest first: rows, and the bits in them."""
    rows = [row for row in np.argsort(-agreement).tolist() if agreement[row] >= _LEAST_AGREEMENT]
    for row in rows:
        yield row, bits[row]
    for row in rows[:1]:
        for neighbour in neighbours(soft[row], bits[row], _NEIGHBOURS):
            yield row, neighbour
