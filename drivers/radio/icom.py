"""Icom radios with CI-V: PTT, squelch, S-meter, frequency and mode.

For radios that can be keyed by CI-V (command 1C 00: all since about 2000). The radio goes on transmitting
when this process dies: set its time-out timer, and see `radiobridge ptt-off`.
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from pydantic import Field, field_validator

from drivers.radio.cat import CatRadio, CatSettings, metered_db
from drivers.radio.cat_line import AskAgain, Reader, Refused
from drivers.radio.civ import CONTROLLER, OK, REFUSED, CivFrame, CivReader, Jam, from_bcd
from radiobridge.ports import DriverSettings

MODELS = {
    "IC-703": 0x68,
    "IC-705": 0xA4,
    "IC-905": 0xAC,
    "IC-2730": 0x90,
    "IC-7000": 0x70,
    "IC-7100": 0x88,
    "IC-7200": 0x76,
    "IC-7300": 0x94,
    "IC-7410": 0x80,
    "IC-746PRO": 0x66,
    "IC-756PROIII": 0x6E,
    "IC-7600": 0x7A,
    "IC-7610": 0x98,
    "IC-7700": 0x74,
    "IC-7800": 0x6A,
    "IC-9100": 0x7C,
    "IC-9700": 0xA2,
    "ID-4100": 0x9A,
    "ID-5100": 0x8C,
}
"""The address that each has from the factory. Source: Hamlib rigs/icom/icom.c, icom_addr_list."""

MODES = {
    0x00: "LSB",
    0x01: "USB",
    0x02: "AM",
    0x03: "CW",
    0x04: "RTTY",
    0x05: "FM",
    0x06: "WFM",
    0x07: "CW-R",
    0x08: "RTTY-R",
    0x12: "PSK",
    0x13: "PSK-R",
    0x17: "DV",
    0x22: "DD",
    0x23: "ATV",
}
"""Source: Icom, IC-705, IC-905 and IC-7610 "CI-V Reference Guide", command 04."""

METER = ((0, -54.0), (10, -48.0), (30, -36.0), (60, -24.0), (90, -12.0), (120, 0.0), (241, 64.0))
"""Reading of 15 02 and dB over S9; other models are near it.
Source: Hamlib rigs/icom/ic7300.c, IC7300_STR_CAL."""

_PTT = b"\x1c\x00"
_SQUELCH = b"\x15\x01"
_S_METER = b"\x15\x02"
_FREQUENCY = b"\x03"
_MODE = b"\x04"

_LAST_ADDRESS = 0xDF
"""Source: Icom, "CI-V Reference Manual": 01 to DF are radios."""


class IcomSettings(CatSettings):
    """Which port, how fast, and which radio on it."""

    baud: int = Field(19200, ge=300, le=4_000_000)
    """Bits per second, as the radio's menu says ("CI-V Baud Rate"). Cures a radio that never answers."""
    address: int
    """The radio's model ("IC-7300"), or its address as its menu has it ("94"), where that was changed."""

    @field_validator("address", mode="before")
    @classmethod
    def _is_known(cls, address: Any) -> int:
        text = address.strip().upper().replace(" ", "") if isinstance(address, str) else ""
        number = MODELS.get(text, -1)
        if number < 0 and re.fullmatch(r"[0-9A-F]{2}H?", text):
            number = int(text[:2], 16)
        if not 1 <= number <= _LAST_ADDRESS:
            raise ValueError(
                'expected the address as the radio\'s menu has it, in quotes, "01" to "DF", or one of '
                + ", ".join(MODELS)
            )
        return number


class Icom(CatRadio):
    """One radio at its address; others on the same wire are not heard."""

    Settings: ClassVar[type[DriverSettings]] = IcomSettings
    settings: IcomSettings

    @property
    def _hint(self) -> str:
        return (
            f"is it on, does its menu say CI-V Address {self.settings.address:02X}h and "
            f"{self.settings.baud} baud, and is the port its CI-V port?"
        )

    def _key(self, *, on: bool) -> None:
        self._ask(_PTT + bytes([on]), is_set=True)

    def _transmits(self) -> bool:
        return self._ask(_PTT)[:1] == b"\x01"

    def _busy(self) -> bool:
        return self._ask(_SQUELCH)[:1] == b"\x01"

    def _strength_db(self) -> float | None:
        raw = from_bcd(self._ask(_S_METER)[::-1])
        return None if raw is None else metered_db(raw, METER)

    def _frequency_hz(self) -> int | None:
        return from_bcd(self._ask(_FREQUENCY))

    def _mode(self) -> str | None:
        code = self._ask(_MODE)[0]
        return MODES.get(code, f"{code:02X}")

    def _ask(self, body: bytes, *, is_set: bool = False) -> bytes:
        """The data of the answer; of one to a set command there is none worth reading."""
        request = CivFrame(self.settings.address, CONTROLLER, body)
        return self.line.ask(request.to_bytes(), lambda: self._reader(body, is_set=is_set))

    def _reader(self, body: bytes, *, is_set: bool) -> Reader[bytes]:
        """Our own frames come back on the wire, and radios tell all others what they do: not for us."""
        frames = CivReader()

        def read(came: bytes) -> bytes | None:
            for frame in frames.feed(came):
                if frame is Jam.COLLISION:
                    raise AskAgain
                if (frame.sender, frame.to) != (self.settings.address, CONTROLLER):
                    continue
                if frame.body == REFUSED:
                    raise Refused(f"{self.name} refuses the CI-V command {body.hex(' ').upper()}")
                # Some answer with the command before the OK.
                if is_set and frame.body in (OK, body + OK):
                    return frame.body
                if not is_set and frame.body.startswith(body) and len(frame.body) > len(body):
                    return frame.body[len(body) :]
            return None

        return read
