"""Pins of a GPIO chip that are this program's, through libgpiod 2."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.ports import DriverSettings

Pin = Annotated[int, Field(ge=0)] | str
"""A line's number on its chip, or its name, such as GPIO17."""


class ChipSettings(DriverSettings):
    """Which chip."""

    chip: str = "gpiochip0"
    """The chip, as `gpiodetect` lists it: a name below /dev, or a path."""

    @property
    def path(self) -> Path:
        """The chip's device."""
        return Path("/dev") / self.chip


class ChipLines:
    """Some pins of one chip; `name` tells of them in errors."""

    def __init__(self, chip: Path, name: str) -> None:
        self._chip = chip
        self._name = name
        self._request: Any = None
        self._value: Any = None

    def open(self, config: Callable[[Any, Any], dict[Pin, Any]]) -> None:
        """The pins are this program's; `config` makes their settings of `gpiod` and `gpiod.line`.

        Raises:
            MissingPart: gpiod is not installed, or older than 2.
            DeviceLost: no such chip or pin, not allowed, or another program has the pin.
        """
        gpiod, line = _modules()
        self._value = line.Value
        try:
            self._request = gpiod.request_lines(
                str(self._chip), consumer="radiobridge", config=config(gpiod, line)
            )
        except (OSError, ValueError) as error:
            raise DeviceLost(f"{self._name} {_refusal(error)}") from error

    @property
    def is_open(self) -> bool:
        """The pins are this program's."""
        return self._request is not None

    def close(self) -> None:
        """The pins are free, as far as the chip is still there."""
        request, self._request = self._request, None
        if request is not None:
            with suppress(OSError):
                request.release()

    def set(self, pin: Pin, *, active: bool) -> None:
        """The pin is active, or not. Raises DeviceLost."""
        request = self._opened()
        try:
            request.set_value(pin, self._value.ACTIVE if active else self._value.INACTIVE)
        except OSError as error:
            raise DeviceLost(f"{self._name} died: {error}") from error

    def is_active(self, pin: Pin) -> bool:
        """What the pin says. Raises DeviceLost."""
        request = self._opened()
        try:
            return bool(request.get_value(pin) == self._value.ACTIVE)
        except OSError as error:
            raise DeviceLost(f"{self._name} died: {error}") from error

    def _opened(self) -> Any:
        if self._request is None:
            raise DeviceLost(f"{self._name} is not open")
        return self._request


def _modules() -> tuple[Any, Any]:
    extra = "install the extra gpio (pip install 'radiobridge[gpio]')"
    try:
        gpiod, line = importlib.import_module("gpiod"), importlib.import_module("gpiod.line")
    except ImportError as error:
        raise MissingPart(f"gpiod 2 does not load: {error}; {extra}") from error
    if not hasattr(gpiod, "request_lines"):
        raise MissingPart(f"gpiod is older than 2: {extra}")
    return gpiod, line


def pull(line: Any, resistor: str | None) -> Any:
    """Gpiod's word for the chip's own resistor at a pin: `up`, `down` or none; `line`: `gpiod.line`."""
    return {"up": line.Bias.PULL_UP, "down": line.Bias.PULL_DOWN, None: line.Bias.AS_IS}[resistor]


def _refusal(error: Exception) -> str:
    match error:
        case FileNotFoundError():
            return "is not there: `gpiodetect` lists the chips, `gpioinfo` their lines and names"
        case PermissionError():
            return "is not for this user: `sudo usermod -aG gpio radiobridge`, and start the daemon anew"
        case OSError() if error.strerror:
            return f"cannot be had: {error.strerror}; `gpioinfo` shows the lines, and which programs use them"
    return f"cannot be had: {error}; `gpioinfo` shows the lines, and which programs use them"
