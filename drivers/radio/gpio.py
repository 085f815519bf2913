"""PTT and carrier on pins of a GPIO chip, as on the header of a Raspberry Pi, through libgpiod 2."""

from __future__ import annotations

import importlib
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.ports import DriverSettings, Radio

Pin = Annotated[int, Field(ge=0)] | str
"""A line's number on its chip, or its name, such as GPIO17."""


class GpioSettings(DriverSettings):
    """Which pins, and what their levels mean."""

    chip: str = "gpiochip0"
    """The chip, as `gpiodetect` lists it: a name below /dev, or a path."""
    line: Pin
    """The pin that keys the radio: its number on the chip (not the header's), or its name."""
    inverted: bool = False
    """True where a low pin keys the radio. Cures a radio that is keyed all the time."""
    carrier: Pin | None = None
    """The pin that tells of a carrier. Unset: none is wired."""
    carrier_inverted: bool = False
    """True where that pin is low while the radio receives, as with an open collector."""
    carrier_pull: Literal["up", "down"] | None = None
    """The chip's own resistor at that pin. Cures a carrier that comes and goes by chance."""

    @model_validator(mode="after")
    def _are_two_pins(self) -> GpioSettings:
        if self.carrier is not None and self.carrier == self.line:
            raise ValueError(f"line and carrier are both {self.line}: PTT and carrier need a pin each")
        return self

    @property
    def path(self) -> Path:
        """The chip's device."""
        return Path("/dev") / self.chip


class Gpio(Radio):
    """Two pins of one chip.

    The kernel does not promise what a pin does when the process dies; on a Raspberry Pi it stays as it
    was. So `radiobridge ptt-off` has to release it.
    """

    Settings: ClassVar[type[DriverSettings]] = GpioSettings
    settings: GpioSettings

    def __init__(self, settings: GpioSettings) -> None:
        super().__init__(settings)
        self._request: Any = None
        self._value: Any = None

    @property
    def name(self) -> str:
        """The chip and its pin."""
        return f"{self.settings.path} line {self.settings.line}"

    def open(self) -> None:
        """The pins are this program's, and PTT is off.

        Raises:
            MissingPart: gpiod is not installed.
            DeviceLost: no such chip or pin, not allowed, or another program has the pin.
        """
        self.close()
        gpiod, line = gpiod_modules()
        self._value = line.Value
        self._request = request_lines(self.settings.path, self.name, self._config(gpiod, line))

    def _config(self, gpiod: Any, line: Any) -> dict[Pin, Any]:
        config = {
            self.settings.line: gpiod.LineSettings(
                direction=line.Direction.OUTPUT,
                active_low=self.settings.inverted,
                output_value=line.Value.INACTIVE,
            )
        }
        if self.settings.carrier is not None:
            pulls = {"up": line.Bias.PULL_UP, "down": line.Bias.PULL_DOWN, None: line.Bias.AS_IS}
            config[self.settings.carrier] = gpiod.LineSettings(
                direction=line.Direction.INPUT,
                active_low=self.settings.carrier_inverted,
                bias=pulls[self.settings.carrier_pull],
            )
        return config

    def close(self) -> None:
        """PTT is released, as far as the chip is still there, and the pins are free."""
        request, self._request = self._request, None
        if request is None:
            return
        with suppress(OSError):
            request.set_value(self.settings.line, self._value.INACTIVE)
        with suppress(OSError):
            request.release()

    def set_ptt(self, on: bool) -> None:
        """The pin is active, or not."""
        request = self._opened()
        try:
            request.set_value(self.settings.line, self._value.ACTIVE if on else self._value.INACTIVE)
        except OSError as error:
            raise DeviceLost(f"{self.name} died: {error}") from error

    def carrier(self) -> bool | None:
        """What the other pin says; None where none is wired."""
        request = self._opened()
        wired = self.settings.carrier is not None
        try:
            # Where none is wired the other pin is read all the same: it tells whether the chip is there.
            value = request.get_value(self.settings.carrier if wired else self.settings.line)
        except OSError as error:
            raise DeviceLost(f"{self.name} died: {error}") from error
        return bool(value == self._value.ACTIVE) if wired else None

    def _opened(self) -> Any:
        if self._request is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._request


def gpiod_modules() -> tuple[Any, Any]:
    """`gpiod` and `gpiod.line`. Raises MissingPart: it is not installed, or older than 2."""
    extra = "install the extra gpio (pip install 'radiobridge[gpio]')"
    try:
        gpiod, line = importlib.import_module("gpiod"), importlib.import_module("gpiod.line")
    except ImportError as error:
        raise MissingPart(f"gpiod 2 does not load: {error}; {extra}") from error
    if not hasattr(gpiod, "request_lines"):
        raise MissingPart(f"gpiod is older than 2: {extra}")
    return gpiod, line


def request_lines(chip: Path, name: str, config: dict[Pin, Any]) -> Any:
    """The pins are this program's. Raises DeviceLost, which tells of them by `name`."""
    gpiod, _ = gpiod_modules()
    try:
        return gpiod.request_lines(str(chip), consumer="radiobridge", config=config)
    except (OSError, ValueError) as error:
        raise DeviceLost(f"{name} {_refusal(error)}") from error


def _refusal(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "is not there: `gpiodetect` lists the chips, `gpioinfo` their lines and names"
        case PermissionError():
            return "is not for this user: `sudo usermod -aG gpio radiobridge`, and start the daemon anew"
        case OSError() if error.strerror:
            return f"cannot be had: {error.strerror}; `gpioinfo` shows the lines, and which programs use them"
    return f"cannot be had: {error}; `gpioinfo` shows the lines, and which programs use them"
