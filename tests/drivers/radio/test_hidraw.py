"""A sound chip is found by the USB device that it shares with its card; the machine is a fake one."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.radio.hidraw import SOUND_CHIPS, find_hidraw
from radiobridge.errors import DeviceLost
from tests.drivers.radio.fake_sysfs import plugged_in

_CM108 = ("0d8c", "013c")
_AIOC = ("1209", "7388")


def _keyboard(sysfs: Path) -> None:
    plugged_in(sysfs, "1-1", ids=("046d", "c31c"), product="Keyboard", hidraw=0)


def _cm108(sysfs: Path) -> None:
    plugged_in(sysfs, "1-2", ids=_CM108, product="USB PnP Sound Device", card=(1, "Device"), hidraw=4)


def _aioc(sysfs: Path) -> None:
    plugged_in(sysfs, "1-3.4", ids=_AIOC, product="All-In-One-Cable", card=(2, "AllInOneCable"), hidraw=3)


def _refused(device: str, sysfs: Path) -> str:
    with pytest.raises(DeviceLost) as refusal:
        find_hidraw(device, sysfs)
    return str(refusal.value)


def test_the_only_chip_is_found_by_itself(tmp_path: Path) -> None:
    _keyboard(tmp_path)
    _cm108(tmp_path)
    assert find_hidraw("auto", tmp_path) == "/dev/hidraw4"


@pytest.mark.parametrize(
    ("device", "path"),
    [
        ("1", "/dev/hidraw4"),
        ("card1", "/dev/hidraw4"),
        ("Device", "/dev/hidraw4"),
        ("pnp sound", "/dev/hidraw4"),
        ("2", "/dev/hidraw3"),
        ("AllInOneCable", "/dev/hidraw3"),
        ("all-in-one", "/dev/hidraw3"),
    ],
)
def test_of_several_the_sound_card_says_which(tmp_path: Path, device: str, path: str) -> None:
    _keyboard(tmp_path)
    _cm108(tmp_path)
    _aioc(tmp_path)
    assert find_hidraw(device, tmp_path) == path


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    assert find_hidraw("/dev/radio-hid", tmp_path) == "/dev/radio-hid"


def test_several_chips_are_listed(tmp_path: Path) -> None:
    _cm108(tmp_path)
    _aioc(tmp_path)
    refusal = _refused("auto", tmp_path)
    assert "more than once" in refusal
    assert "/dev/hidraw3 (All-In-One-Cable, 1209:7388)" in refusal
    assert "/dev/hidraw4 (USB PnP Sound Device, 0d8c:013c)" in refusal


def test_without_a_chip_what_there_is_is_listed(tmp_path: Path) -> None:
    assert "there are: none" in _refused("auto", tmp_path)
    _keyboard(tmp_path)
    assert "/dev/hidraw0 (Keyboard, 046d:c31c)" in _refused("auto", tmp_path)


def test_a_card_without_a_hid_device_is_named(tmp_path: Path) -> None:
    _cm108(tmp_path)
    plugged_in(tmp_path, "1-5", ids=("0d8c", "0014"), product="HS100", card=(3, "HS100"))
    refusal = _refused("HS100", tmp_path)
    assert "the sound card HS100 has no HID device" in refusal


def test_an_unknown_card_is_told_those_there_are(tmp_path: Path) -> None:
    _cm108(tmp_path)
    assert "there are: Device (USB PnP Sound Device)" in _refused("yard", tmp_path)


def test_a_name_that_fits_two_cards_is_refused(tmp_path: Path) -> None:
    _cm108(tmp_path)
    plugged_in(tmp_path, "1-6", ids=_CM108, product="USB PnP Sound Device", card=(4, "Device_1"), hidraw=5)
    assert "fits several sound cards" in _refused("PnP", tmp_path)
    assert find_hidraw("Device", tmp_path) == "/dev/hidraw4"
    assert find_hidraw("device_1", tmp_path) == "/dev/hidraw5"


def test_what_is_no_usb_device_is_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "devices/pci0000:00/sound/card0"
    folder.mkdir(parents=True)
    (tmp_path / "class/sound").mkdir(parents=True)
    (tmp_path / "class/sound/card0").symlink_to(folder)
    assert "there are: none" in _refused("0", tmp_path)


@pytest.mark.parametrize("ids", sorted(SOUND_CHIPS))
def test_every_known_chip_is_found(tmp_path: Path, ids: tuple[int, int]) -> None:
    texts = (f"{ids[0]:04x}", f"{ids[1]:04x}")
    plugged_in(tmp_path, "1-2", ids=texts, product="Chip", card=(1, "Chip"), hidraw=11)
    assert find_hidraw("auto", tmp_path) == "/dev/hidraw11"
