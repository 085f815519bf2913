"""The surroundings of the drivers that work lines. None of the far sides is real: see each fake."""

from __future__ import annotations

import os
import sys
import tty
from contextlib import suppress
from typing import Any

from radiobridge.ports import Radio
from tests.drivers.radio.fake_gpiod import FakeChip
from tests.drivers.radio.fake_uart import FakeUartServer
from tests.drivers.radio.rig import RadioRig, quick_rfc2217

PIN = 0x04
"""GPIO3, the default."""


class SerialLinesRig(RadioRig):
    """A fake UART behind pyserial's RFC 2217 server: RTS keys, DCD is the carrier."""

    driver = "serial_lines"

    def prepare(self) -> None:
        quick_rfc2217(self.monkeypatch)
        self.server = FakeUartServer()
        self.stack.callback(self.server.stop)
        self.uart = self.server.uart

    def options(self) -> dict[str, Any]:
        return {"port": self.server.url, "ptt": "rts", "carrier": "dcd"}

    def missing(self) -> tuple[Radio, str]:
        return self.made(port=str(self.folder / "ttyUSB9")), "ttyUSB9"

    def is_keyed(self) -> bool:
        return self.uart.rts

    def set_carrier(self, on: bool) -> bool:
        self.uart.cd = on
        self.server.notify()
        return True

    def unplug(self) -> None:
        self.server.stop()

    def plug_in(self) -> None:
        self.server.start()


class FakeSoundChip:
    """A pseudo-terminal that stands in for a CM108's hidraw device: a stream in place of whole reports."""

    def __init__(self) -> None:
        self.ours, theirs = os.openpty()
        tty.setraw(theirs)
        self.path = os.ttyname(theirs)
        os.close(theirs)
        os.set_blocking(self.ours, False)
        self.pins = PIN

    def reports(self) -> list[bytes]:
        """What was written to it since."""
        written = b""
        # EIO while nobody has the other end open.
        with suppress(OSError):
            while chunk := os.read(self.ours, 1000):
                written += chunk
        return [written[start : start + 5] for start in range(0, len(written), 5)]

    def level(self) -> int:
        """Its pins that are on."""
        for _, _, level, outputs, _ in self.reports():
            self.pins = level & outputs
        return self.pins

    def report(self, buttons: int, pins: int = 0) -> None:
        """It tells of a change."""
        os.write(self.ours, bytes((buttons, pins, 0, 0)))

    def close(self) -> None:
        """It is gone."""
        with suppress(OSError):
            os.close(self.ours)


class Cm108Rig(RadioRig):
    """A fake sound chip under a path of its own: GPIO3 keys, the volume-down button is the carrier."""

    driver = "cm108"

    def prepare(self) -> None:
        self.device = self.folder / "hidraw7"
        self.plug_in()
        self.stack.callback(self._put_away)

    def _put_away(self) -> None:
        self.chip.close()

    def options(self) -> dict[str, Any]:
        return {"device": str(self.device)}

    def missing(self) -> tuple[Radio, str]:
        return self.made(device=str(self.folder / "hidraw9")), "hidraw9"

    def is_keyed(self) -> bool:
        return self.chip.level() == PIN

    def set_carrier(self, on: bool) -> bool:
        self.chip.report(0x02 if on else 0)
        return True

    def unplug(self) -> None:
        self.device.unlink()
        self.chip.close()

    def plug_in(self) -> None:
        self.chip = FakeSoundChip()
        self.device.symlink_to(self.chip.path)


class GpioRig(RadioRig):
    """A fake gpiod: line 17 keys, line 27 is the carrier."""

    driver = "gpio"

    def prepare(self) -> None:
        self.chip = FakeChip("/dev/gpiochip4", high={17: True, 27: False})
        for name, module in self.chip.modules().items():
            self.monkeypatch.setitem(sys.modules, name, module)

    def options(self) -> dict[str, Any]:
        return {"chip": "gpiochip4", "line": 17, "carrier": 27}

    def missing(self) -> tuple[Radio, str]:
        return self.made(chip="gpiochip9"), "gpiochip9"

    def is_keyed(self) -> bool:
        return self.chip.high[17]

    def set_carrier(self, on: bool) -> bool:
        self.chip.high[27] = on
        return True

    def unplug(self) -> None:
        self.chip.there = False

    def plug_in(self) -> None:
        self.chip.there = True


class VoxRig(RadioRig):
    """Nothing at all."""

    driver = "vox"
    shows_ptt = False
    has_device = False

    def prepare(self) -> None:
        """There is nothing to prepare."""

    def options(self) -> dict[str, Any]:
        return {}


class NoTransmitterRig(VoxRig):
    """Nothing at all, and nothing to key."""

    driver = "none"
    transmits = False


LINE_RIGS: dict[str, type[RadioRig]] = {
    kind.driver: kind for kind in (SerialLinesRig, Cm108Rig, GpioRig, VoxRig, NoTransmitterRig)
}
