"""A sound card as an output, whichever binding of PortAudio writes to it.

The stream runs as long as the driver is open. PortAudio's callback takes bytes from a bounded queue and
plays silence when there are none: between transmissions that is meant.
"""

from __future__ import annotations

import threading
import time
from typing import ClassVar, Literal

import numpy as np
from pydantic import PositiveInt

from drivers.audio.card_driver import GLANCE_S, STALLED_S, CardDriver, CardSettings
from drivers.audio.cards import Binding, Card, Direction, channel_index, channels_to_open
from drivers.audio.pcm import F32_BYTES
from drivers.audio.sound_queue import SoundQueue
from drivers.audio.stream import CardStream
from radiobridge.events import Samples
from radiobridge.ports import LONGEST_AHEAD_S, AudioOutput, DriverSettings

_MOST_CHANNELS = 8
"""A card has eight channels at the most (7.1); a sound server claims 32 or more, and spreads two itself."""

_MOST_LATENCY_S = 2.0
"""Sound systems stay below this; a longer time is a driver's mistake."""


class PlaybackSettings(CardSettings):
    """`channel` is the one that sounds; the others are silent."""

    channel: Literal["left", "right", "all"] | PositiveInt = "all"


class PlaybackStream(CardStream):
    """A card that is spoken through; `index` is the one of its `channels` that sounds, None for all."""

    def __init__(self, binding: Binding, channels: int, index: int | None, rate_hz: int) -> None:
        self.binding = binding
        self.rate_hz = rate_hz
        self.latency_s = _MOST_LATENCY_S
        self._channels = channels
        self._index = index
        self._called_monotonic: float | None = None
        self._asked_frames = 0
        self._may_begin_later = True
        self.filled = threading.Event()
        """The card's buffer is full, if of silence: from now on it asks for sound at the rate of sounding."""
        self.queue = SoundQueue(rate_hz, channels * F32_BYTES)

    @property
    def called_monotonic(self) -> float | None:
        """When sound was last asked for."""
        return self._called_monotonic

    def has_latency(self, latency_s: float) -> None:
        """PortAudio keeps so much sound, and asks for all of it at once when it was held up."""
        self.latency_s = min(max(latency_s, 0.0), _MOST_LATENCY_S)
        self.queue.most_s = max(LONGEST_AHEAD_S - self.latency_s, self.latency_s)

    def give(self, frames: int, latency_s: float) -> bytes:
        """The next frames for PortAudio, interleaved; silence where there are none."""
        self._called_monotonic = time.monotonic()
        if not self.filled.is_set():
            self._asked_frames += frames
            if self._asked_frames - frames > self.latency_s * self.rate_hz:
                self.filled.set()
        if self._may_begin_later and not self.queue.has(frames):
            # Who writes small pieces is perhaps at the first ones: silence would come between them.
            self._may_begin_later = not self.queue.has(1)
            sound = b""
        else:
            # What PortAudio says here holds a sound server's latency too, but some drivers leave it out.
            sound = self.queue.take(frames, min(max(latency_s, self.latency_s), _MOST_LATENCY_S))
            self._may_begin_later = not sound
        return sound + bytes(frames * self._channels * F32_BYTES - len(sound))

    def interleaved(self, samples: Samples) -> memoryview:
        """Mono sound as the card takes it."""
        frames = np.zeros((len(samples), self._channels), np.float32)
        if self._index is None:
            frames[:] = samples[:, np.newaxis]
        else:
            frames[:, self._index] = samples
        return memoryview(frames.tobytes())


class CardOutput(CardDriver[PlaybackStream], AudioOutput):
    """One channel of a sound card, or all of them."""

    direction: ClassVar[Direction] = "output"
    Settings: ClassVar[type[DriverSettings]] = PlaybackSettings
    settings: PlaybackSettings

    def _channels(self, card: Card) -> tuple[int, int | None]:
        channel = self.settings.channel
        if channel == "all":
            return (card.channels if card.channels <= _MOST_CHANNELS else 2), None
        index = channel_index(card, "channel", channel)
        return channels_to_open(card, index), index

    def _started(
        self, binding: Binding, card: Card, channels: int, index: int | None, rate_hz: int
    ) -> PlaybackStream:
        stream = PlaybackStream(binding, channels, index, rate_hz)
        binding.start_output(card, channels, rate_hz, stream.give)
        stream.has_latency(binding.latency_s())
        return stream

    def open(self) -> None:
        """The card plays silence."""
        super().open()
        # While it fills its buffer, it asks for more at once than may wait.
        self._running().filled.wait(STALLED_S)

    @property
    def rate_hz(self) -> int:
        """The card's own rate, or the one of the settings. Raises DeviceLost when it is not open."""
        return self._running().rate_hz

    def write(self, samples: Samples) -> None:
        """The samples are queued. Raises DeviceLost."""
        stream = self._working()
        left = stream.interleaved(samples)
        while left:
            left = left[stream.queue.put(left, GLANCE_S) :]
            stream = self._working()

    def pending_s(self) -> float:
        """What is queued, and what PortAudio still has of it, in seconds. Raises DeviceLost."""
        stream = self._working()
        return stream.queue.pending_s(stream.latency_s)

    def discard(self) -> None:
        """What is queued never sounds; what PortAudio has already does. Raises DeviceLost."""
        self._working().queue.clear()

    def close(self) -> None:
        """The card is free for other programs; what is queued never sounds."""
        if self._stream is not None:
            self._stream.queue.close()
        super().close()

    def _working(self) -> PlaybackStream:
        stream = self._running()
        self._check_alive(stream)
        return stream
