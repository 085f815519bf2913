"""A contact at a pin of a GPIO chip, as on the header of a Raspberry Pi, through libgpiod 2."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar, Literal

from drivers.radio.gpio import Pin, gpiod_modules, request_lines
from radiobridge.errors import DeviceLost
from radiobridge.events import ContactState
from radiobridge.ports import ContactInput, DriverSettings


class GpioPinSettings(DriverSettings):
    """Which pin, and what its level means."""

    chip: str = "gpiochip0"
    """The chip, as `gpiodetect` lists it: a name below /dev, or a path."""
    line: Pin
    """The pin: its number on the chip (not the header's), or its name, such as GPIO17."""
    inverted: bool = True
    """True where the pin is low while the contact is closed: it pulls the pin to ground."""
    pull: Literal["up", "down"] | None = "up"
    """The chip's own resistor at the pin; unset: there is one on the board."""

    @property
    def path(self) -> Path:
        """The chip's device."""
        return Path("/dev") / self.chip


class GpioPin(ContactInput):
    """One pin."""

    Settings: ClassVar[type[DriverSettings]] = GpioPinSettings
    settings: GpioPinSettings

    def __init__(self, settings: GpioPinSettings) -> None:
        super().__init__(settings)
        self._request: Any = None
        self._value: Any = None

    @property
    def name(self) -> str:
        """The chip and its pin."""
        return f"{self.settings.path} line {self.settings.line}"

    def open(self) -> None:
        """The pin is this program's.

        Raises:
            MissingPart: gpiod is not installed.
            DeviceLost: no such chip or pin, not allowed, or another program has the pin.
        """
        self.close()
        gpiod, line = gpiod_modules()
        self._value = line.Value
        pulls = {"up": line.Bias.PULL_UP, "down": line.Bias.PULL_DOWN, None: line.Bias.AS_IS}
        config = {
            self.settings.line: gpiod.LineSettings(
                direction=line.Direction.INPUT,
                active_low=self.settings.inverted,
                bias=pulls[self.settings.pull],
            )
        }
        self._request = request_lines(self.settings.path, self.name, config)

    def close(self) -> None:
        """The pin is free."""
        request, self._request = self._request, None
        if request is not None:
            with suppress(OSError):
                request.release()

    def read(self) -> ContactState:
        """How the pin is."""
        if self._request is None:
            raise DeviceLost(f"{self.name} is not open")
        try:
            value = self._request.get_value(self.settings.line)
        except OSError as error:
            raise DeviceLost(f"{self.name} died: {error}") from error
        return ContactState.PRESSED if value == self._value.ACTIVE else ContactState.RESTING
