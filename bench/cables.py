"""What is left after a USB cable was pulled and plugged back again and again.

    python -m bench.cables [--count 100] [--radio-only]

The real daemon with a cable that is sound card and PTT in one: a virtual card, and a fake Icom radio on a
pseudo-terminal. Every other time the cable is pulled in mid-transmission, and the radio keeps transmitting.
After each cycle the channel must be well again with one health event each way, the radio released, and an
announcement sent. With --radio-only the sound goes over UDP and only the pty is pulled. Needs mosquitto and
PulseAudio (Debian).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.system.far_side import Ear
from tests.system.station import Bus, Daemon, eventually, free_udp_port
from tests.system.usb_cable import UsbCable, usb_cable
from tests.virtual_cable import NAME

_LONG = {"channels": ["gate"], "tones": f"dtmf:{'1' * 60}"}
_SHORT = {"channels": ["gate"], "tones": "beep"}


@dataclass
class Figures:
    """What was seen; times in seconds."""

    back_s: list[float] = field(default_factory=list)
    stuck: int = 0
    dead: int = 0
    events: int = 0
    descriptors: list[int] = field(default_factory=list)
    threads: list[int] = field(default_factory=list)


def main() -> None:
    """Prints the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--count", type=int, default=100)
    cli.add_argument("--radio-only", action="store_true")
    arguments = cli.parse_args()
    with tempfile.TemporaryDirectory() as name, usb_cable(Path(name)) as cable, Ear() as ear:
        figures = _measured(Path(name), cable, arguments.count, ear if arguments.radio_only else None)
    _print(arguments.count, figures)


def _measured(folder: Path, cable: UsbCable, count: int, ear: Ear | None) -> Figures:
    figures = Figures()
    with Mosquitto(folder, *KEEPS_ALL) as broker, Bus(broker.port) as bus:
        running = Daemon(_settings(folder, broker.url, cable, ear), verbose=False)
        running.start(**cable.card.environment)
        try:
            assert bus.next("health/channel/gate")["condition"] == "ok"
            _say(bus)
            _count(figures, running)
            for cycle in range(count):
                _cycle(figures, cable, bus, in_transmission=bool(cycle % 2), whole=ear is None)
            _count(figures, running)
            figures.events = _health_lines(running) - 1
        finally:
            running.stop()
    return figures


def _settings(folder: Path, broker: str, cable: UsbCable, ear: Ear | None) -> Path:
    path = folder / "radiobridge.toml"
    card = f'input = {{ driver = "sounddevice", device = "{NAME}" }}\n{cable.channel}'
    if ear:
        udp = f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}'
        card = (
            f'input = {{ driver = "udp", port = {free_udp_port()}, rate_hz = 16000 }}\n'
            + cable.channel.replace(f'output = {{ driver = "sounddevice", device = "{NAME}" }}', udp)
        )
    path.write_text(
        f'[station]\nname = "test"\nstate_dir = "{folder}"\n[mqtt]\nbroker = "{broker}"\n'
        f'[[channel]]\nname = "gate"\n{card}',
        encoding="utf-8",
    )
    return path


def _cycle(figures: Figures, cable: UsbCable, bus: Bus, *, in_transmission: bool, whole: bool) -> None:
    if in_transmission:
        bus.send("command/say", _LONG)
        eventually(lambda: cable.radio.keyed)
    (cable.unplug if whole else cable.port.unplug)()
    assert bus.next("health/channel/gate")["condition"] != "ok"
    if in_transmission:
        bus.next("channel/gate/announcement")
    (cable.plug_in if whole else cable.port.plug_in)()
    plugged = time.monotonic()
    assert bus.next("health/channel/gate", within_s=60)["condition"] == "ok"
    figures.back_s.append(time.monotonic() - plugged)
    figures.stuck += cable.radio.keyed
    figures.dead += not _say(bus)


def _say(bus: Bus) -> bool:
    bus.send("command/say", _SHORT)
    return bool(bus.next("channel/gate/announcement")["outcome"] == "sent")


def _count(figures: Figures, running: Daemon) -> None:
    assert running.process
    process = Path(f"/proc/{running.process.pid}")
    figures.descriptors.append(len(list((process / "fd").iterdir())))
    figures.threads.append(len(list((process / "task").iterdir())))


def _health_lines(running: Daemon) -> int:
    log = running.log.read_text(encoding="utf-8", errors="replace")
    return sum("health: channel/gate" in line for line in log.splitlines())


def _print(count: int, figures: Figures) -> None:
    back_s = figures.back_s
    rows = {
        "cycles": count,
        "transmitter left on": figures.stuck,
        "channel dead afterwards": figures.dead,
        "health events a cycle": f"{figures.events / count:.2f}",
        "descriptors before and after": " / ".join(map(str, figures.descriptors)),
        "threads before and after": " / ".join(map(str, figures.threads)),
        "back after, median and longest, s": f"{statistics.median(back_s):.2f} / {max(back_s):.2f}",
    }
    for name, value in rows.items():
        print(f"{name:40s}{value!s:>14s}")


if __name__ == "__main__":
    main()
