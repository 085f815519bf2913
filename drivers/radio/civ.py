"""CI-V, the language of Icom's radios: frames and what is read out of a stream of bytes. No port is touched.

A frame is FE FE, the receiver's address, the sender's, a command with its data, FD. All stations share one
wire: everybody hears every frame, his own too, and two that speak at once leave FC.
Source: Icom, "CI-V Reference Manual"; Hamlib rigs/icom/icom_defs.h.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PREAMBLE = 0xFE
END = 0xFD
COLLISION = 0xFC
CONTROLLER = 0xE0
BROADCAST = 0x00

OK = b"\xfb"
REFUSED = b"\xfa"

_LONGEST_BYTES = 1024
"""A spectrum that a radio sends unasked has some 500 bytes; what is longer lost its end."""

_LEAST_BYTES = 3
"""Both addresses and a command."""


@dataclass(frozen=True, slots=True)
class CivFrame:
    """`body`: the command, its subcommand and data."""

    to: int
    sender: int
    body: bytes

    def to_bytes(self) -> bytes:
        """The frame as it goes over the wire."""
        return bytes([PREAMBLE, PREAMBLE, self.to, self.sender, *self.body, END])

    @classmethod
    def from_bytes(cls, raw: bytes) -> CivFrame:
        """One whole frame. Raises ValueError where it is none."""
        inner = raw[:-1].lstrip(bytes([PREAMBLE]))
        if raw[:2] != bytes([PREAMBLE, PREAMBLE]) or raw[-1] != END or len(inner) < _LEAST_BYTES:
            raise ValueError(f"{raw.hex(' ')} is no CI-V frame")
        return cls(inner[0], inner[1], inner[2:])


class Jam(Enum):
    """Two stations spoke at once."""

    COLLISION = COLLISION


class CivReader:
    """Frames and collisions out of bytes that come in pieces; whatever else comes is passed over."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def feed(self, data: bytes) -> list[CivFrame | Jam]:
        """What is complete with `data`."""
        found: list[CivFrame | Jam] = []
        for byte in data:
            if byte == COLLISION:
                found.append(Jam.COLLISION)
                self._waiting.clear()
            elif byte == END:
                found += self._frame()
            else:
                self._take(byte)
        return found

    def _take(self, byte: int) -> None:
        waiting = self._waiting
        if byte == PREAMBLE and waiting and waiting[-1] != PREAMBLE:
            waiting.clear()
        if byte == PREAMBLE or waiting[:2] == bytes([PREAMBLE, PREAMBLE]):
            waiting.append(byte)
        else:
            waiting.clear()
        if len(waiting) > _LONGEST_BYTES:
            waiting.clear()

    def _frame(self) -> list[CivFrame]:
        raw = bytes([*self._waiting, END])
        self._waiting.clear()
        try:
            return [CivFrame.from_bytes(raw)]
        except ValueError:
            return []


def to_bcd(number: int, length: int) -> bytes:
    """Two decimal digits a byte, the last two first, as CI-V has frequencies."""
    return bytes.fromhex(f"{number:0{2 * length}d}")[::-1]


def from_bcd(raw: bytes) -> int | None:
    """The number; None where a digit is none: an empty memory answers FF."""
    digits = raw[::-1].hex()
    return int(digits) if digits.isdecimal() else None
