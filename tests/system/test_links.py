"""Two channels that are linked: the real daemon, rigctld's dummy radio, and ears on the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from radiobridge.events import Samples
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.system.far_side import DummyRadio, Ear
from tests.system.station import CODES, RATE_HZ, Bus, Radio, config, daemon, eventually, free_udp_port


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


def test_what_is_said_on_the_intercom_goes_out_on_the_radio_and_its_answer_comes_back(
    tmp_path: Path, broker: Mosquitto
) -> None:
    with DummyRadio() as dummy, Ear() as on_air, Ear() as at_desk:
        radio_port = free_udp_port()
        police = f"""
[[channel]]
name = "police"
input = {{ driver = "udp", port = {radio_port}, rate_hz = 16000 }}
radio = {{ driver = "hamlib", port = {dummy.port} }}
output = {{ driver = "udp", port = {on_air.port}, rate_hz = 16000 }}
transmit = {{ lead_s = 0.3, tail_s = 0.1, gap_s = 0.2, free_s = 0.1 }}

[[link]]
heard_on = "gate"
sent_on = ["police"]
both_ways = true
"""
        desk = (
            f'output = {{ driver = "udp", port = {at_desk.port}, rate_hz = 16000 }}\n'
            "transmit = { lead_s = 0, tail_s = 0, full_duplex = true }\n"
        )
        path, desk_port = config(tmp_path, broker.url, more=CODES + police, channel=desk)
        with Bus(broker.port) as bus, daemon(path), Radio(desk_port) as said, Radio(radio_port) as answered:
            bus.next("health/channel/police", condition="ok")
            said.play(keyed("*103#"))
            alert = bus.next("alert")
            assert alert["channel"] == "gate"
            relay = bus.next("channel/police/announcement")
            assert (relay["outcome"], relay["relayed_from"]) == ("sent", "gate")
            assert relay["cause"] == bus.next("channel/gate/transmission", phase="end")["transmission"]
            eventually(lambda: not dummy.is_keyed)
            assert on_air.keys == "*103#"
            assert len(at_desk.sound) == 0

            answered.play(keyed("56", tone_s=0.15))
            back = bus.next("channel/gate/announcement")
            assert (back["outcome"], back["relayed_from"]) == ("sent", "police")
            assert at_desk.keys == "56"
        assert [keyed for keyed, _ in dummy.seen] == [False, True, False]
        (_, on_at), (_, off_at) = dummy.seen[1:]
        assert on_at < on_air.first_sound_at < off_at
        # Nothing is lost between the squelch and the air.
        assert loud_s(on_air.sound) == pytest.approx(loud_s(keyed("*103#")), abs=0.05)


def loud_s(sound: Samples) -> float:
    """Seconds from the first loud sample to the last."""
    loud = np.flatnonzero(np.abs(sound) > 0.01)
    return float(loud[-1] - loud[0]) / RATE_HZ
