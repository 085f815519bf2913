"""PTT on the RTS or DTR line of a serial port, carrier on one of its four inputs.

For interface cables with an FTDI, CP210x or CH340 chip and a transistor, and for all-in-one cables (AIOC).
PTT is not read back: the port would only repeat what it was told.
"""

from __future__ import annotations

import errno
import os
import re
import termios
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from pydantic import Field, field_validator

from drivers.radio.port import close_port, device_path, lost, open_port
from radiobridge.errors import DeviceLost
from radiobridge.ports import DriverSettings, Radio

if TYPE_CHECKING:
    from serial import SerialBase

_PTT = re.compile(r"(!?)(rts|dtr)(?:(\+|\+?!)(rts|dtr))?")

_STALE_BYTES = 4096
"""What a port may have to say is of no interest, but must not pile up."""

_NO_MODEM_LINES = {errno.ENOTTY, errno.EINVAL}

InputLine = Literal["cts", "dsr", "dcd", "ri", "!cts", "!dsr", "!dcd", "!ri"]


class SerialLinesSettings(DriverSettings):
    """Which port, and what its lines mean."""

    port: str = Field(min_length=1)
    """A path, an rfc2217 URL, or a name of /dev/serial/by-id: that stays when ttyUSB0 becomes ttyUSB1."""
    ptt: str = "rts"
    """What is on while transmitting: `rts`, `dtr` or `rts+dtr`; `!` before a line that is off then.
    `dtr!rts` is for the AIOC. Cures a radio that is never keyed, or keyed all the time."""
    carrier: InputLine | None = None
    """The input that is on while the radio receives; `!` before one that is off then. Unset: none wired."""

    @field_validator("port")
    @classmethod
    def _has_lines(cls, port: str) -> str:
        if port.startswith("socket://"):
            raise ValueError("socket:// carries no lines; take rfc2217:// (ser2net: `telnet(rfc2217)`)")
        return port

    @field_validator("ptt")
    @classmethod
    def _is_known(cls, ptt: str) -> str:
        lines = _keyed_lines(ptt)
        if len({line.name for line in lines}) < max(1, len(lines)):
            raise ValueError('expected "rts", "dtr", "rts+dtr", "dtr!rts", or "!" before a line that is off')
        return ptt


class _Line(NamedTuple):
    name: str
    level: bool
    """What it is while transmitting."""


class SerialLines(Radio):
    """The lines of one port.

    Where a local port keys by a line that is on, the kernel drops it when the process dies, however it
    dies; so this instance then says `releases_by_itself`. It does not where a server elsewhere holds
    the port, nor where only lines that are off key the radio: they are off when nobody holds the port.
    """

    Settings: ClassVar[type[DriverSettings]] = SerialLinesSettings
    settings: SerialLinesSettings

    def __init__(self, settings: SerialLinesSettings) -> None:
        super().__init__(settings)
        self._lines = _keyed_lines(settings.ptt)
        self._rests_low = any(line.level for line in self._lines)
        self.releases_by_itself = self._rests_low and "://" not in settings.port  # type: ignore[misc]  # see above
        self._port: SerialBase | None = None

    @property
    def name(self) -> str:
        """The port."""
        return f"the lines of {self.settings.port}"

    def open(self) -> None:
        """The port is open, and its lines are those of a radio that receives.

        Raises:
            DeviceLost: it does not open, has no modem lines, or cannot tell the carrier line.
        """
        self.close()
        self._refuse_cts_of_acm()
        off = {line.name: not line.level for line in self._lines}
        self._port = open_port(
            self.settings.port,
            timeout_s=0,
            rts=off.get("rts", False),
            dtr=off.get("dtr", False),
            hang_up=self._rests_low,
        )
        try:
            self._try_lines(self._port)
        except BaseException:
            self.close()
            raise

    def _refuse_cts_of_acm(self) -> None:
        device = Path(os.path.realpath(device_path(self.settings.port))).name
        if device.startswith("ttyACM") and self.settings.carrier in {"cts", "!cts"}:
            # Source: Linux drivers/usb/class/cdc-acm.c, acm_tty_tiocmget.
            raise DeviceLost(
                f"{self.settings.port} is {device}, whose CTS always reads as on: wire the carrier to "
                'another input (carrier = "dcd", "dsr" or "ri"; the AIOC has it on dcd)'
            )

    def _try_lines(self, port: SerialBase) -> None:
        """The lines have been set and read once, so that a port without them is found out."""
        try:
            self._set(port, on=False)
            if self.settings.carrier:
                input_level(port, self.settings.carrier)
        except OSError as error:
            if error.errno in _NO_MODEM_LINES:
                raise DeviceLost(
                    f"{self.settings.port} has no modem lines (a pseudo-terminal, or an adapter without "
                    "them): PTT needs a serial port with RTS or DTR"
                ) from error
            raise DeviceLost(f"{self.settings.port} does not work its lines: {error}") from error
        except (ValueError, termios.error) as error:
            raise DeviceLost(f"{self.settings.port} does not work its lines: {error}") from error

    def close(self) -> None:
        """PTT is released, as far as the port is still there, and the port is free."""
        port, self._port = self._port, None
        if port is None:
            return
        with suppress(DeviceLost), lost(self.settings.port):
            still_there(port)
            self._set(port, on=False)
        close_port(port)

    def set_ptt(self, on: bool) -> None:
        """The lines are on, or off."""
        port = self._opened()
        with lost(self.settings.port):
            still_there(port)
            self._set(port, on=on)

    def carrier(self) -> bool | None:
        """What the input says; None where none is wired."""
        port = self._opened()
        with lost(self.settings.port):
            still_there(port)
            return input_level(port, self.settings.carrier) if self.settings.carrier else None

    def _opened(self) -> SerialBase:
        if self._port is None:
            raise DeviceLost(f"{self.settings.port} is not open")
        return self._port

    def _set(self, port: SerialBase, *, on: bool) -> None:
        for line in self._lines:
            setattr(port, line.name, line.level is on)


def _keyed_lines(ptt: str) -> list[_Line]:
    match = _PTT.fullmatch(ptt)
    if match is None:
        return []
    first_mark, first, second_mark, second = match.groups()
    lines = [_Line(first, not first_mark)]
    if second:
        lines.append(_Line(second, not second_mark.endswith("!")))
    return lines


def input_level(port: SerialBase, line: InputLine) -> bool:
    """Whether the input is on; one with `!` is on where its line is off."""
    name = line.removeprefix("!")
    level: bool = getattr(port, "cd" if name == "dcd" else name)
    return level is not line.startswith("!")


def still_there(port: SerialBase) -> None:
    """Raises OSError where the device or server is gone: the lines alone would repeat what they were."""
    port.read(_STALE_BYTES)
