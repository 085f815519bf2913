"""A USB cable that is sound card and PTT in one: a virtual card, and a fake Icom on a pseudo-terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.drivers.radio.fake_pty import FakePort
from tests.drivers.radio.fake_radios import FakeIcom
from tests.virtual_cable import NAME, VirtualCable, virtual_cable


class TimedIcom(FakeIcom):
    """Notes each change of its PTT and when it was, UTC seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[bool, float]] = []

    def key(self, *, on: bool) -> None:
        if on is not self.keyed:
            self.seen.append((on, time.time()))
        super().key(on=on)


class UsbCable:
    """Both ends of it; the radio stays as it is while nothing is plugged in."""

    def __init__(self, card: VirtualCable, port: FakePort, radio: TimedIcom) -> None:
        self.card, self.port, self.radio = card, port, radio

    @property
    def channel(self) -> str:
        """The keys of a channel that has it."""
        return (
            f'radio = {{ driver = "icom", port = "{self.port.path}", address = "IC-7300" }}\n'
            f'output = {{ driver = "sounddevice", device = "{NAME}" }}\n'
            "transmit = { lead_s = 0.3, tail_s = 0.1, gap_s = 0.2, free_s = 0.1 }\n"
        )

    def unplug(self) -> None:
        """All of it is gone."""
        self.port.unplug()
        self.card.unplug()

    def plug_in(self) -> None:
        """The port is back under its name, and then the card: a sound server takes longer to see it."""
        self.port.plug_in()
        self.card.plug_in()


@contextmanager
def icom_radio(folder: Path) -> Iterator[tuple[FakePort, TimedIcom]]:
    """A radio on a port that is plugged in."""
    radio = TimedIcom()
    port = FakePort(folder, radio)
    try:
        yield port, radio
    finally:
        port.unplug()


@contextmanager
def usb_cable(folder: Path) -> Iterator[UsbCable]:
    """A cable that is plugged in."""
    with virtual_cable() as card, icom_radio(folder) as (port, radio):
        yield UsbCable(card, port, radio)
