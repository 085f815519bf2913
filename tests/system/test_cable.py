"""A USB cable that is pulled and plugged back: sound and PTT go and come together, and are told of once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from radiobridge.resample import resampled
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.system.station import CODES, RATE_HZ, Bus, Daemon, eventually
from tests.system.usb_cable import UsbCable, usb_cable
from tests.virtual_cable import NAME
from tests.virtual_cable import RATE_HZ as CARD_HZ

SAY = {"channels": ["gate"], "tones": "dtmf:1111"}


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[UsbCable]:
    with usb_cable(tmp_path) as plugged:
        yield plugged


def station(folder: Path, broker: Mosquitto, cable: UsbCable) -> Path:
    path = folder / "radiobridge.toml"
    path.write_text(
        f'[station]\nname = "test"\nstate_dir = "{folder}"\n[mqtt]\nbroker = "{broker.url}"\n'
        f'[[channel]]\nname = "gate"\ninput = {{ driver = "sounddevice", device = "{NAME}" }}\n'
        f"{cable.channel}{CODES}",
        encoding="utf-8",
    )
    return path


def told(running: Daemon) -> list[str]:
    """What the log says of the channel, without the times."""
    lines = running.log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if "gate" in line or "card" in line or "ttyRADIO" in line]


@pytest.mark.timeout(120)
def test_a_cable_is_missed_once_and_back_once_with_all_that_hangs_on_it(
    tmp_path: Path, cable: UsbCable
) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Bus(broker.port) as bus:
        running = Daemon(station(tmp_path, broker, cable), verbose=False)
        running.start(**cable.card.environment)
        try:
            assert bus.next("health/channel/gate")["condition"] == "ok"
            for _ in range(2):
                bus.send("command/say", SAY)
                eventually(lambda: cable.radio.keyed)
                before = len(told(running))
                cable.unplug()
                gone = bus.next("health/channel/gate")
                assert gone["condition"] == "failed"
                assert "it cannot send" in gone["why"]
                assert "PTT may still be on" in gone["why"]
                assert bus.next("channel/gate/announcement")["outcome"] == "failed"
                # A radio keeps transmitting when its cable is pulled: the first that it is told is to stop.
                assert cable.radio.keyed
                cable.plug_in()
                assert bus.next("health/channel/gate")["condition"] == "ok"
                assert not cable.radio.keyed
                health = [line for line in told(running)[before:] if "not sent" not in line]
                assert len(health) == 2
                assert "health: channel/gate is failed" in health[0]
                assert "health: channel/gate is ok" in health[1]
            bus.send("command/say", SAY)
            assert bus.next("channel/gate/announcement")["outcome"] == "sent"
            cable.card.play(resampled(keyed("*103#"), RATE_HZ, CARD_HZ))
            assert bus.next("alert")["evidence"]["keys"] == "*103#"
        finally:
            running.stop()
    assert not cable.radio.keyed
