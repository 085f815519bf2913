"""`radiobridge say` beside a running station, over brokers of both MQTT versions."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from paho.mqtt.client import MQTTMessage

from radiobridge.bus.command_messages import CommandAnswer, SayCommand
from radiobridge.bus.envelope import Message
from radiobridge.bus.messages import AnnouncementMessage
from radiobridge.bus.topics import topic_of
from radiobridge.commands.say import _PRIORITIES
from radiobridge.events import Outcome, Priority
from radiobridge.moments import moment
from tests.brokers import BrokerProcess, Listener, Mosquitto, OldBroker
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.far_side import Ear
from tests.system.station import ROOT, Bus, Radio, config, daemon

TRANSMIT = "transmit = { lead_s = 0.1, tail_s = 0.1, gap_s = 0.1, free_s = 0.1, timeout_s = 20 }\n"


@dataclass
class Scene:
    """A station with the channels gate and yard, which end at one ear."""

    path: Path
    port: int
    broker: BrokerProcess
    ear: Ear


class SlowStation:
    """Answers two commands only when both have come, the later one first; refuses the channel gaet."""

    def __init__(self) -> None:
        self._asked: list[SayCommand] = []

    def __call__(self, bus: Listener, message: MQTTMessage) -> None:
        self._asked.append(SayCommand.model_validate_json(message.payload))
        if len(self._asked) == 2:
            for command in reversed(self._asked):
                for told in self._told(command):
                    bus.client.publish(topic_of(told), told.payload(), 1)

    @staticmethod
    def _told(command: SayCommand) -> list[Message]:
        """Its answer, and what became of it; an announcement's id is the channel's name."""
        envelope: dict[str, Any] = {"id": "01KAT7QZ3M5J2V8R4N6X0Y1B9C", "at": moment(0), "station": "test"}
        asked: dict[str, Any] = {"verb": "say", "ref": command.ref}
        (channel,) = command.channels
        if channel == "gaet":
            return [CommandAnswer(**envelope, **asked, ok=False, text="no gaet")]
        return [
            CommandAnswer(**envelope, **asked, ok=True, text="it waits", announcements=(channel,)),
            AnnouncementMessage(**envelope, channel=channel, announcement=channel, outcome=Outcome.SENT),
        ]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with OldBroker(tmp_path) as broker, Ear() as ear:
        output = f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n{TRANSMIT}'
        yard = f'[[channel]]\nname = "yard"\ninput = {{ driver = "udp", port = 0 }}\n{output}'
        path, port = config(tmp_path, broker.url, channel=output, more=yard)
        text = path.read_text().replace("port = 0 }", f"port = {port + 1 if port < 65535 else port - 1} }}")
        path.write_text(text)
        with daemon(path) as running:
            running.wait_log("channel yard: listening to")
            yield Scene(path, port, broker, ear)


@contextmanager
def somebody_talks(scene: Scene) -> Iterator[None]:
    """The channel gate is busy."""
    ended = threading.Event()

    def talk() -> None:
        with Radio(scene.port) as radio:
            while not ended.is_set():
                radio.play(keyed("1", tone_s=0.2, around_s=0), after_s=0)

    talking = threading.Thread(target=talk)
    talking.start()
    try:
        with Bus(scene.broker.port) as bus:
            bus.next("channel/gate/state", activity="receiving")
            yield
    finally:
        ended.set()
        talking.join()


def test_what_was_sent_is_told_and_the_exit_code_says_so(scene: Scene) -> None:
    done = called("say", "--config", str(scene.path), "--tones", "dtmf:12", "gate", "All", "is", "well")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("gate: sent at ")
    assert ", PTT held for " in done.stdout
    assert scene.ear.keys == "12"


def test_every_channel_has_a_line(scene: Scene) -> None:
    done = called("say", "--broker", scene.broker.url, "--station", "test", "--tones", "beep", "all")
    assert done.returncode == 0, done.stderr
    assert sorted(line.split(":")[0] for line in done.stdout.splitlines()) == ["gate", "yard"]


def test_text_comes_from_stdin(scene: Scene) -> None:
    done = called("say", "--config", str(scene.path), "--language", "en", "gate", "-", stdin=b"All is well\n")
    assert done.returncode == 0, done.stderr
    assert len(scene.ear.sound) > 16_000 / 2


def test_one_that_was_not_sent_says_why(scene: Scene) -> None:
    with somebody_talks(scene):
        done = called("say", "--config", str(scene.path), "--tones", "beep", "--wait-s", "0.2", "gate")
    assert done.returncode == 1
    assert done.stdout == "gate: not sent (expired): the channel was busy until its time was up\n"


def test_one_whose_end_does_not_come_in_time_is_told(scene: Scene) -> None:
    with somebody_talks(scene):
        done = called("say", "--config", str(scene.path), "--tones", "beep", "--timeout-s", "1.5", "gate")
    assert done.returncode == 1
    assert done.stdout.startswith("gate: its end is not known yet")


def test_what_the_station_refuses_is_told(scene: Scene) -> None:
    done = called("say", "--config", str(scene.path), "gaet", "hello")
    assert done.returncode == 1
    assert (
        "refused: no channel 'gaet' that can send; there are: gate, yard; did you mean 'gate'" in done.stderr
    )


def test_a_station_that_is_not_there_is_told_with_those_that_are(scene: Scene) -> None:
    done = called(
        "say", "--broker", scene.broker.url, "--station", "tset", "--timeout-s", "1", "gate", "hello"
    )
    assert done.returncode == 1
    assert "knows no station 'tset' (there are: test; did you mean 'test'?)" in done.stderr


@pytest.mark.parametrize("other", ["yard", "gaet"])
def test_of_two_in_one_instant_each_is_told_of_its_own(tmp_path: Path, other: str) -> None:
    def said(channel: str) -> tuple[int, str, str]:
        done = called("say", "--broker", broker.url, "--station", "test", "--tones", "beep", channel)
        return done.returncode, done.stdout, done.stderr

    with (
        OldBroker(tmp_path) as broker,
        Listener(broker.port, f"{ROOT}/command/say", on_each=SlowStation()),
        ThreadPoolExecutor() as two,
    ):
        told = dict(zip(("gate", other), two.map(said, ("gate", other)), strict=True))
    refused = (1, "", "radiobridge say: refused: no gaet\n")
    assert told == {
        "gate": (0, "gate: sent\n", ""),
        other: refused if other == "gaet" else (0, "yard: sent\n", ""),
    }


def test_over_a_broker_that_speaks_mqtt_5_too(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Ear() as ear:
        output = f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n{TRANSMIT}'
        path, _ = config(tmp_path, broker.url, channel=output)
        with daemon(path):
            done = called("say", "--config", str(path), "--tones", "dtmf:7", "gate")
            assert done.returncode == 0, done.stderr
        offline = called("say", "--config", str(path), "--timeout-s", "1", "--tones", "beep", "gate")
        assert ear.keys == "7"
    assert offline.returncode == 1
    assert "no answer for 1 s: " in offline.stderr


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["gate"], "give text, tones or both"),
        (["gate", "-"], "give text, tones or both"),
        (["--timeout-s", "0", "gate", "hello"], "--timeout-s: give more than 0"),
        (["--wait-s", "-1", "gate", "hello"], "wait_s: "),
        (["--priority", "urgent", "gate", "hello"], "invalid choice: 'urgent'"),
        ([], "CHANNEL"),
    ],
)
def test_misuse(options: list[str], why: str) -> None:
    done = called("say", *options)
    assert done.returncode == 2
    assert why in done.stderr


def test_a_broker_that_is_not_there_is_told() -> None:
    done = called("say", "--broker", "mqtt://127.0.0.1:1", "gate", "hello")
    assert done.returncode == 1
    assert "nothing listens on 127.0.0.1:1" in done.stderr


def test_the_priorities_are_those_of_the_bus() -> None:
    assert list(_PRIORITIES) == [str(priority) for priority in Priority]
