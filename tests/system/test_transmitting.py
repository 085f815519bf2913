"""A channel that answers: the real daemon, rigctld's dummy radio, espeak-ng, and an ear on the network."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.system.far_side import DummyRadio, Ear
from tests.system.station import CODES, Bus, Radio, config, daemon, eventually

ANSWERS = (
    CODES + 'reply = { en = "Received, {post.name}", zh = "收到，{post.name}" }\nreply_tones = "dtmf:1"\n'
)
TRANSMIT = "transmit = { lead_s = 0.3, tail_s = 0.1, gap_s = 0.2, free_s = 0.1, timeout_s = 20 }\n"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


@pytest.fixture
def dummy() -> Iterator[DummyRadio]:
    with DummyRadio() as running:
        yield running


@pytest.fixture
def ear() -> Iterator[Ear]:
    with Ear() as listening:
        yield listening


def sends(dummy: DummyRadio, ear: Ear) -> str:
    """The keys of a channel that keys the dummy radio and sends to the ear."""
    return (
        f'radio = {{ driver = "hamlib", port = {dummy.port} }}\n'
        f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n{TRANSMIT}'
    )


def test_whoever_keys_a_code_is_answered_when_the_alert_is_on_disk(
    tmp_path: Path, broker: Mosquitto, dummy: DummyRadio, ear: Ear
) -> None:
    path, port = config(tmp_path, broker.url, more=ANSWERS, channel=sends(dummy, ear))
    with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
        bus.next("health/channel/gate", condition="ok")
        radio.play(keyed("*103#"))
        alert = bus.next("alert")
        sent = bus.next("channel/gate/announcement")
        assert (sent["outcome"], sent["cause"], sent["why"]) == ("sent", alert["id"], "")
        assert bus.next("channel/gate/state", activity="transmitting")
        eventually(lambda: not dummy.is_keyed)
        assert running.stop(signal.SIGTERM)[0] == 0
    (_, _), (on, on_at), (off, off_at) = dummy.seen
    assert (on, off) == (True, False)
    assert off_at - on_at == pytest.approx(sent["held_s"], abs=0.2)
    assert on_at < ear.first_sound_at < off_at
    assert ear.keys == "1"
    # Tones, a quarter of a second, and about a second of speech.
    assert 1.3 < len(ear.sound) / 16_000 < 4


def test_a_bulletin_is_sent_on_command_and_its_end_is_told(
    tmp_path: Path, broker: Mosquitto, dummy: DummyRadio, ear: Ear
) -> None:
    path, _ = config(tmp_path, broker.url, channel=sends(dummy, ear))
    with Bus(broker.port) as bus, daemon(path):
        bus.next("health/channel/gate", condition="ok")
        bus.send("command/say", {"channels": ["gate"], "tones": "dtmf:12A", "text": {"en": "All is well"}})
        answer = bus.next("answer/say", ok=True)
        sent = bus.next("channel/gate/announcement")
        assert [sent["announcement"]] == answer["announcements"]
        assert sent["outcome"] == "sent"
        bus.send("command/say", {"channels": ["gaet"], "text": {"en": "All is well"}})
        refused = bus.next("answer/say", ok=False)
        assert "there are: gate; did you mean 'gate'" in refused["text"]
    assert ear.keys == "12A"


def test_nobody_is_talked_over_and_what_waits_too_long_is_given_up(
    tmp_path: Path, broker: Mosquitto, dummy: DummyRadio, ear: Ear
) -> None:
    path, port = config(tmp_path, broker.url, channel=sends(dummy, ear))
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("health/channel/gate", condition="ok")
        radio.play(keyed("1", tone_s=0.5), after_s=0)
        bus.next("channel/gate/state", activity="receiving")
        bus.send("command/say", {"channels": ["*"], "tones": "beep", "wait_s": 0.2})
        expired = bus.next("channel/gate/announcement")
        assert (expired["outcome"], expired["why"]) == (
            "expired",
            "the channel was busy until its time was up",
        )
    assert not any(keyed for keyed, _ in dummy.seen)
    assert len(ear.sound) == 0


def test_the_channel_does_not_hear_itself(
    tmp_path: Path, broker: Mosquitto, dummy: DummyRadio, ear: Ear
) -> None:
    path, port = config(tmp_path, broker.url, channel=sends(dummy, ear))
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("health/channel/gate", condition="ok")
        bus.send("command/say", {"channels": ["gate"], "tones": "dtmf:123456789"})
        eventually(lambda: dummy.is_keyed)
        # A receiver beside the transmitter hears what it sends.
        radio.play(keyed("*103#"), after_s=0)
        assert bus.next("channel/gate/announcement")["outcome"] == "sent"
        radio.play(keyed("*101#"))
        assert bus.next("alert")["evidence"]["keys"] == "*101#"


def test_stopping_in_mid_transmission_releases_ptt(
    tmp_path: Path, broker: Mosquitto, dummy: DummyRadio, ear: Ear
) -> None:
    path, _ = config(tmp_path, broker.url, channel=sends(dummy, ear))
    with Bus(broker.port) as bus, daemon(path) as running:
        bus.next("health/channel/gate", condition="ok")
        bus.send("command/say", {"channels": ["gate"], "tones": f"dtmf:{'1' * 60}"})
        eventually(lambda: dummy.is_keyed)
        code, took_s = running.stop(signal.SIGTERM)
        assert code == 0
        assert took_s < 2
    assert not dummy.is_keyed
