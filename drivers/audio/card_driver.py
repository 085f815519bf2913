"""A sound card as an input or as an output: what the drivers on PortAudio have in common.

A card that stops calling back or is given up by PortAudio is lost; opening it again looks the cards
up anew.
"""

from __future__ import annotations

import time
from abc import abstractmethod
from typing import ClassVar, Generic

from drivers.audio.cards import Binding, Card, Direction, explained, find_card
from drivers.audio.pcm import RateHz
from drivers.audio.stream import Stream, StreamThread, answer
from radiobridge.errors import DeviceLost
from radiobridge.ports import AudioDevice, Driver, DriverSettings

FIRST_BLOCK_S = 5.0
"""Longest wait for the first callback, which PulseAudio may make 2 s late."""

STALLED_S = 2.0
"""Silence of the callback after which the card counts as unplugged: PortAudio often says nothing."""

GLANCE_S = 0.1
"""How often a stream that is waited for is asked whether it still runs."""


class CardSettings(DriverSettings):
    """`device` is a name, a part of one that no other has, or a number; `rate_hz` the card's own if unset."""

    device: str | int | None = None
    rate_hz: RateHz | None = None


class CardDriver(Driver, Generic[Stream]):
    """A sound card. A driver says in which direction, and which binding of PortAudio it uses."""

    direction: ClassVar[Direction]
    settings: CardSettings

    def __init__(self, settings: CardSettings) -> None:
        super().__init__(settings)
        self._thread: StreamThread[Stream] | None = None
        self._stream: Stream | None = None
        self._opened_monotonic = 0.0

    @classmethod
    def devices(cls) -> list[AudioDevice]:
        """The sound cards that have this direction."""
        return answer("list of sound cards", cls(cls.Settings()).list_cards)  # type: ignore[arg-type]

    def list_cards(self) -> list[AudioDevice]:
        """As `devices`, but with `portaudio` held and without a bound on the time."""
        binding = self._binding()
        try:
            return [
                AudioDevice(card.name, card.index, card.channels, card.rate_hz, card.is_default)
                for card in binding.cards(self.direction)
            ]
        finally:
            binding.close()

    @abstractmethod
    def _binding(self) -> Binding:
        """A fresh binding, its library loaded. Raises MissingPart or DeviceLost."""

    @abstractmethod
    def _channels(self, card: Card) -> tuple[int, int | None]:
        """How many channels to open, and which one of them is meant. Raises DeviceLost."""

    @abstractmethod
    def _started(
        self, binding: Binding, card: Card, channels: int, index: int | None, rate_hz: int
    ) -> Stream:
        """The stream runs. Raises DeviceLost."""

    @property
    def name(self) -> str:
        """The card as the settings name it."""
        device = self.settings.device
        return "default sound card" if device is None else f"sound card {device!r}"

    def open(self) -> None:
        """The card takes part in sound."""
        self.close()
        self._thread = StreamThread(self.name, self._start)
        self._stream = self._thread.opened()
        self._opened_monotonic = time.monotonic()

    def _start(self) -> Stream:
        binding = self._binding()
        try:
            cards = binding.cards(self.direction)
            card = find_card(cards, self.settings.device, self.direction, listed_before=binding.listed_before)
            channels, index = self._channels(card)
            rate_hz = self.settings.rate_hz or card.rate_hz
            with explained(binding, self.direction, card, channels, rate_hz):
                return self._started(binding, card, channels, index, rate_hz)
        except BaseException:
            binding.close()
            raise

    def close(self) -> None:
        """The card is free for other programs."""
        thread, self._thread, self._stream = self._thread, None, None
        if thread is not None:
            thread.closed()

    def _running(self) -> Stream:
        """The stream. Raises DeviceLost when it is not open."""
        if self._stream is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._stream

    def _check_alive(self, stream: Stream) -> None:
        if not stream.binding.active():
            raise DeviceLost(f"{self.name} has stopped: it was unplugged, or the sound server ended")
        called = stream.called_monotonic
        since, limit_s = (self._opened_monotonic, FIRST_BLOCK_S) if called is None else (called, STALLED_S)
        if time.monotonic() - since > limit_s:
            did = {"input": "brought", "output": "taken"}[self.direction]
            raise DeviceLost(
                f"{self.name} has {did} no sound for {limit_s:g} s: it was unplugged, "
                "or the sound server hangs"
            )
