"""Signals and recordings on the running daemon: from the sound of a radio to the bus and the file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge.transmit.mdc1200 import emergency, mdc1200, ptt_id
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.station import CODES, RATE_HZ, Bus, Radio, config, daemon, eventually

UNITS = '[[post]]\nid = "07"\nname = { en = "School 7" }\nunits = ["1234"]\n'
URL = '[recordings]\nurl = "https://duty.example/recordings"\n'


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


def test_an_emergency_button_raises_an_alert_of_the_radios_post(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, more=CODES + UNITS)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(mdc1200(emergency("1234"), RATE_HZ))
        alert = bus.next("alert")
        assert (alert["type"], alert["source"], alert["unit"]) == ("emergency", "mdc1200", "1234")
        assert alert["post"]["id"] == "07"
        assert alert["evidence"]["signal"]["means"] == "emergency"
        assert bus.next("callin")["signals"][0]["unit"] == "1234"


def test_an_alert_names_the_recording_that_decode_reads(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, more=CODES + UNITS + URL)
    sound = np.concatenate([mdc1200(ptt_id("1234"), RATE_HZ), keyed("*103#")])
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(sound)
        started = bus.next("channel/gate/transmission", phase="start")
        alert = bus.next("alert")
        callin = bus.next("callin")
        assert alert["unit"] == callin["unit"] == "1234"
        assert alert["recording"] == callin["recording"] == started["recording"]
        assert alert["recording"]["url"].startswith("https://duty.example/recordings/gate/")
        file = Path(alert["recording"]["path"])
        eventually(file.is_file)
    heard, rate_hz = soundfile.read(file)
    assert rate_hz == RATE_HZ
    assert len(heard) >= len(sound)
    (line,) = called("decode", "--json", str(file)).stdout.splitlines()
    call = json.loads(line)
    assert (call["keys"], call["signals"][0]["unit"]) == ("*103#", "1234")
    assert (call["recording"]["id"], call["recording"]["channel"]) == (callin["id"], "gate")
    assert call["recording"]["keys"] == "*103#"


def test_a_channel_that_is_not_recorded_leaves_no_file(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, channel="record = false")
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*103#"))
        assert "recording" not in bus.next("alert")
        assert "recording" not in bus.next("callin")
    assert not list(tmp_path.rglob("*.flac"))
