"""A contact at a pin of a GPIO chip, as on the header of a Raspberry Pi, through libgpiod 2."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from drivers.radio.gpio_chip import ChipLines, ChipSettings, Pin, pull
from radiobridge.events import ContactState
from radiobridge.ports import ContactInput, DriverSettings


class GpioPinSettings(ChipSettings):
    """Which pin, and what its level means."""

    line: Pin
    """The pin: its number on the chip (not the header's), or its name, such as GPIO17."""
    inverted: bool = True
    """True where the pin is low while the contact is closed: it pulls the pin to ground."""
    pull: Literal["up", "down"] | None = "up"
    """The chip's own resistor at the pin; unset: there is one on the board."""


class GpioPin(ContactInput):
    """One pin."""

    Settings: ClassVar[type[DriverSettings]] = GpioPinSettings
    settings: GpioPinSettings

    def __init__(self, settings: GpioPinSettings) -> None:
        super().__init__(settings)
        self._lines = ChipLines(settings.path, self.name)

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
        self._lines.open(self._config)

    def _config(self, gpiod: Any, line: Any) -> dict[Pin, Any]:
        return {
            self.settings.line: gpiod.LineSettings(
                direction=line.Direction.INPUT,
                active_low=self.settings.inverted,
                bias=pull(line, self.settings.pull),
            )
        }

    def close(self) -> None:
        """The pin is free."""
        self._lines.close()

    def read(self) -> ContactState:
        """How the pin is."""
        return ContactState.PRESSED if self._lines.is_active(self.settings.line) else ContactState.RESTING
