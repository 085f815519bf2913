"""Older Yaesu radios, whose commands have five bytes: FT-817, FT-818, FT-857, FT-897.

The radio goes on transmitting when this process dies: set its time-out timer, and see `radiobridge ptt-off`.
Answers have neither a begin nor a checksum: one counts when it has its length and a pause comes after it.
Source: Yaesu, "FT-817 Operating Manual", CAT System Programming; Hamlib rigs/yaesu/ft817.c.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from pydantic import Field

from drivers.radio.cat import CatRadio, CatSettings
from drivers.radio.cat_line import Reader
from radiobridge.ports import DriverSettings

PTT_ON, PTT_OFF = 0x08, 0x88
GET_FREQUENCY_MODE = 0x03
GET_RECEIVE_STATUS = 0xE7
GET_TRANSMIT_STATUS = 0xF7

COMMAND_BYTES = 5
_STEP_HZ = 10

MODES = {
    0x00: "LSB",
    0x01: "USB",
    0x02: "CW",
    0x03: "CWR",
    0x04: "AM",
    0x06: "WFM",
    0x08: "FM",
    0x0A: "DIG",
    0x0C: "PKT",
    0x82: "CW-N",
    0x83: "CWR-N",
    0x88: "FM-N",
    0x8A: "DIG-N",
}

_ACKNOWLEDGED_S = 0.2
"""How long after a command its acknowledgement may come; the manual does not say."""

_S9 = 9
_S_UNIT_DB = 6.0
_ABOVE_S9_DB = 10.0


@dataclass(frozen=True, slots=True)
class Command:
    """Four bytes of data, then what to do."""

    code: int
    data: bytes = bytes(4)

    def to_bytes(self) -> bytes:
        """The command as it goes over the line."""
        return self.data + bytes([self.code])

    @classmethod
    def from_bytes(cls, raw: bytes) -> Command:
        """One whole command of `COMMAND_BYTES`."""
        return cls(raw[-1], raw[:-1])


@dataclass(frozen=True, slots=True)
class FrequencyMode:
    """The answer to 03: eight decimal digits of 10 Hz, the first ones first, and the mode's number."""

    frequency_hz: int
    mode: int

    def to_bytes(self) -> bytes:
        """The answer as it comes over the line."""
        return bytes.fromhex(f"{self.frequency_hz // _STEP_HZ:08d}") + bytes([self.mode])

    @classmethod
    def from_bytes(cls, raw: bytes) -> FrequencyMode:
        """Raises ValueError where the digits are none."""
        return cls(int(raw[:4].hex()) * _STEP_HZ, raw[4])


@dataclass(frozen=True, slots=True)
class ReceiveStatus:
    """The answer to E7. `meter`: 0 to 9 are S units, each more is 10 dB. `other`: bits 6 to 4, not used."""

    squelched: bool
    meter: int
    other: int = 0

    def to_bytes(self) -> bytes:
        """The answer as it comes over the line."""
        return bytes([self.squelched << 7 | self.other << 4 | self.meter])

    @classmethod
    def from_bytes(cls, raw: bytes) -> ReceiveStatus:
        """One byte."""
        return cls(bool(raw[0] & 0x80), raw[0] & 0x0F, raw[0] >> 4 & 0x07)


@dataclass(frozen=True, slots=True)
class TransmitStatus:
    """The answer to F7. `other`: the lower seven bits, not used here; a radio that receives sets them all."""

    transmits: bool
    other: int = 0x7F

    def to_bytes(self) -> bytes:
        """The answer as it comes over the line."""
        return bytes([(not self.transmits) << 7 | self.other])

    @classmethod
    def from_bytes(cls, raw: bytes) -> TransmitStatus:
        """One byte."""
        return cls(not raw[0] & 0x80, raw[0] & 0x7F)


class Yaesu5Settings(CatSettings):
    """Which port, and how fast."""

    baud: int = Field(4800, ge=300, le=4_000_000)
    """Bits per second, as the radio's menu says ("CAT RATE"). Cures a radio that never answers."""


class Yaesu5(CatRadio):
    """One radio."""

    Settings: ClassVar[type[DriverSettings]] = Yaesu5Settings
    settings: Yaesu5Settings
    stop_bits: ClassVar[int] = 2

    def _key(self, *, on: bool) -> None:
        self.line.send(Command(PTT_ON if on else PTT_OFF).to_bytes())
        # One byte answers it (00, or F0 where PTT was so already), from some radios none: neither tells much,
        # but what comes late would be taken for the answer to the next question.
        self.line.hush(_ACKNOWLEDGED_S)

    def _transmits(self) -> bool:
        return TransmitStatus.from_bytes(self._ask(GET_TRANSMIT_STATUS, 1)).transmits

    def _busy(self) -> bool:
        return not ReceiveStatus.from_bytes(self._ask(GET_RECEIVE_STATUS, 1)).squelched

    def _strength_db(self) -> float:
        meter = ReceiveStatus.from_bytes(self._ask(GET_RECEIVE_STATUS, 1)).meter
        return (meter - _S9) * (_S_UNIT_DB if meter <= _S9 else _ABOVE_S9_DB)

    def _frequency_hz(self) -> int:
        return self._frequency_mode().frequency_hz

    def _mode(self) -> str:
        code = self._frequency_mode().mode
        return MODES.get(code, f"{code:02X}")

    def _frequency_mode(self) -> FrequencyMode:
        return FrequencyMode.from_bytes(self._ask(GET_FREQUENCY_MODE, 5))

    def _ask(self, code: int, length: int) -> bytes:
        return self.line.ask(Command(code).to_bytes(), lambda: _reader(length))


def _reader(length: int) -> Reader[bytes]:
    came_before = bytearray()

    def read(came: bytes) -> bytes | None:
        nonlocal came_before
        came_before += came
        if came or not came_before:
            return None
        whole, came_before = bytes(came_before), bytearray()
        fits = len(whole) == length and (length == 1 or whole[:4].hex().isdecimal())
        return whole if fits else None

    return read
