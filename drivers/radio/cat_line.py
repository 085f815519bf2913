"""The serial line to a radio that is asked (CAT): a question is repeated until it is answered or too late."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from drivers.radio.port import close_port, lost
from radiobridge.errors import DeviceLost

if TYPE_CHECKING:
    from serial import SerialBase

T = TypeVar("T")

Reader: TypeAlias = Callable[[bytes], T | None]
"""Takes bytes as they come, none after a pause of `PAUSE_S`; gives the answer when it is whole.
It raises `Refused` or `AskAgain` where that is what the radio says."""

PAUSE_S = 0.04
"""A radio does not pause for so long within an answer. USB adapters hold bytes back for up to 16 ms
(Source: FTDI AN232B-04, latency timer)."""

AGAIN_S = 0.02
"""Before a radio that did not understand or obey is told again."""

_TRY_S = 0.6
"""For one answer: 38 bytes at 1200 baud take 0.32 s, radios wait for some 0.1 s before."""


class Refused(DeviceLost):
    """The radio says that it does not know what it is asked, or does not do it."""


class Silent(DeviceLost):
    """Nothing came in time that answers the question."""


class AskAgain(Exception):
    """The question did not arrive whole: ask it again."""


class CatLine:
    """Bytes to and from a radio, within the time that one call may take. Raises DeviceLost."""

    def __init__(self, opened: SerialBase, name: str, hint: str) -> None:
        self._port = opened
        self._name = name
        self._hint = hint
        self._give_up = 0.0

    def allow(self, total_s: float) -> None:
        """What comes now may take so long in all."""
        self._give_up = time.monotonic() + total_s

    @property
    def left_s(self) -> float:
        """What is left of it."""
        return self._give_up - time.monotonic()

    def send(self, request: bytes) -> None:
        """The request is on its way; what came before it is forgotten."""
        with lost(self._name):
            while self.left_s > 0 and (waiting := self._waiting()):
                self._port.read(waiting)
            self._port.write(request)

    def ask(self, request: bytes, reader: Callable[[], Reader[T]]) -> T:
        """The answer. `reader` makes a fresh reader for each time that it is asked.

        Raises:
            Refused: the radio said no twice in turn; a garbled question may be refused once.
            Silent: no answer in time.
            DeviceLost: the port died.
        """
        refused: Refused | None = None
        while self.left_s > 0:
            self.send(request)
            try:
                answer = self._read(reader())
            except AskAgain:
                time.sleep(AGAIN_S)
                continue
            except Refused as error:
                if refused:
                    raise
                refused = error
                continue
            if answer is not None:
                return answer
        raise refused or Silent(f"{self._name}: no answer to {request!r}: {self._hint}")

    def hush(self, longest_s: float) -> None:
        """What the radio had to say has come, and a pause of `PAUSE_S` after it; or nothing came in time."""
        until = time.monotonic() + min(longest_s, self.left_s)
        with lost(self._name):
            while time.monotonic() < until:
                if self._port.read(1):
                    while self.left_s > 0 and self._port.read(max(1, self._waiting())):
                        continue
                    return

    def close(self) -> None:
        """The port is free again."""
        close_port(self._port)

    def _read(self, read: Reader[T]) -> T | None:
        until = time.monotonic() + min(_TRY_S, self.left_s)
        while time.monotonic() < until:
            with lost(self._name):
                came = self._port.read(max(1, self._waiting()))
            answer = read(came)
            if answer is not None:
                return answer
        return None

    def _waiting(self) -> int:
        waiting: int = self._port.in_waiting  # type: ignore[attr-defined]  # its stub lacks it, no port does
        return waiting
