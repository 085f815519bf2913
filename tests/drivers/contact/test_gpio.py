"""A contact at a pin of a GPIO chip; gpiod and its chip are a fake."""

from __future__ import annotations

import sys

import pytest

from drivers.contact.gpio import GpioPin, GpioPinSettings
from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.events import ContactState
from tests.drivers.radio.fake_gpiod import Bias, FakeChip


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> FakeChip:
    chip = FakeChip("/dev/gpiochip0")
    for name, module in chip.modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    return chip


def pin(**more: object) -> GpioPin:
    return GpioPin(GpioPinSettings.model_validate({"line": 17} | more))


def test_a_contact_that_pulls_its_pin_to_ground_is_pressed_while_it_is_low(chip: FakeChip) -> None:
    chip.high[17] = True
    with pin() as driver:
        assert driver.read() is ContactState.RESTING
        chip.high[17] = False
        assert driver.read() is ContactState.PRESSED
        assert chip.biases == {17: Bias.PULL_UP}
    assert not chip.taken


def test_a_contact_to_the_supply_is_pressed_while_its_pin_is_high(chip: FakeChip) -> None:
    with pin(inverted=False, pull="down") as driver:
        assert driver.read() is ContactState.RESTING
        chip.high[17] = True
        assert driver.read() is ContactState.PRESSED


def test_a_chip_that_goes_or_is_not_there_is_lost(chip: FakeChip) -> None:
    driver = pin()
    with pytest.raises(DeviceLost, match="is not open"):
        driver.read()
    driver.open()
    chip.there = False
    with pytest.raises(DeviceLost, match="/dev/gpiochip0 line 17 died"):
        driver.read()
    driver.close()
    with pytest.raises(DeviceLost, match="gpiodetect"):
        driver.open()


def test_without_gpiod_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiod", None)
    with pytest.raises(MissingPart, match=r"radiobridge\[gpio\]"):
        pin().open()
