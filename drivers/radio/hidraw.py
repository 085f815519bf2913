"""Which /dev/hidrawN belongs to which USB sound card: the two numbers have no relation, the USB device has.

Everything is read from sysfs, so nothing is opened to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import DeviceLost
from radiobridge.near import did_you_mean

_SSS = 0x0C76
_PINS, _SSS_PINS = 8, 2

SOUND_CHIPS = frozenset(
    # CM108, CM109 and CM119; CM108B, CM119B, CM108AH twice, CM119A.
    {(0x0D8C, product) for product in (*range(0x0008, 0x0010), 0x0012, 0x0013, 0x0139, 0x013C, 0x013A)}
    # The SSS162x have two pins only.
    | {(_SSS, product) for product in (0x1605, 0x1607, 0x160B)}
    # The all-in-one cable (AIOC).
    | {(0x1209, 0x7388)}
)
"""USB vendor and product of the chips whose pins can be set. Source: Dire Wolf cm108.c; AIOC README."""


@dataclass(frozen=True, slots=True)
class _Hid:
    node: str
    """Such as hidraw3."""
    usb: Path
    """Its USB device in sysfs."""

    @property
    def is_sound_chip(self) -> bool:
        return (_hex(self.usb / "idVendor"), _hex(self.usb / "idProduct")) in SOUND_CHIPS

    def __str__(self) -> str:
        vendor, product = _text(self.usb / "idVendor"), _text(self.usb / "idProduct")
        return f"/dev/{self.node} ({_text(self.usb / 'product') or 'without a name'}, {vendor}:{product})"


def find_hidraw(device: str, sysfs: Path = Path("/sys")) -> str:
    """The path of the chip that `device` names: "auto", a path, or a sound card's number, ALSA id or name.

    Raises:
        DeviceLost: there is none, or more than one; the message lists what there is.
    """
    if "/" in device:
        return device
    hids = _usb_hids(sysfs)
    if device == "auto":
        fitting = [hid for hid in hids if hid.is_sound_chip]
        wanted = "a sound chip that can key a radio (CM108 and its like)"
    else:
        card = _card(device, sysfs)
        fitting = [hid for hid in hids if hid.usb == card]
        wanted = f"the sound card {device}"
    if len(fitting) == 1:
        return f"/dev/{fitting[0].node}"
    if fitting:
        raise DeviceLost(
            f"{wanted} is there more than once: {', '.join(map(str, fitting))}; set device to the "
            "sound card's name, or to one of these paths"
        )
    there = ", ".join(map(str, hids)) or "none"
    raise DeviceLost(f"{wanted} has no HID device here; the USB HID devices that there are: {there}")


def pins_of(path: str, sysfs: Path = Path("/sys")) -> int:
    """How many pins the chip at `path` has at the most."""
    usb = _usb_device(sysfs / "class/hidraw" / Path(path).resolve().name)
    return _SSS_PINS if usb and _hex(usb / "idVendor") == _SSS else _PINS


def _usb_hids(sysfs: Path) -> list[_Hid]:
    links = sorted(sysfs.glob("class/hidraw/hidraw*"), key=lambda link: (len(link.name), link.name))
    return [_Hid(link.name, usb) for link in links if (usb := _usb_device(link))]


def _card(name: str, sysfs: Path) -> Path:
    """The USB device of the one sound card that has this number, ALSA id, or part of a product name."""
    cards: dict[str, tuple[set[str], Path]] = {}
    for link in sorted(sysfs.glob("class/sound/card[0-9]*")):
        if usb := _usb_device(link):
            product = _text(usb / "product")
            exact = {link.name, link.name.removeprefix("card"), _text(link / "id").lower(), product.lower()}
            cards[f"{_text(link / 'id')} ({product})"] = (exact, usb)
    wanted = name.lower()
    fitting = [usb for exact, usb in cards.values() if wanted in exact]
    if not fitting:
        fitting = [usb for exact, usb in cards.values() if any(wanted in word for word in exact)]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(cards) or "none"
    if fitting:
        raise DeviceLost(f"device = {name!r} fits several sound cards: give more of one's name; of {there}")
    raise DeviceLost(f"no USB sound card is called {name!r}; there are: {there}{did_you_mean(name, cards)}")


def _usb_device(link: Path) -> Path | None:
    """The USB device above this one, which holds all interfaces of one plug."""
    at = link.resolve()
    return next((parent for parent in at.parents if (parent / "idVendor").is_file()), None)


def _hex(file: Path) -> int | None:
    text = _text(file)
    try:
        return int(text, 16)
    except ValueError:
        return None


def _text(file: Path) -> str:
    """What the file says; empty where the device went away under us."""
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""
