"""What sound cards alone do: a frozen sound server, a list of cards, their channels."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import numpy as np
import pytest

from radiobridge.errors import DeviceLost
from radiobridge.ports import LONGEST_AHEAD_S, AudioInput, AudioOutput, load_audio_input, load_audio_output
from tests.drivers.output_rigs import Recorder
from tests.drivers.sounds import key_two, wait_until, without_silence
from tests.virtual_cable import NAME, RATE_HZ, VirtualCable, virtual_cable

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


SPEAK = """
import sys, time
import numpy as np
from radiobridge.errors import DeviceLost
from radiobridge.ports import load_audio_output
driver = load_audio_output(sys.argv[1])
sink = driver(driver.Settings(device=sys.argv[2]))
sink.open()
sink.write(np.zeros(sink.rate_hz, np.float32))
print("open", flush=True)
sys.stdin.readline()
try:
    while True:
        sink.write(np.zeros(960, np.float32))
except DeviceLost as error:
    print(error, file=sys.stderr)
sink.close()
"""
"""Plays a card until it is lost, and ends."""


def _output(driver: str, **options: str | int) -> AudioOutput:
    kind = load_audio_output(driver)
    return kind(kind.Settings.model_validate({"device": NAME, "rate_hz": RATE_HZ} | options))


CARD_DRIVERS = pytest.mark.parametrize("driver", ["sounddevice", "pyaudio"])


@contextmanager
def _program(cable: VirtualCable, code: str, driver: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", code, driver, NAME],
        env={**os.environ, **cable.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.kill()
        process.communicate()


@CARD_DRIVERS
def test_a_frozen_sound_server_does_not_hold_up_the_end_of_the_process(driver: str) -> None:
    with virtual_cable() as cable, _program(cable, HOLD_OPEN, driver) as process:
        cable.freeze()
        began = time.monotonic()
        _, complaints = process.communicate("\n", timeout=20)
        took_s = time.monotonic() - began
    assert "does not close: the sound server seems frozen" in complaints
    assert took_s < 3


@CARD_DRIVERS
def test_an_output_of_a_frozen_sound_server_is_lost_and_does_not_hold_anything_up(driver: str) -> None:
    with virtual_cable() as cable, _program(cable, SPEAK, driver) as process:
        cable.freeze()
        began = time.monotonic()
        _, complaints = process.communicate("\n", timeout=20)
        took_s = time.monotonic() - began
    assert "has taken no sound for 2 s: it was unplugged, or the sound server hangs" in complaints
    assert "does not close: the sound server seems frozen" in complaints
    # 2 s until it is lost, 1 s for closing, and what a busy machine takes.
    assert took_s < 5


@CARD_DRIVERS
@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (VirtualCable.unplug, "has stopped: it was unplugged"),
        (VirtualCable.suspend, "has taken no sound for 2 s"),
    ],
    ids=["unplugged", "silent"],
)
def test_an_output_that_is_lost_while_nothing_is_played_is_told_to_who_asks(
    driver: str, break_it: Callable[[VirtualCable], None], why: str
) -> None:
    with virtual_cable() as cable, cable.heard_here(), _output(driver) as sink:
        assert sink.pending_s() == 0
        break_it(cable)
        began = time.monotonic()
        with pytest.raises(DeviceLost, match=why):
            wait_until(lambda: sink.pending_s() < 0, "the loss is not told")
        assert time.monotonic() - began < 3


@CARD_DRIVERS
@pytest.mark.parametrize("load", [load_audio_input, load_audio_output])
def test_the_cards_are_listed_with_their_channels(
    driver: str, load: Callable[[str], type[AudioInput | AudioOutput]]
) -> None:
    with virtual_cable(channels=2) as cable, cable.heard_here():
        (card,) = [card for card in load(driver).devices() if card.name == NAME]
    assert card.channels >= 2
    assert card.rate_hz > 0


@pytest.mark.parametrize("driver", ["file", "udp", "stdin"])
def test_drivers_without_cards_list_none(driver: str) -> None:
    assert load_audio_input(driver).devices() == []


@pytest.mark.parametrize("driver", ["file", "udp"])
def test_outputs_without_cards_list_none(driver: str) -> None:
    assert load_audio_output(driver).devices() == []


@CARD_DRIVERS
@pytest.mark.parametrize(
    ("channel", "sides"), [("all", [True, True]), ("left", [True, False]), (2, [False, True])]
)
def test_the_channel_that_is_set_sounds_and_no_other(
    driver: str, channel: str | int, sides: list[bool]
) -> None:
    sent = key_two(RATE_HZ)
    with (
        virtual_cable(channels=2) as cable,
        cable.heard_here(),
        closing(Recorder(cable)) as recorder,
        _output(driver, channel=channel) as sink,
    ):
        sink.write(sent)
        wait_until(lambda: len(without_silence(recorder.heard().max(axis=1))) >= len(sent), "not all arrived")
        heard = recorder.heard()
    for side, sounds in zip(heard.T, sides, strict=True):
        assert np.array_equal(without_silence(side), sent if sounds else sent[:0])


def test_a_channel_that_the_card_does_not_have_is_named() -> None:
    with (
        virtual_cable() as cable,
        cable.heard_here(),
        pytest.raises(DeviceLost, match="channel = 500 is not"),
    ):
        _output("sounddevice", channel=500).open()


def test_what_a_card_has_of_its_own_is_part_of_what_is_under_way() -> None:
    with virtual_cable() as cable, cable.heard_here():
        for latency_ms in (20, 400):
            with _output("sounddevice", latency_ms=latency_ms) as sink:
                sink.write(np.zeros(RATE_HZ, np.float32))
                assert sink.pending_s() > 0.8 * latency_ms / 1000
                assert sink.pending_s() < max(LONGEST_AHEAD_S, 2 * latency_ms / 1000) + 0.1
