"""What sound cards alone do: a frozen sound server, a list of cards."""

import os
import subprocess
import sys
import time

import pytest

from radiobridge.ports import load_audio_input
from tests.virtual_cable import NAME, virtual_cable

HOLD_OPEN = """
import sys, time
from radiobridge.ports import load_audio_input
driver = load_audio_input(sys.argv[1])
source = driver(driver.Settings(device=sys.argv[2]))
source.open()
while source.read(1) is None:
    pass
print("open", flush=True)
sys.stdin.readline()
source.close()
"""
"""Opens a card, waits for a line, closes the card and ends."""


@pytest.mark.parametrize("driver", ["sounddevice", "pyaudio"])
def test_a_frozen_sound_server_does_not_hold_up_the_end_of_the_process(driver: str) -> None:
    with virtual_cable() as cable:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD_OPEN, driver, NAME],
            env={**os.environ, **cable.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert process.stdout
            assert process.stdout.readline() == "open\n"
            cable.freeze()
            began = time.monotonic()
            _, complaints = process.communicate("\n", timeout=20)
        finally:
            process.kill()
            process.wait()
    assert "does not close: the sound server seems frozen" in complaints
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("driver", ["sounddevice", "pyaudio"])
def test_the_cards_are_listed_with_their_channels(driver: str) -> None:
    with virtual_cable(channels=2) as cable, cable.heard_here():
        (card,) = [card for card in load_audio_input(driver).devices() if card.name == NAME]
    assert card.channels >= 2
    assert card.rate_hz > 0


@pytest.mark.parametrize("driver", ["file", "udp", "stdin"])
def test_drivers_without_cards_list_none(driver: str) -> None:
    assert load_audio_input(driver).devices() == []
