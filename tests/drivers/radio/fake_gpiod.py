"""A fake of the package gpiod, version 2: one chip with 54 lines, of which only what is used here."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any


class Value(Enum):
    INACTIVE = 0
    ACTIVE = 1


class Direction(Enum):
    INPUT = 1
    OUTPUT = 2


class Bias(Enum):
    AS_IS = 1
    PULL_UP = 4
    PULL_DOWN = 5


@dataclass
class LineSettings:
    direction: Direction
    active_low: bool = False
    bias: Bias = Bias.AS_IS
    output_value: Value = Value.INACTIVE


@dataclass
class FakeChip:
    """Levels of its pins by number, True is high; `users` has who took which."""

    path: str
    there: bool = True
    high: dict[int | str, bool] = field(default_factory=dict)
    biases: dict[int | str, Bias] = field(default_factory=dict)
    taken: bool = False

    def request_lines(
        self, path: str, *, consumer: str, config: dict[int | str, LineSettings]
    ) -> FakeRequest:
        if path != self.path or not self.there:
            raise _error(errno.ENOENT)
        if self.taken:
            raise _error(errno.EBUSY)
        self.taken = True
        request = FakeRequest(self, config)
        for line, settings in config.items():
            self.biases[line] = settings.bias
            if settings.direction is Direction.OUTPUT:
                request.set_value(line, settings.output_value)
        return request

    def modules(self) -> dict[str, ModuleType]:
        """What `import gpiod` and `import gpiod.line` find."""
        line: Any = ModuleType("gpiod.line")
        line.Value, line.Direction, line.Bias = Value, Direction, Bias
        gpiod: Any = ModuleType("gpiod")
        gpiod.request_lines, gpiod.LineSettings, gpiod.line = self.request_lines, LineSettings, line
        return {"gpiod": gpiod, "gpiod.line": line}


class FakeRequest:
    """Lines that are held; it fails as the kernel does where the chip is gone."""

    def __init__(self, chip: FakeChip, config: dict[int | str, LineSettings]) -> None:
        self._chip = chip
        self._config = config

    def set_value(self, line: int | str, value: Value) -> None:
        self._check()
        self._chip.high[line] = (value is Value.ACTIVE) is not self._config[line].active_low

    def get_value(self, line: int | str) -> Value:
        self._check()
        high = self._chip.high.get(line, False)
        return Value.ACTIVE if high is not self._config[line].active_low else Value.INACTIVE

    def release(self) -> None:
        self._chip.taken = False

    def _check(self) -> None:
        if not self._chip.there:
            raise _error(errno.ENODEV)


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
