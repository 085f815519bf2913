"""What every registered output driver promises, tried on good and on broken devices."""

from __future__ import annotations

import configparser
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from radiobridge.errors import DeviceLost
from radiobridge.events import Samples
from radiobridge.ports import LONGEST_AHEAD_S, AudioOutput, driver_names, load_audio_output
from tests.drivers.output_rigs import OUTPUT_RIGS, CardOutputRig, OutputRig, wait_silent
from tests.drivers.sounds import PATIENCE_S, key_two, opens, wait_until, without_silence
from tests.virtual_cable import NAME

_ROOT = Path(__file__).parents[2]
_DRIVERS = driver_names("output")
_CALLS: list[Callable[[AudioOutput], object]] = [
    lambda driver: driver.write(np.zeros(160, np.float32)),
    lambda driver: driver.write(np.zeros(0, np.float32)),
    lambda driver: driver.pending_s(),
    lambda driver: driver.discard(),
]


@pytest.fixture(params=_DRIVERS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OutputRig]:
    with ExitStack() as stack:
        yield OUTPUT_RIGS[request.param](tmp_path, stack)


def _write(driver: AudioOutput, sound: Samples, block_frames: int) -> None:
    for start in range(0, len(sound), block_frames):
        driver.write(sound[start : start + block_frames])


def _heard(rig: OutputRig, frames: int) -> Samples:
    """What arrived without the silence around it, once so much has."""
    wait_until(lambda: len(without_silence(rig.heard())) >= frames, "not all has arrived")
    return without_silence(rig.heard())


def _is_lost(driver: AudioOutput, sound: Samples) -> bool:
    try:
        driver.write(sound)
    except DeviceLost:
        return True
    return False


def test_every_registered_driver_is_held_to_this_contract() -> None:
    assert sorted(OUTPUT_RIGS) == _DRIVERS


def test_every_driver_file_has_its_line_in_setup_cfg_and_every_line_its_file() -> None:
    setup = configparser.ConfigParser()
    setup.read(_ROOT / "setup.cfg")
    lines = setup["options.entry_points"]["radiobridge.drivers"].split("\n")
    named = {line.partition("=")[2].partition(":")[0].strip() for line in lines if line.startswith("output.")}
    files = {
        ".".join(path.relative_to(_ROOT).with_suffix("").parts)
        for path in (_ROOT / "drivers").rglob("*_output.py")
    }
    assert named == files


@pytest.mark.parametrize("name", _DRIVERS)
def test_a_key_that_the_driver_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="colour"):
        load_audio_output(name).Settings.model_validate({"colour": "red"})


def test_the_constructor_touches_no_device(rig: OutputRig) -> None:
    driver, _ = rig.missing()
    assert driver.name


@pytest.mark.parametrize("part", [0.02, 0.0133, 0.001, 1.0], ids=["20 ms", "odd", "1 ms", "all at once"])
def test_sound_arrives_bit_for_bit_and_without_a_gap(rig: OutputRig, part: float) -> None:
    sent = key_two(rig.rate_hz, 0.5)
    driver = rig.opened()
    _write(driver, sent, round(part * driver.rate_hz))
    assert np.array_equal(_heard(rig, len(sent)), sent)


def test_an_open_output_that_nothing_is_written_to_is_silent(rig: OutputRig) -> None:
    driver = rig.opened()
    assert driver.pending_s() == 0
    sent = key_two(rig.rate_hz)
    driver.write(sent)
    assert np.array_equal(_heard(rig, len(sent)), sent)


def test_sound_after_a_pause_arrives_whole(rig: OutputRig) -> None:
    sent = key_two(rig.rate_hz)
    driver = rig.opened()
    for _ in range(2):
        _write(driver, sent, round(0.02 * rig.rate_hz))
        wait_silent(driver)
    heard = _heard(rig, 2 * len(sent))
    assert np.array_equal(heard[: len(sent)], sent)
    assert np.array_equal(heard[-len(sent) :], sent)
    assert not heard[len(sent) : -len(sent)].any()


def test_full_scale_arrives_as_it_is(rig: OutputRig) -> None:
    sent = np.tile(np.array([-1, 32767 / 32768, 0.5, -0.25], np.float32), rig.rate_hz // 20)
    rig.opened().write(sent)
    assert np.array_equal(_heard(rig, len(sent)), sent)


def test_no_more_than_a_little_sound_is_ever_under_way(rig: OutputRig) -> None:
    driver = rig.opened()
    began = time.monotonic()
    driver.write(np.zeros(rig.rate_hz, np.float32))
    assert time.monotonic() - began > 1 - LONGEST_AHEAD_S - 0.2
    assert driver.pending_s() < LONGEST_AHEAD_S + 0.1


def test_what_is_pending_is_over_about_when_it_was_said(rig: OutputRig) -> None:
    driver = rig.opened()
    sent = key_two(rig.rate_hz)
    driver.write(sent)
    pending_s = driver.pending_s()
    assert 0.02 < pending_s < LONGEST_AHEAD_S + 0.1
    # A busy machine may look late, but what was to come has not left before its time.
    assert pending_s - 0.1 < wait_silent(driver) < pending_s + 1
    assert driver.pending_s() == 0
    assert np.array_equal(_heard(rig, len(sent)), sent)


def test_what_is_discarded_never_sounds(rig: OutputRig) -> None:
    driver = rig.opened()
    sent = key_two(rig.rate_hz, 0.4)
    driver.write(sent)
    driver.discard()
    wait_silent(driver)
    mark = np.full(100, 0.5, np.float32)
    driver.write(mark)
    wait_until(lambda: np.array_equal(without_silence(rig.heard())[-100:], mark), "the mark did not arrive")
    before = without_silence(without_silence(rig.heard())[:-100])
    assert len(before) < len(sent) - 0.05 * rig.rate_hz
    assert np.array_equal(before, without_silence(sent[: len(before)]))


def test_discarding_nothing_is_allowed(rig: OutputRig) -> None:
    driver = rig.opened()
    driver.discard()
    assert driver.pending_s() == 0


def test_a_missing_device_is_named_with_what_would_be_right(rig: OutputRig) -> None:
    driver, words = rig.missing()
    with pytest.raises(DeviceLost) as caught, driver:
        pass
    assert all(word in str(caught.value) for word in words)


def test_closing_is_allowed_after_a_failed_opening(rig: OutputRig) -> None:
    driver, _ = rig.missing()
    with pytest.raises(DeviceLost):
        driver.open()
    driver.close()
    driver.close()


def test_closing_is_allowed_before_opening_and_twice_after_it(rig: OutputRig) -> None:
    driver = rig.made()
    driver.close()
    driver.open()
    driver.close()
    driver.close()


@pytest.mark.parametrize("call", _CALLS)
def test_a_driver_that_is_not_open_refuses(rig: OutputRig, call: Callable[[AudioOutput], object]) -> None:
    driver = rig.made()
    with pytest.raises(DeviceLost, match="not open"):
        call(driver)
    driver.open()
    driver.close()
    with pytest.raises(DeviceLost, match="not open"):
        call(driver)


def test_opening_an_open_driver_opens_it_anew(rig: OutputRig) -> None:
    driver = rig.opened()
    driver.open()
    assert driver.pending_s() == 0
    sent = key_two(rig.rate_hz)
    driver.write(sent)
    assert np.array_equal(_heard(rig, len(sent)), sent)


def test_closing_ends_a_write_of_another_thread(rig: OutputRig) -> None:
    driver = rig.opened()
    ended: list[BaseException] = []

    def write() -> None:
        try:
            driver.write(np.zeros(60 * rig.rate_hz, np.float32))
        except DeviceLost as error:
            ended.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    wait_until(lambda: driver.pending_s() > 0, "nothing is written")
    driver.close()
    writer.join(PATIENCE_S)
    assert "not open" in str(ended[0])


def test_a_device_that_breaks_in_the_middle_is_told_within_two_seconds(rig: OutputRig) -> None:
    driver = rig.opened()
    sent = key_two(rig.rate_hz)
    driver.write(sent)
    _heard(rig, len(sent))
    rig.break_it()
    if rig.breaks_with is None:
        driver.write(sent)
        wait_silent(driver)
        return
    began = time.monotonic()
    wait_until(lambda: _is_lost(driver, sent), "the loss is not told")
    assert time.monotonic() - began < 3
    for call in _CALLS:
        with pytest.raises(rig.breaks_with):
            call(driver)


def test_a_card_that_comes_back_opens_again(rig: OutputRig) -> None:
    if not isinstance(rig, CardOutputRig):
        return
    driver = rig.opened()
    driver.write(key_two(rig.rate_hz))
    rig.break_it()
    wait_until(lambda: _is_lost(driver, key_two(rig.rate_hz)), "the loss is not told")
    with pytest.raises(DeviceLost):
        driver.open()
    rig.cable.plug_in()
    # A sound server that has just begun may refuse for a moment, as a card that has just been plugged in.
    wait_until(lambda: opens(driver), "it does not open again")
    driver.write(key_two(rig.rate_hz))
    wait_silent(driver)


def test_fifty_openings_leave_no_descriptor_and_no_thread_behind(rig: OutputRig) -> None:
    driver = rig.opened()
    driver.close()

    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    before = held()
    for _ in range(50):
        driver.open()
        driver.write(np.zeros(10, np.float32))
        driver.close()
    wait_until(lambda: held() <= before, f"{before} became {held()}")


def test_the_devices_are_those_that_the_setting_can_name(rig: OutputRig) -> None:
    names = [device.name for device in type(rig.made()).devices()]
    assert (NAME in names) is isinstance(rig, CardOutputRig)
