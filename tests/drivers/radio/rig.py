"""A radio driver's surroundings: a far side that is keyed, hears a carrier, falls silent or is gone."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from radiobridge.ports import Radio, load_radio

PATIENCE_S = 10.0
"""What a busy machine may take."""

HASTE_S = 0.3
"""What a call may take in all, in place of the driver's own time, where the answer never comes."""

PYSERIAL_WARNINGS = "ignore:set(Daemon|Name).. is deprecated:DeprecationWarning"
"""pyserial 3.5 names the threads of its network ports in a way that Python has deprecated."""


class RadioRig(ABC):
    """One driver's surroundings, taken down by `stack`; the far side of it is a fake, and named so."""

    driver: ClassVar[str]
    transmits: ClassVar[bool] = True
    """False for a driver that has nothing to key."""
    shows_ptt: ClassVar[bool] = True
    """False where the far side cannot be seen to be keyed, as with VOX."""
    has_device: ClassVar[bool] = True
    """False for a driver that has nothing which could be missing or unplugged."""
    talks: ClassVar[bool] = False
    """Whether it asks and expects answers: then `silent`, `garbage` and `slow` mean something."""

    def __init__(self, folder: Path, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.stack = stack
        self.monkeypatch = monkeypatch
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """The device is there, its transmitter on: whatever was before has left it so."""

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Settings with which the driver opens."""

    def missing(self) -> tuple[Radio, str]:
        """A driver whose device is not there, and a word that its error must hold."""
        raise NotImplementedError

    def is_keyed(self) -> bool:
        """Whether the far side transmits."""
        raise NotImplementedError

    def set_carrier(self, on: bool) -> bool:
        """The far side receives a carrier, or no longer; False where this driver knows of none."""
        return False

    def unplug(self) -> None:
        """The device is gone, in the middle of anything."""
        raise NotImplementedError

    def plug_in(self) -> None:
        """The device is back under the same name."""
        raise NotImplementedError

    def silent(self) -> None:
        """The far side answers no more; no call waits for longer than `HASTE_S` any more."""
        raise NotImplementedError

    def garbage(self) -> None:
        """The far side answers with what is no answer; waiting is as short."""
        raise NotImplementedError

    def slow(self) -> None:
        """The far side answers one byte at a time."""
        raise NotImplementedError

    def made(self, **options: Any) -> Radio:
        """The driver, not yet opened; closed at the end."""
        kind = load_radio(self.driver)
        made = kind(kind.Settings(**(self.options() | options)))
        self.stack.callback(made.close)
        return made

    def opened(self, **options: Any) -> Radio:
        """The driver, open."""
        made = self.made(**options)
        made.open()
        return made


def quick_rfc2217(monkeypatch: pytest.MonkeyPatch) -> None:
    """pyserial's client does not sleep 50 ms for each line and 300 ms after closing; its time-outs stay."""
    quick = SimpleNamespace(sleep=lambda seconds: time.sleep(min(seconds, 0.001)))
    monkeypatch.setattr("serial.rfc2217.time", quick)


def wait_until(condition: Callable[[], bool]) -> None:
    """The condition holds; fails when it does not in a time that no busy machine needs."""
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it did not come about"
        time.sleep(0.002)
