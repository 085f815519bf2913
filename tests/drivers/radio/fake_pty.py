"""A serial port that is not there: a pseudo-terminal with a fake radio at its other end."""

from __future__ import annotations

import os
import select
import threading
import tty
from abc import ABC, abstractmethod
from contextlib import suppress
from enum import Enum
from pathlib import Path

_STEP_S = 0.002
"""Between two bytes of a slow answer."""

NOISE = b"\x00\x13\xffx"
"""What a level converter may make of a plug that moves."""
GARBAGE = b"\x00\xff\xfeEI\xfdO;\r?\x80;Z\xfe\xfe\xe0\xfd"


class Transport(Enum):
    """How answers arrive."""

    PERFECT = "at once"
    BYTEWISE = "byte by byte"
    NOISY = "after noise"
    NOISY_ONCE = "after noise the first time"
    ECHOING = "after one's own words"
    GARBAGE = "as garbage"
    SILENT = "never, though it hears what it is told"


class FakeRadio(ABC):
    """A radio that was left transmitting."""

    def __init__(self) -> None:
        self.keyed = True
        self.keyed_by_hand = False
        self.obeys = True
        self.carrier = False
        self.meter = 0
        self.frequency_hz = 145_500_000
        self.asked: list[bytes] = []
        """Everything that it was sent, a command each."""
        self.answers: dict[bytes, bytes] = {}
        """What it answers to a command in place of what it should."""

    def key(self, *, on: bool) -> None:
        """PTT, as a command has it."""
        if self.obeys:
            self.keyed = on

    @abstractmethod
    def commands_in(self, data: bytes) -> list[bytes]:
        """The commands that are complete with `data`."""

    @abstractmethod
    def answer_to(self, command: bytes) -> bytes:
        """What it sends back."""

    def answer(self, command: bytes) -> bytes:
        """The same, unless a test wants another answer."""
        self.asked.append(command)
        return self.answers[command] if command in self.answers else self.answer_to(command)


class FakePort:
    """A port below `folder`, and a radio on it."""

    def __init__(self, folder: Path, radio: FakeRadio) -> None:
        self.path = folder / "ttyRADIO0"
        self.radio = radio
        self.transport = Transport.PERFECT
        self.plug_in()

    def plug_in(self) -> None:
        """The port is there."""
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self.path.symlink_to(os.ttyname(self._theirs))
        self._stopped, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._run, name="fake radio")
        self._thread.start()

    def unplug(self) -> None:
        """The port is gone, also for who has it open."""
        if not self._thread.is_alive():
            return
        os.write(self._stop, b".")
        self._thread.join()
        self.path.unlink()
        for descriptor in (self._ours, self._theirs, self._stopped, self._stop):
            os.close(descriptor)

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self._ours, self._stopped], [], [])
            if self._stopped in ready:
                return
            for command in self.radio.commands_in(os.read(self._ours, 1000)):
                answer = self.radio.answer(command)
                if self.transport is not Transport.SILENT:
                    self._send(command, GARBAGE if answer and self.transport is Transport.GARBAGE else answer)

    def _send(self, command: bytes, answer: bytes) -> None:
        if self.transport is Transport.ECHOING:
            answer = command + answer
        if self.transport in (Transport.NOISY, Transport.NOISY_ONCE):
            answer = NOISE + answer
        if self.transport is Transport.NOISY_ONCE:
            self.transport = Transport.PERFECT
        pieces = [answer] if self.transport is not Transport.BYTEWISE else [bytes([byte]) for byte in answer]
        for piece in pieces:
            if len(pieces) > 1 and select.select([self._stopped], [], [], _STEP_S)[0]:
                return
            with suppress(OSError):
                os.write(self._ours, piece)
