import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

from tests.builders import noisy
from tests.commands.calls import called
from tests.drivers.sounds import key_two
from tests.virtual_cable import NAME, RATE_HZ, VirtualCable, virtual_cable


@pytest.fixture
def cable() -> Iterator[VirtualCable]:
    with virtual_cable() as running:
        yield running


def test_the_cards_of_every_driver_are_listed_as_a_table_and_as_json(cable: VirtualCable) -> None:
    done = called("devices", environment=cable.environment)
    assert done.returncode == 0
    for direction in ("input", "output"):
        assert re.search(
            rf"sound {direction}s +number.*{NAME}.*use one: {direction} = ", done.stdout, re.DOTALL
        )
    assert done.stderr == ""
    listed = json.loads(called("devices", "--json", environment=cable.environment).stdout)
    assert listed["faults"] == {}
    for kind in ("audio", "output"):
        for driver in ("sounddevice", "pyaudio"):
            (card,) = [c for c in listed[kind] if c["driver"] == driver and c["name"] == NAME]
            assert card["channels"] >= 1
    assert all(port["port"].startswith("/dev/") for port in listed["serial"])


@pytest.mark.parametrize("driver", ["sounddevice", "pyaudio"])
def test_the_meter_shows_the_level_of_a_card_and_what_to_do(cable: VirtualCable, driver: str) -> None:
    tone = np.concatenate([np.zeros(3 * RATE_HZ, np.float32), key_two(RATE_HZ, 8)])
    player = cable.begin(noisy(tone, -60))
    try:
        done = called(
            "devices", "--meter", NAME, "--driver", driver, "--seconds", "6", environment=cable.environment
        )
    finally:
        player.terminate()
        player.wait()
    assert done.returncode == 0
    # Of 50 ms the level of two tones is not the same to the last tenth.
    assert re.search(r"-10\.[3-7] dBFS", done.stdout)
    assert "loud: turn down" in done.stdout


def test_a_card_that_is_not_there_is_named_with_those_there_are(cable: VirtualCable) -> None:
    done = called("devices", "--meter", "no such card", environment=cable.environment)
    assert done.returncode == 1
    assert "no sound input is called 'no such card'" in done.stderr
    assert NAME in done.stderr


def test_a_driver_without_cards_cannot_be_measured() -> None:
    done = called("devices", "--meter", "x", "--driver", "udp")
    assert done.returncode == 1
    assert "no sound cards to measure" in done.stderr


def test_an_unknown_driver_is_told_the_nearest_one() -> None:
    done = called("devices", "--meter", "x", "--driver", "sounddevise")
    assert done.returncode == 1
    assert "did you mean 'sounddevice'?" in done.stderr
