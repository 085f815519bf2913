"""MDC-1200: what is in a burst and how its bits are laid out.

On the air: 1200 bit/s, one tone per bit, 1800 Hz where the bit differs from the one before it and 1200 Hz
where it is the same, phase continuous. In time: at least seven bytes 55 (a steady 1800 Hz), the 40 bits of
`SYNC`, then one block of 112 bits (173 ms in all), or two where the operation is one of `DOUBLES` (267 ms).
Bytes of preamble and sync go out with their highest bit first.

A block is seven bytes, each with its lowest bit first: operation, argument, unit (high, low), CRC (low,
high) and 00, which ends the code; then 56 parity bits; all of it interleaved (see `mdc1200_code`). The CRC
is reflected, polynomial 0x8408, start 0, inverted at the end.

Source: the description of M. Kaufman's encoder and decoder library, checked against foreign decoders.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from radiobridge.signalling.mdc1200_code import INFORMATION_BITS, Bits, coded

BITS_PER_S = 1200
SAME_HZ, OTHER_HZ = 1200, 1800
"""Tone of a bit that is the same as, or other than, the one before it."""

PREAMBLE_BYTE: Bits = np.tile(np.array([0, 1], np.int8), 4)
SYNC: Bits = np.unpackbits(np.frombuffer(bytes.fromhex("07092A446F"), np.uint8)).astype(np.int8)

DOUBLES = (0x35, 0x55)
"""Operations after which a second block follows."""

_UNIT_NAME = re.compile("[0-9A-Fa-f]{4}", re.ASCII)
_BODY = struct.Struct(">BBH")


@dataclass(frozen=True, slots=True)
class Block:
    """One block: an operation (0 to FF), its argument (0 to FF), and a unit (0 to FFFF)."""

    op: int
    arg: int
    unit: int

    @property
    def code(self) -> str:
        """Operation and argument as users write them: `2B/0C`."""
        return f"{self.op:02X}/{self.arg:02X}"

    @property
    def is_first_of_two(self) -> bool:
        """Whether a second block follows."""
        return self.op in DOUBLES

    def to_bits(self) -> Bits:
        """The 112 bits as they are sent: 0 and 1, shape (112,).

        Raises:
            ValueError: a field that does not fit its bytes.
        """
        try:
            body = _BODY.pack(self.op, self.arg, self.unit)
        except struct.error as error:
            raise ValueError(f"{self} does not fit: op and arg are 0 to FF, unit is 0 to FFFF") from error
        return coded(np.unpackbits(np.frombuffer(body + _crc(body), np.uint8), bitorder="little"))

    @classmethod
    def from_bits(cls, bits: Bits) -> Block | None:
        """The block of 48 decoded bits, shape (48,); None where the CRC is another."""
        octets = np.packbits(bits[:INFORMATION_BITS].view(np.uint8), bitorder="little").tobytes()
        body, crc = octets[: _BODY.size], octets[_BODY.size :]
        return cls(*_BODY.unpack(body)) if crc == _crc(body) else None


Packet: TypeAlias = tuple[Block, ...]
"""What is sent in one burst: one block, or two if the first is the first of two."""


def packet_bits(packet: Packet, preamble_bytes: int = 7) -> Bits:
    """A burst as it is sent: preamble, sync and blocks.

    Raises:
        ValueError: a number of blocks that is not that of its operation, or a field that does not fit.
    """
    if not packet or len(packet) != 1 + packet[0].is_first_of_two:
        raise ValueError(f"{len(packet)} blocks; two after the operations 35 and 55, one after others")
    preamble = np.tile(PREAMBLE_BYTE, preamble_bytes)
    return np.concatenate([preamble, SYNC, *(block.to_bits() for block in packet)])


def unit_name(unit: int) -> str:
    """A unit as its users write it: four hexadecimal digits."""
    return f"{unit:04X}"


def unit_number(name: str) -> int:
    """The unit that its users write so.

    Raises:
        ValueError: not four hexadecimal digits.
    """
    if not _UNIT_NAME.fullmatch(name):
        raise ValueError(f"unit {name!r}: write four hexadecimal digits, 0000 to FFFF")
    return int(name, 16)


def _crc(body: bytes) -> bytes:
    crc = 0
    for octet in body:
        crc ^= octet
        for _ in range(8):
            crc = (crc >> 1) ^ (0x8408 if crc & 1 else 0)
    return (crc ^ 0xFFFF).to_bytes(2, "little")
