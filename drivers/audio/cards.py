"""Sound cards as PortAudio lists them: finding the one that the settings mean, and which side of it.

`Binding` is what a Python binding of PortAudio must do for inputs and outputs; each binding has a file
of its own.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, TypeAlias

from radiobridge.errors import DeviceLost

Direction: TypeAlias = Literal["input", "output"]
"""What a card is used as: many are both, with channels of their own for each."""

Put: TypeAlias = Callable[[bytes, int, bool], None]
"""Takes interleaved float32 sound, its frames, and whether sound was lost before it."""

Give: TypeAlias = Callable[[int, float], bytes]
"""Gives interleaved float32 sound of so many frames, the first of which sounds in so many seconds."""

USUAL_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 96000)

LATENCY_S = 0.08
"""So much sound an output's buffer holds: half of it runs dry on a busy PC. No less has to wait for it in the
queue, and both are to fit into `LONGEST_AHEAD_S`."""

portaudio = threading.Lock()
"""Held for every call that lists, opens or closes: PortAudio is not safe against two threads there."""


@dataclass(frozen=True, slots=True)
class Card:
    """A device as an input or as an output; `channels` are those of this direction.

    `rate_hz` is the rate it has by itself, `is_default` marks the system's choice.
    """

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
    def cards(self, direction: Direction) -> list[Card]:
        """Every device that has an input, or an output, as PortAudio numbers them."""

    @abstractmethod
    def takes(self, direction: Direction, card: Card, channels: int, rate_hz: int) -> bool:
        """True when the card opens like this.

        For explaining a failure only: PyAudio holds all of Python up while PortAudio tries.
        """

    @abstractmethod
    def start_input(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """The card delivers blocks of `pcm.BLOCK_S` to `put`, on a thread of PortAudio."""

    @abstractmethod
    def start_output(self, card: Card, channels: int, rate_hz: int, give: Give) -> None:
        """The card asks `give` for sound, a block at a time, on a thread of PortAudio."""

    @abstractmethod
    def latency_s(self) -> float:
        """How much sound PortAudio says that it keeps of a running output."""

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


def find_card(
    cards: list[Card], wanted: str | int | None, direction: Direction, *, listed_before: bool = False
) -> Card:
    """The card that the settings' `device` means. Raises DeviceLost with the cards there are.

    `listed_before`: a card that was plugged in since then is not among them.
    """
    if not cards:
        lister = {"input": "arecord -l", "output": "aplay -l"}[direction]
        raise DeviceLost(
            f"this machine has no sound {direction}: check the plug, `{lister}`, and that the user of the "
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
        raise DeviceLost(
            f"the system has no default sound {direction}: set device to one of {_listed(cards)}"
        )
    later = (
        "; PortAudio does not see a card that was plugged in since the start while another one is in use: "
        "restart radiobridge"
    )
    why = f"no sound {direction} is called {wanted!r}; there are {_listed(cards)}"
    raise DeviceLost(why + later * listed_before)


def _listed(cards: list[Card]) -> str:
    return ", ".join(map(str, cards))


def channel_index(card: Card, key: str, channel: Literal["left", "right"] | int) -> int:
    """The channel from 0 that the settings' `key` means. Raises DeviceLost when the card has too few."""
    index = {"left": 0, "right": 1}[channel] if isinstance(channel, str) else channel - 1
    if index >= card.channels:
        has = "one channel" if card.channels == 1 else f"{card.channels} channels"
        raise DeviceLost(f"sound card {card} has {has}: {key} = {channel!r} is not there")
    return index


def channels_to_open(card: Card, index: int | None) -> int:
    """As few as reach the picked one, but two where there are two: a sound server asked for one mixes."""
    return min(card.channels, max(2, 0 if index is None else index + 1))


@contextmanager
def explained(
    binding: Binding, direction: Direction, card: Card, channels: int, rate_hz: int
) -> Iterator[None]:
    """A card that does not start in here says why: the rate, if others work, or else what PortAudio said."""
    try:
        yield
    except DeviceLost as error:
        taken = [hz for hz in USUAL_RATES_HZ if binding.takes(direction, card, channels, hz)]
        if taken and rate_hz not in taken:
            listed = ", ".join(map(str, taken))
            raise DeviceLost(
                f"sound card {card} does not take rate_hz = {rate_hz}; it takes {listed}"
            ) from error
        raise DeviceLost(
            f"sound card {card} does not open: {error}; another program may have it open"
        ) from error
