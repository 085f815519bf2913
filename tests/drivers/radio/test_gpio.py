"""Pins of a GPIO chip; gpiod and its chip are a fake."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import ValidationError

from drivers.radio.gpio import Gpio, GpioSettings
from radiobridge.errors import DeviceLost, MissingPart
from tests.drivers.radio.fake_gpiod import Bias
from tests.drivers.radio.line_rigs import GpioRig


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GpioRig]:
    with ExitStack() as stack:
        yield GpioRig(tmp_path, stack, monkeypatch)


def test_an_inverted_pin_is_low_while_transmitting(rig: GpioRig) -> None:
    driver = rig.opened(inverted=True)
    assert rig.chip.high[17] is True
    driver.set_ptt(True)
    assert rig.chip.high[17] is False
    driver.close()
    assert rig.chip.high[17] is True


def test_an_inverted_carrier_is_there_while_its_pin_is_low(rig: GpioRig) -> None:
    driver = rig.opened(carrier_inverted=True, carrier_pull="up")
    assert driver.carrier() is True
    rig.chip.high[27] = True
    assert driver.carrier() is False
    assert rig.chip.biases == {17: Bias.AS_IS, 27: Bias.PULL_UP}


def test_pins_may_be_named(rig: GpioRig) -> None:
    driver = rig.opened(line="GPIO17", carrier=None)
    driver.set_ptt(True)
    assert rig.chip.high["GPIO17"] is True
    assert driver.carrier() is None


def test_a_chip_may_be_a_path(rig: GpioRig) -> None:
    rig.opened(chip="/dev/gpiochip4")


def test_a_chip_that_goes_is_noticed_without_a_carrier_pin(rig: GpioRig) -> None:
    driver = rig.opened(carrier=None)
    rig.unplug()
    with pytest.raises(DeviceLost, match="died"):
        driver.carrier()


def test_a_pin_that_another_program_has_is_refused(rig: GpioRig) -> None:
    rig.chip.taken = True
    with pytest.raises(DeviceLost, match="busy; `gpioinfo`"):
        rig.opened()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "usermod -aG gpio"),
        (OSError(errno.EINVAL, "Invalid argument"), "Invalid argument"),
        (ValueError("line offset 99 out of range"), "out of range"),
    ],
)
def test_what_the_kernel_refuses_is_explained(rig: GpioRig, error: Exception, word: str) -> None:
    def refused(*_: object, **__: object) -> None:
        raise error

    rig.monkeypatch.setattr(sys.modules["gpiod"], "request_lines", refused)
    with pytest.raises(DeviceLost, match=word):
        rig.opened()


def test_a_missing_library_is_named_with_what_to_install(rig: GpioRig) -> None:
    rig.monkeypatch.setitem(sys.modules, "gpiod", None)
    with pytest.raises(MissingPart, match=r"radiobridge\[gpio\]"):
        rig.opened()


def test_version_1_of_the_library_is_refused(rig: GpioRig) -> None:
    rig.monkeypatch.setitem(sys.modules, "gpiod", ModuleType("gpiod"))
    with pytest.raises(MissingPart, match="older than 2"):
        rig.opened()


@pytest.mark.parametrize("line", [-1, None])
def test_a_pin_that_cannot_be_is_refused(line: int | None) -> None:
    with pytest.raises(ValidationError, match="line"):
        GpioSettings.model_validate({"line": line})


def test_one_pin_does_not_do_for_both() -> None:
    with pytest.raises(ValidationError, match="a pin each"):
        GpioSettings(line=4, carrier=4)


def test_a_dead_process_does_not_release_it() -> None:
    assert not Gpio.releases_by_itself
