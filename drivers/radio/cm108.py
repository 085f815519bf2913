"""PTT on a pin of a USB sound chip (CM108, CM119, SSS162x, AIOC), carrier on one of its buttons or pins.

The chip is a HID device. A report to it is 5 bytes: report number 0, 0, the levels of its pins, their
directions (1 = output), 0; the pin GPIOn is bit n-1. A report from it is 4 bytes, sent when something has
changed: the buttons, the levels of its pins, and two more.

Source: Dire Wolf cm108.c, SvxLink PttHidraw and SquelchHidraw, Hamlib cm108.c, which all agree.
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from drivers.radio.hidraw import find_hidraw, pins_of
from radiobridge.errors import DeviceLost
from radiobridge.ports import DriverSettings, Radio

_REPORT_BYTES = 4

_HIDIOCGINPUT_5 = 0xC005480A
"""Asks for the input report now: _IOC(read and write, 'H', 0x0A, 5 bytes), Linux 5.11 and newer; the answer
is the report's number and the report. Not every chip answers it. Source: Linux uapi/linux/hidraw.h."""

_BITS = {
    **{name: (0, 1 << bit) for bit, name in enumerate(("vol_up", "vol_down", "mute_play", "mute_rec"))},
    **{f"gpio{pin}": (1, 1 << (pin - 1)) for pin in range(1, 9)},
}
"""Which byte of the chip's report has what, and which bit of it."""

Input = Literal[
    "vol_up", "vol_down", "mute_play", "mute_rec",
    "gpio1", "gpio2", "gpio3", "gpio4", "gpio5", "gpio6", "gpio7", "gpio8",
]  # fmt: skip


class Cm108Settings(DriverSettings):
    """Which chip, and what its pins mean."""

    device: str = Field("auto", min_length=1)
    """`auto` where there is one such chip; else the sound card's number, ALSA id or name, or a path."""
    gpio: int = Field(3, ge=1, le=8)
    """The pin that keys the radio. Cures a radio that is never keyed: some cables use 4."""
    inverted: bool = False
    """True where a low pin keys the radio. Cures a radio that is keyed all the time."""
    carrier: Input | None = "vol_down"
    """The button or pin that tells of a carrier; "" where none is wired."""
    carrier_inverted: bool = False
    """True where that bit is 0 while the radio receives. A button's bit is 1 while its pin is low."""

    @model_validator(mode="before")
    @classmethod
    def _empty_is_none(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("carrier") == "":
            return values | {"carrier": None}
        return values

    @model_validator(mode="after")
    def _are_two_pins(self) -> Cm108Settings:
        if self.carrier == f"gpio{self.gpio}":
            raise ValueError(f"gpio = {self.gpio} keys the radio: the carrier needs another pin")
        return self


class Cm108(Radio):
    """The pins of one chip.

    They stay as they are when the process dies, so `radiobridge ptt-off` has to release PTT. The chip
    tells changes alone: where it does not answer when asked, the carrier is unknown until the first.
    """

    Settings: ClassVar[type[DriverSettings]] = Cm108Settings
    settings: Cm108Settings
    sysfs: ClassVar[Path] = Path("/sys")

    def __init__(self, settings: Cm108Settings) -> None:
        super().__init__(settings)
        self._descriptor: int | None = None
        self._carrier: bool | None = None
        self._path = ""

    @property
    def name(self) -> str:
        """The chip."""
        return f"the pins of {self._path or f'the sound chip {self.settings.device}'}"

    def open(self) -> None:
        """The chip is open, and PTT is off.

        Raises:
            DeviceLost: it is not there, not allowed, there is more than one, or it takes no report.
        """
        self.close()
        self._path = ""
        self._path = find_hidraw(self.settings.device, self.sysfs)
        if self.settings.gpio > pins_of(self._path, self.sysfs):
            raise DeviceLost(
                f"{self._path} is a chip with two pins: gpio = {self.settings.gpio} is not there; "
                "set gpio to 1 or 2"
            )
        try:
            # O_NOCTTY: a terminal that was given by mistake must not become the daemon's own.
            flags = os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
            self._descriptor = os.open(self._path, flags)
        except OSError as error:
            raise DeviceLost(f"{self._path} {_refusal(error)}") from error
        try:
            self.set_ptt(False)
            self._carrier = self._asked(self._descriptor)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """PTT is released, as far as the chip is still there, and the chip is free."""
        if self._descriptor is None:
            return
        with suppress(DeviceLost):
            self.set_ptt(False)
        descriptor, self._descriptor = self._descriptor, None
        with suppress(OSError):
            os.close(descriptor)

    def set_ptt(self, on: bool) -> None:
        """The pin is set, and is an output."""
        descriptor = self._opened()
        pin = 1 << (self.settings.gpio - 1)
        level = pin if on is not self.settings.inverted else 0
        try:
            os.write(descriptor, bytes((0, 0, level, pin, 0)))
        except OSError as error:
            raise self._death(error) from error

    def carrier(self) -> bool | None:
        """What the button or pin said last; None where none is wired, or it has said nothing yet."""
        descriptor = self._opened()
        try:
            while report := os.read(descriptor, _REPORT_BYTES):
                self._carrier = self._heard(report)
        except BlockingIOError:
            return self._carrier
        except OSError as error:
            raise self._death(error) from error
        raise DeviceLost(f"{self._path} died: it has ended; is it still plugged in?")

    def _asked(self, descriptor: int) -> bool | None:
        answer = bytearray(1 + _REPORT_BYTES)
        try:
            fcntl.ioctl(descriptor, _HIDIOCGINPUT_5, answer)
        except OSError:
            return None
        return self._heard(bytes(answer[1:]))

    def _heard(self, report: bytes) -> bool | None:
        if self.settings.carrier is None or len(report) < _REPORT_BYTES:
            return self._carrier
        byte, bit = _BITS[self.settings.carrier]
        return bool(report[byte] & bit) is not self.settings.carrier_inverted

    def _opened(self) -> int:
        if self._descriptor is None:
            raise DeviceLost(f"{self.name}: the device is not open")
        return self._descriptor

    def _death(self, error: OSError) -> DeviceLost:
        if error.errno == errno.EPIPE:
            return DeviceLost(f"{self._path} refuses the report of a CM108: is it a sound chip's device?")
        return DeviceLost(f"{self._path} died: {error.strerror}; is it still plugged in?")


def _refusal(error: OSError) -> str:
    match error:
        case FileNotFoundError():
            return "is not there: is the cable plugged in? `ls -l /dev/hidraw*` lists the devices"
        case PermissionError():
            return (
                "is not for this user: install the udev rules (systemd/99-radiobridge.rules, see "
                "docs/install.md, section 7), unplug it and plug it in again"
            )
    return f"does not open: {error.strerror}"
