"""The bytes to and from a USB sound chip; the chip is a fake on a pseudo-terminal."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import ValidationError

from drivers.radio.cm108 import Cm108, Cm108Settings
from radiobridge.errors import DeviceLost
from tests.drivers.radio.fake_sysfs import plugged_in
from tests.drivers.radio.line_rigs import Cm108Rig
from tests.drivers.radio.rig import wait_until


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cm108Rig]:
    with ExitStack() as stack:
        yield Cm108Rig(tmp_path, stack, monkeypatch)


@pytest.mark.parametrize(
    ("options", "off", "on"),
    [
        # Source of the first: Dire Wolf cm108.c.
        ({}, "0000000400", "0000040400"),
        ({"gpio": 1}, "0000000100", "0000010100"),
        ({"gpio": 4}, "0000000800", "0000080800"),
        ({"gpio": 8}, "0000008000", "0000808000"),
        ({"inverted": True}, "0000040400", "0000000400"),
    ],
)
def test_ptt_is_a_report_of_five_bytes(rig: Cm108Rig, options: dict[str, object], off: str, on: str) -> None:
    driver = rig.opened(**options)
    driver.set_ptt(True)
    driver.close()
    assert [report.hex() for report in rig.chip.reports()] == [off, on, off]


@pytest.mark.parametrize(
    ("carrier", "buttons", "pins"),
    [
        ("vol_up", 0x01, 0),
        ("vol_down", 0x02, 0),
        ("mute_play", 0x04, 0),
        ("mute_rec", 0x08, 0),
        ("gpio1", 0, 0x01),
        ("gpio4", 0, 0x08),
        ("gpio8", 0, 0x80),
    ],
)
def test_the_carrier_is_the_bit_that_the_setting_names(
    rig: Cm108Rig, carrier: str, buttons: int, pins: int
) -> None:
    driver = rig.opened(carrier=carrier)
    for on in (True, False, True):
        rig.chip.report(buttons if on else 0, pins if on else 0)
        wait_until(lambda on=on: driver.carrier() is on)  # type: ignore[misc]
    rig.chip.report(0xFF & ~buttons, 0xFF & ~pins)
    wait_until(lambda: driver.carrier() is False)


def test_an_inverted_carrier_is_there_while_the_bit_is_not(rig: Cm108Rig) -> None:
    driver = rig.opened(carrier_inverted=True)
    rig.chip.report(0)
    wait_until(lambda: driver.carrier() is True)
    rig.chip.report(0x02)
    wait_until(lambda: driver.carrier() is False)


def test_of_several_reports_that_wait_the_last_counts(rig: Cm108Rig) -> None:
    driver = rig.opened()
    for buttons in (0x02, 0, 0x02, 0, 0x02):
        rig.chip.report(buttons)
    rig.chip.report(0, 0xAA)
    rig.chip.report(0x02, 0x55)
    wait_until(lambda: driver.carrier() is True)


def test_the_carrier_is_unknown_until_a_chip_that_does_not_answer_tells_of_one(rig: Cm108Rig) -> None:
    assert rig.opened().carrier() is None


def test_a_chip_that_answers_says_at_once_whether_there_is_a_carrier(
    rig: Cm108Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answered(descriptor: int, request: int, answer: bytearray) -> None:
        assert (request, len(answer)) == (0xC005480A, 5)
        answer[:] = b"\x00\x02\x00\x00\x00"

    monkeypatch.setattr("drivers.radio.cm108.fcntl.ioctl", answered)
    assert rig.opened().carrier() is True


@pytest.mark.parametrize("carrier", [None, ""])
def test_without_a_wire_there_is_no_carrier_to_tell_of(rig: Cm108Rig, carrier: str | None) -> None:
    driver = rig.opened(carrier=carrier)
    rig.chip.report(0xFF, 0xFF)
    assert driver.carrier() is None


def test_a_device_that_refuses_the_report_is_taken_for_no_sound_chip(
    rig: Cm108Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    driver = rig.made()
    with monkeypatch.context() as patch:
        patch.setattr("drivers.radio.cm108.os.write", refused)
        with pytest.raises(DeviceLost, match="is it a sound chip"):
            driver.open()


def test_a_forbidden_device_is_answered_with_the_udev_rules(
    rig: Cm108Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("drivers.radio.cm108.os.open", forbidden)
        with pytest.raises(DeviceLost, match="install the udev rules"):
            rig.opened()


def test_the_chip_of_a_sound_card_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(tmp_path, "1-2", ids=("0d8c", "000c"), product="Fob", card=(1, "Yard"), hidraw=99)
    monkeypatch.setattr(Cm108, "sysfs", tmp_path)
    with pytest.raises(DeviceLost, match="/dev/hidraw99 is not there"):
        Cm108(Cm108Settings(device="yard")).open()


def test_one_pin_does_not_do_for_both() -> None:
    with pytest.raises(ValidationError, match="another pin"):
        Cm108Settings(gpio=4, carrier="gpio4")


@pytest.mark.parametrize("gpio", [0, 9])
def test_a_pin_that_no_chip_has_is_refused(gpio: int) -> None:
    with pytest.raises(ValidationError, match="gpio"):
        Cm108Settings(gpio=gpio)


def test_a_pin_that_the_chip_does_not_have_is_refused(
    rig: Cm108Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cm108, "sysfs", tmp_path / "sys")
    node = Path(rig.chip.path).name
    plugged_in(tmp_path / "sys", "1-2", ids=("0c76", "1605"), product="USB PnP Audio", hidraw=3)
    (tmp_path / "sys/class/hidraw/hidraw3").rename(tmp_path / "sys/class/hidraw" / node)
    with pytest.raises(DeviceLost, match="two pins: gpio = 3 is not there; set gpio to 1 or 2"):
        rig.opened()
    rig.opened(gpio=2)
