"""Notifiers: what sends short texts to people who carry no radio."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from radiobridge.events import Notice
from radiobridge.ports.driver import Driver


@dataclass(frozen=True, slots=True)
class Sent:
    """The notice `id` has gone out."""

    id: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """The recipient's telephone has the notice `id`."""

    id: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The notice `id` was not sent, or did not arrive; `for_good`: it is not worth another attempt."""

    id: str
    why: str
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A text that came in; `ref` names it among all that this notifier ever receives, `at` is UTC seconds."""

    ref: str
    at: float
    sender: str
    text: str


News: TypeAlias = Sent | Delivered | Failed | Received


class Notifier(Driver):
    """A modem or a service; all calls come from one thread of its own.

    For driver authors: a call may block, and holds up no other notifier; it should come back within half a
    minute. `open` finds what is needed (a folder, a library) and sends nothing.
    """

    longest_text: ClassVar[int] = 1000
    """Characters of title and text together; longer ones are not handed over."""
    most_in_line: ClassVar[int] = 1
    """How many notices may be on their way, taken and not sent: the others can still be withdrawn."""

    @abstractmethod
    def address_fault(self, address: str) -> str:
        """Why nothing can be sent to this address, empty where it may be; asked before `open`, too."""

    @abstractmethod
    def send(self, notice: Notice) -> bool:
        """The notice is on its way: True when it is sent, False when `poll` will tell.

        The same id again is the same notice: where it is known to be on its way, nothing is sent twice.

        Raises:
            DeviceLost: not now; it is tried again.
            NoticeRefused: never to this address, or never this text.
        """

    def poll(self) -> list[News]:
        """What became of notices, and what came in; told again until `taken_over`. Raises DeviceLost."""
        return []

    def taken_over(self, news: News) -> None:
        """This is on the bridge's own disk: it is not told again. Raises DeviceLost."""

    def withdraw(self, id_: str) -> bool:
        """Whether the notice was still here and will not be sent. Raises DeviceLost."""
        del id_
        return False

    @property
    def concern(self) -> str:
        """What is wrong although it works, with what to try; empty where all is well."""
        return ""
