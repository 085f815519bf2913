"""Sound cards as PortAudio lists them: finding the one that the settings mean, and which side of it.

`Binding` is what a Python binding of PortAudio must do for the capture; each binding has a file of
its own.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import PositiveInt

from radiobridge.errors import DeviceLost

Pick: TypeAlias = Literal["left", "right", "mix"] | PositiveInt
"""One channel of a card by side or number from 1, or the mean of left and right."""

Put: TypeAlias = Callable[[bytes, int, bool], None]
"""Takes interleaved float32 sound, its frames, and whether sound was lost before it."""

USUAL_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000)

portaudio = threading.Lock()
"""Held for every call that lists, opens or closes: PortAudio is not safe against two threads there."""


@dataclass(frozen=True, slots=True)
class Card:
    """One input device; `rate_hz` is the rate it has by itself, `is_default` marks the system's choice."""

    index: int
    name: str
    channels: int
    rate_hz: int
    is_default: bool

    def __str__(self) -> str:
        return f'{self.index} "{self.name}"'


class Binding(ABC):
    """One stream through a Python binding of PortAudio.

    The constructor loads the library and raises MissingPart without it. Every method raises
    DeviceLost with the library's reason, never the library's own exception. All but `active` and
    `abort` are called with `portaudio` held.
    """

    @property
    def listed_before(self) -> bool:
        """True when the list of cards may be older than this binding, since another stream runs."""
        return False

    @abstractmethod
    def cards(self) -> list[Card]:
        """Every device that has an input, as PortAudio numbers them."""

    @abstractmethod
    def takes(self, card: Card, channels: int, rate_hz: int) -> bool:
        """True when the card opens like this.

        For explaining a failure only: PyAudio holds all of Python up while PortAudio tries.
        """

    @abstractmethod
    def start(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """The card delivers blocks of `pcm.BLOCK_S` to `put`, on a thread of PortAudio."""

    @abstractmethod
    def active(self) -> bool:
        """False when PortAudio has given the stream up."""

    @abstractmethod
    def abort(self) -> None:
        """No more sound comes. May hang when the sound server is frozen."""

    @abstractmethod
    def close(self) -> None:
        """Stream and library are let go; allowed without a started stream."""

    @abstractmethod
    def abandon(self) -> None:
        """The stream hangs and will not be closed: the end of the process must not wait for it."""


def find_card(cards: list[Card], wanted: str | int | None, *, listed_before: bool = False) -> Card:
    """The card that the settings' `device` means. Raises DeviceLost with the cards there are.

    `listed_before`: a card that was plugged in since then is not among them.
    """
    if not cards:
        raise DeviceLost(
            "this machine has no sound input: check the plug, `arecord -l`, and that the user of the "
            'daemon is in the group "audio"'
        )
    if wanted is None:
        found = [card for card in cards if card.is_default]
    elif isinstance(wanted, int):
        found = [card for card in cards if card.index == wanted]
    else:
        name = wanted.casefold()
        # Two host systems may list one card under the same name; the first is PortAudio's preference.
        found = [card for card in cards if card.name.casefold() == name][:1]
        found = found or [card for card in cards if name in card.name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        raise DeviceLost(f"device = {wanted!r} fits {_listed(found)}: give more of the name")
    if wanted is None:
        raise DeviceLost(f"the system has no default sound input: set device to one of {_listed(cards)}")
    later = (
        "; PortAudio does not see a card that was plugged in since the start while another one is in use: "
        "restart radiobridge"
    )
    why = f"no sound input is called {wanted!r}; there are {_listed(cards)}"
    raise DeviceLost(why + later * listed_before)


def _listed(cards: list[Card]) -> str:
    return ", ".join(map(str, cards))


def channel_index(card: Card, pick: Pick) -> int | None:
    """The picked channel from 0, None for the mean. Raises DeviceLost when the card has too few."""
    if pick == "mix":
        return None
    index = {"left": 0, "right": 1}[pick] if isinstance(pick, str) else pick - 1
    if index >= card.channels:
        has = "one channel" if card.channels == 1 else f"{card.channels} channels"
        raise DeviceLost(f"sound card {card} has {has}: pick = {pick!r} is not there")
    return index


def channels_to_open(card: Card, index: int | None) -> int:
    """As few as reach the picked one, but two where there are two: a sound server asked for one mixes."""
    return min(card.channels, max(2, 0 if index is None else index + 1))


def rates_taken(binding: Binding, card: Card, channels: int) -> list[int]:
    """Those of the usual rates that the card opens with."""
    return [rate_hz for rate_hz in USUAL_RATES_HZ if binding.takes(card, channels, rate_hz)]
