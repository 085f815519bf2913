"""PTT and carrier on pins of a GPIO chip, as on the header of a Raspberry Pi, through libgpiod 2."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar, Literal

from pydantic import model_validator

from drivers.radio.gpio_chip import ChipLines, ChipSettings, Pin, pull
from radiobridge.errors import DeviceLost
from radiobridge.ports import DriverSettings, Radio


class GpioSettings(ChipSettings):
    """Which pins, and what their levels mean."""

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


class Gpio(Radio):
    """Two pins of one chip.

    The kernel does not promise what a pin does when the process dies; on a Raspberry Pi it stays as it
    was. So `radiobridge ptt-off` has to release it.
    """

    Settings: ClassVar[type[DriverSettings]] = GpioSettings
    settings: GpioSettings

    def __init__(self, settings: GpioSettings) -> None:
        super().__init__(settings)
        self._lines = ChipLines(settings.path, self.name)

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
        self._lines.open(self._config)

    def _config(self, gpiod: Any, line: Any) -> dict[Pin, Any]:
        config = {
            self.settings.line: gpiod.LineSettings(
                direction=line.Direction.OUTPUT,
                active_low=self.settings.inverted,
                output_value=line.Value.INACTIVE,
            )
        }
        if self.settings.carrier is not None:
            config[self.settings.carrier] = gpiod.LineSettings(
                direction=line.Direction.INPUT,
                active_low=self.settings.carrier_inverted,
                bias=pull(line, self.settings.carrier_pull),
            )
        return config

    def close(self) -> None:
        """PTT is released, as far as the chip is still there, and the pins are free."""
        if self._lines.is_open:
            with suppress(DeviceLost):
                self.set_ptt(False)
        self._lines.close()

    def set_ptt(self, on: bool) -> None:
        """The pin is active, or not."""
        self._lines.set(self.settings.line, active=on)

    def carrier(self) -> bool | None:
        """What the other pin says; None where none is wired."""
        wired = self.settings.carrier
        # Where none is wired the other pin is read all the same: it tells whether the chip is there.
        is_active = self._lines.is_active(self.settings.line if wired is None else wired)
        return None if wired is None else is_active
