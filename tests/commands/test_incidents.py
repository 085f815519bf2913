"""`radiobridge incidents` beside a running station."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.station import Bus, Radio, config, daemon


@dataclass
class Scene:
    """A station with one open incident, called twice."""

    path: Path
    bus: Bus


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker:
        path, port = config(tmp_path, broker.url)
        with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
            for _ in range(2):
                radio.play(keyed("*103#"))
                incident = bus.next("alert")["incident"]["id"]
            bus.next(f"incident/{incident}", calls=2)
            yield Scene(path, bus)


def test_what_is_open_is_shown_and_done_about(scene: Scene) -> None:
    def incidents(*arguments: str) -> tuple[int, str, str]:
        done = called("incidents", "--config", str(scene.path), *arguments)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = incidents()
    assert code == 0
    assert "  1  " in out
    assert "open          emergency at School 3, called 2 times" in out
    assert incidents("come", "1", "--by", "Sergeant Li") == (0, "Incident 1: you are on the way.\n", "")
    scene.bus.next("step", state="responding")
    code, out, _ = incidents("--log")
    assert "responding    emergency at School 3, called 2 times: Sergeant Li" in out
    assert "called-again  post 03" in out or "called-again  gate" in out
    assert incidents("note", "1", "two", "boys")[0] == 0
    assert incidents("close", "47") == (1, "", "There is no incident 47.\n")
    assert incidents("close", "1")[0] == 0
    assert incidents("close", "1")[:2] == (1, "")
    assert incidents() == (0, "no incident is open\n", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("clsoe", "1"), "no act 'clsoe'; there are: acknowledge"),
        (("clsoe", "1"), "did you mean 'close'?"),
        (("close",), "close: give the number of the incident"),
        (("close", "seven"), "close: give the number of the incident"),
        (("close", "0"), "greater than or equal to 1"),
        (("note", "1"), "give a note"),
        (("duplicate", "1"), "--of: Field required"),
    ],
)
def test_what_makes_no_sense_is_told_without_asking_the_station(
    arguments: tuple[str, ...], said: str
) -> None:
    done = called("incidents", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
