"""A sound card as an input, whichever binding of PortAudio reads it.

PortAudio's callback puts bytes into a bounded queue and returns. Loss of sound on the way is counted and
handed on with the next block.
"""

from __future__ import annotations

import queue
import time
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import PositiveInt

from drivers.audio.card_driver import GLANCE_S, CardDriver, CardSettings
from drivers.audio.cards import Binding, Card, Direction, channel_index, channels_to_open
from drivers.audio.clock import SampleClock
from drivers.audio.pcm import BLOCK_S
from drivers.audio.stream import CardStream
from radiobridge.events import AudioBlock, Samples
from radiobridge.ports import AudioInput, DriverSettings

_QUEUED_BLOCKS = round(4 / BLOCK_S)
"""4 s of sound wait for a reader that is held up."""

_JUMP_S = 1.0
"""Callbacks of a busy machine come late by less than this; beyond it the system's clock was set."""


class Captured(NamedTuple):
    """One callback's interleaved float32 sound, when it came, and what was lost before it."""

    sound: bytes
    arrived_at: float
    overflowed: bool
    dropped_frames: int


class BlockQueue:
    """The bounded way from PortAudio's callback to the reader."""

    def __init__(self, blocks: int = _QUEUED_BLOCKS) -> None:
        self._queue: queue.Queue[Captured] = queue.Queue(blocks)
        self._overflowed = False
        self._dropped_frames = 0
        self.heard_monotonic: float | None = None

    def put(self, sound: bytes, frames: int, overflowed: bool) -> None:
        """The block is queued, or counted as dropped when there is no room. Never waits."""
        self.heard_monotonic = time.monotonic()
        self._overflowed |= overflowed
        try:
            self._queue.put_nowait(Captured(sound, time.time(), self._overflowed, self._dropped_frames))
        except queue.Full:
            self._dropped_frames += frames
        else:
            self._overflowed, self._dropped_frames = False, 0

    def get(self, timeout_s: float) -> Captured | None:
        """The oldest block, or None when none came in time."""
        try:
            return self._queue.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None


@dataclass(frozen=True, slots=True)
class CaptureStream(CardStream):
    """A card that is listened to; `index` is the wanted one of its `channels`, None for the mean."""

    binding: Binding
    channels: int
    index: int | None
    rate_hz: int
    blocks: BlockQueue
    clock: SampleClock

    @property
    def called_monotonic(self) -> float | None:
        """When sound last came."""
        return self.blocks.heard_monotonic


class CaptureSettings(CardSettings):
    """`pick` is the channel that is heard, or the mean of left and right."""

    pick: Literal["left", "right", "mix"] | PositiveInt = "left"


class CardInput(CardDriver[CaptureStream], AudioInput):
    """One channel of a sound card."""

    direction: ClassVar[Direction] = "input"
    is_analogue: ClassVar[bool] = True
    Settings: ClassVar[type[DriverSettings]] = CaptureSettings
    settings: CaptureSettings

    def _channels(self, card: Card) -> tuple[int, int | None]:
        pick = self.settings.pick
        index = None if pick == "mix" else channel_index(card, "pick", pick)
        return channels_to_open(card, index), index

    def _started(
        self, binding: Binding, card: Card, channels: int, index: int | None, rate_hz: int
    ) -> CaptureStream:
        blocks = BlockQueue()
        binding.start_input(card, channels, rate_hz, blocks.put)
        clock = SampleClock(rate_hz, jump_s=_JUMP_S)
        return CaptureStream(binding, channels, index, rate_hz, blocks, clock)

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block of the picked channel."""
        stream = self._running()
        give_up = time.monotonic() + timeout_s
        while (captured := stream.blocks.get(min(GLANCE_S, give_up - time.monotonic()))) is None:
            self._check_alive(stream)
            if time.monotonic() >= give_up:
                return None
        return _block(stream, captured)


def _block(stream: CaptureStream, captured: Captured) -> AudioBlock:
    sound = np.frombuffer(captured.sound, dtype=np.float32).reshape(-1, stream.channels)
    samples: Samples
    if stream.index is None:
        samples = sound[:, :2].mean(axis=1, dtype=np.float32)
    else:
        samples = np.ascontiguousarray(sound[:, stream.index])
    lost = captured.dropped_frames
    if captured.overflowed:
        # PortAudio says that sound was lost, not how much: the time tells.
        late_s = stream.clock.late_s(captured.arrived_at, len(samples))
        lost = max(lost + 1, round(late_s * stream.rate_hz))
    stream.clock.skip(lost)
    at = stream.clock.stamp(captured.arrived_at, len(samples))
    return AudioBlock(samples, stream.rate_hz, at, lost)
