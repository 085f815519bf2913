"""A contact at an input of a serial port: CTS, DSR, DCD or RI; RTS and DTR are on and feed it.

A contact between RTS and CTS is the whole circuit. With two inputs and a changeover contact the line itself
is watched: exactly one of them is on at any time, and a cable that is cut or shorted is found out.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field, model_validator

from drivers.radio.port import close_port, lost, open_port
from drivers.radio.serial_lines import InputLine, input_level, still_there
from radiobridge.errors import DeviceLost
from radiobridge.events import ContactState
from radiobridge.ports import ContactInput, DriverSettings

if TYPE_CHECKING:
    from serial import SerialBase

_CHANGES_OVER_S = 0.3
"""A changeover contact may have both sides open for some ms on its way; a finger may be slow."""


class SerialLineSettings(DriverSettings):
    """Which port and which input."""

    port: str = Field(min_length=1)
    """A path, an rfc2217 URL, or a name of /dev/serial/by-id."""
    line: InputLine
    """The input that is on while the contact is closed; `!` before one that is off then."""
    other: InputLine | None = None
    """The input at the other side of a changeover contact: on while it is at rest. Watches the cable."""

    @model_validator(mode="after")
    def _are_two(self) -> SerialLineSettings:
        if self.other and self.other.removeprefix("!") == self.line.removeprefix("!"):
            raise ValueError(f"line and other are both {self.line}: a changeover contact needs an input each")
        return self


class SerialLine(ContactInput):
    """One contact at one port."""

    Settings: ClassVar[type[DriverSettings]] = SerialLineSettings
    settings: SerialLineSettings

    def __init__(self, settings: SerialLineSettings) -> None:
        super().__init__(settings)
        self._port: SerialBase | None = None
        self._state = ContactState.RESTING
        self._neither_since: float | None = None

    @property
    def name(self) -> str:
        """The port and its input."""
        return f"{self.settings.line.removeprefix('!')} of {self.settings.port}"

    def open(self) -> None:
        """The port is open and its outputs feed the contact.

        Raises:
            DeviceLost: it does not open, or has no such input.
        """
        self.close()
        self._neither_since = None
        self._port = open_port(self.settings.port, timeout_s=0, rts=True, dtr=True)
        try:
            self.read()
        except DeviceLost:
            self.close()
            raise

    def close(self) -> None:
        """The port is free."""
        port, self._port = self._port, None
        if port is not None:
            close_port(port)

    def read(self) -> ContactState:
        """How the inputs are."""
        port = self._port
        if port is None:
            raise DeviceLost(f"{self.settings.port} is not open")
        with lost(self.settings.port):
            still_there(port)
            is_closed = input_level(port, self.settings.line)
            other = None if self.settings.other is None else input_level(port, self.settings.other)
        if other is is_closed:
            return self._neither()
        self._neither_since = None
        self._state = ContactState.PRESSED if is_closed else ContactState.RESTING
        return self._state

    def _neither(self) -> ContactState:
        """Both sides are the same: on the way for a moment, or a fault of the line."""
        now = time.monotonic()
        self._neither_since = self._neither_since or now
        return ContactState.FAULT if now - self._neither_since > _CHANGES_OVER_S else self._state
