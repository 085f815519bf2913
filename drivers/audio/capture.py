"""A sound card as an input: what the drivers on PortAudio have in common.

A card that stops calling back or is given up by PortAudio is lost; opening it again looks the cards
up anew. Loss of sound on the way is counted and handed on with the next block.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import ClassVar

import numpy as np

from drivers.audio.cards import Binding, Card, Pick, channel_index, channels_to_open, find_card, rates_taken
from drivers.audio.clock import SampleClock
from drivers.audio.pcm import RateHz
from drivers.audio.stream import BlockQueue, Captured, CardStream, StreamThread, answer
from radiobridge.errors import DeviceLost
from radiobridge.events import AudioBlock, Samples
from radiobridge.ports import AudioDevice, AudioInput, DriverSettings

FIRST_BLOCK_S = 5.0
"""Longest wait for the first sound, which PulseAudio may bring 2 s late."""

STALLED_S = 2.0
"""Silence of the callback after which the card counts as unplugged: PortAudio often says nothing."""

_GLANCE_S = 0.1
"""How often a stream that brings nothing is asked whether it still runs."""

_JUMP_S = 1.0
"""Callbacks of a busy machine come late by less than this; beyond it the system's clock was set."""


class CaptureSettings(DriverSettings):
    """`device` is a name, a part of one that no other has, or a number; `rate_hz` the card's own if unset."""

    device: str | int | None = None
    rate_hz: RateHz | None = None
    pick: Pick = "left"


class CardInput(AudioInput):
    """One channel of a sound card. A driver says which binding of PortAudio it uses."""

    is_analogue: ClassVar[bool] = True
    Settings: ClassVar[type[DriverSettings]] = CaptureSettings
    settings: CaptureSettings

    def __init__(self, settings: CaptureSettings) -> None:
        super().__init__(settings)
        self._thread: StreamThread | None = None
        self._stream: CardStream | None = None
        self._opened_monotonic = 0.0

    @classmethod
    def devices(cls) -> list[AudioDevice]:
        """The sound cards that have an input."""
        return answer("list of sound cards", cls(cls.Settings()).list_cards)  # type: ignore[arg-type]

    def list_cards(self) -> list[AudioDevice]:
        """As `devices`, but with `portaudio` held and without a bound on the time."""
        binding = self._binding()
        try:
            return [
                AudioDevice(card.name, card.index, card.channels, card.rate_hz, card.is_default)
                for card in binding.cards()
            ]
        finally:
            binding.close()

    @abstractmethod
    def _binding(self) -> Binding:
        """A fresh binding, its library loaded. Raises MissingPart or DeviceLost."""

    @property
    def name(self) -> str:
        """The card as the settings name it."""
        device = self.settings.device
        return "default sound card" if device is None else f"sound card {device!r}"

    def open(self) -> None:
        """The card delivers sound."""
        self.close()
        self._thread = StreamThread(self.name, self._start)
        self._stream = self._thread.opened()
        self._opened_monotonic = time.monotonic()

    def _start(self) -> CardStream:
        binding = self._binding()
        try:
            card = find_card(binding.cards(), self.settings.device, listed_before=binding.listed_before)
            index = channel_index(card, self.settings.pick)
            channels = channels_to_open(card, index)
            rate_hz = self.settings.rate_hz or card.rate_hz
            blocks = BlockQueue()
            try:
                binding.start(card, channels, rate_hz, blocks.put)
            except DeviceLost as error:
                raise _why_not(binding, card, channels, rate_hz, error) from error
        except BaseException:
            binding.close()
            raise
        clock = SampleClock(rate_hz, jump_s=_JUMP_S)
        return CardStream(binding, card, channels, index, rate_hz, blocks, clock)

    def close(self) -> None:
        """The card is free for other programs."""
        thread, self._thread, self._stream = self._thread, None, None
        if thread is not None:
            thread.closed()

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block of the picked channel."""
        if self._stream is None:
            raise DeviceLost(f"{self.name} is not open")
        give_up = time.monotonic() + timeout_s
        while (captured := self._stream.blocks.get(min(_GLANCE_S, give_up - time.monotonic()))) is None:
            self._check_alive(self._stream)
            if time.monotonic() >= give_up:
                return None
        return _block(self._stream, captured)

    def _check_alive(self, stream: CardStream) -> None:
        if not stream.binding.active():
            raise DeviceLost(f"{self.name} has stopped: it was unplugged, or the sound server ended")
        heard = stream.blocks.heard_monotonic
        since, limit_s = (self._opened_monotonic, FIRST_BLOCK_S) if heard is None else (heard, STALLED_S)
        if time.monotonic() - since > limit_s:
            raise DeviceLost(
                f"{self.name} has brought no sound for {limit_s:g} s: it was unplugged, "
                "or the sound server hangs"
            )


def _why_not(binding: Binding, card: Card, channels: int, rate_hz: int, error: DeviceLost) -> DeviceLost:
    """The reason that a person can act on: the rate, if others work, or else what PortAudio said."""
    taken = rates_taken(binding, card, channels)
    if taken and rate_hz not in taken:
        listed = ", ".join(map(str, taken))
        return DeviceLost(f"sound card {card} does not take rate_hz = {rate_hz}; it takes {listed}")
    return DeviceLost(f"sound card {card} does not open: {error}; another program may have it open")


def _block(stream: CardStream, captured: Captured) -> AudioBlock:
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
