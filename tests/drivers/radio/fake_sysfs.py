"""A fake of /sys: USB devices with their sound card and HID device, as the kernel lays them out."""

from __future__ import annotations

from pathlib import Path


def plugged_in(
    sysfs: Path,
    usb: str,
    *,
    ids: tuple[str, str],
    product: str,
    card: tuple[int, str] | None = None,
    hidraw: int | None = None,
) -> None:
    """A device at the USB place `usb` (such as 1-2), its card's number and ALSA id, its hidraw's number."""
    device = sysfs / f"devices/pci0000:00/0000:00:14.0/usb1/{usb}"
    device.mkdir(parents=True)
    for name, text in zip(("idVendor", "idProduct", "product"), (*ids, product), strict=True):
        (device / name).write_text(f"{text}\n")
    if card is not None:
        number, alsa_id = card
        folder = device / f"{usb}:1.0/sound/card{number}"
        folder.mkdir(parents=True)
        (folder / "id").write_text(f"{alsa_id}\n")
        _link(sysfs / f"class/sound/card{number}", folder)
    if hidraw is not None:
        vendor, model = (text.upper() for text in ids)
        folder = device / f"{usb}:1.3/0003:{vendor}:{model}.0005/hidraw/hidraw{hidraw}"
        folder.mkdir(parents=True)
        _link(sysfs / f"class/hidraw/hidraw{hidraw}", folder)


def _link(link: Path, folder: Path) -> None:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(folder)
