"""What every registered audio driver promises, tried on good and on broken devices."""

from __future__ import annotations

import configparser
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from radiobridge.errors import DeviceLost, EndOfAudio, RadiobridgeError
from radiobridge.ports import AudioInput, driver_names, load_audio_input
from tests.drivers.rigs import RIGS, CardRig, Rig
from tests.drivers.sounds import (
    HIGH_HZ,
    LOW_HZ,
    PATIENCE_S,
    joined,
    key_two,
    opens,
    read_until,
    wait_until,
    without_silence,
)

_ROOT = Path(__file__).parents[2]
_DRIVERS = driver_names("audio")


@pytest.fixture(params=_DRIVERS)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    with ExitStack() as stack:
        yield RIGS[request.param](tmp_path, stack)


def _read_to_the_end(driver: AudioInput) -> RadiobridgeError:
    """What ended the reading."""
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        try:
            driver.read(0.1)
        except RadiobridgeError as error:
            return error
    raise AssertionError(f"{driver.name} never ended")


def test_every_registered_driver_is_held_to_this_contract() -> None:
    assert sorted(RIGS) == _DRIVERS


def test_every_driver_file_has_its_line_in_setup_cfg_and_every_line_its_file() -> None:
    setup = configparser.ConfigParser()
    setup.read(_ROOT / "setup.cfg")
    lines = setup["options.entry_points"]["radiobridge.drivers"].split("\n")
    named = {line.partition("=")[2].partition(":")[0].strip() for line in lines if line.startswith("audio.")}
    files = {
        ".".join(path.relative_to(_ROOT).with_suffix("").parts)
        for path in (_ROOT / "drivers").rglob("*_input.py")
    }
    assert named == files


@pytest.mark.parametrize("name", _DRIVERS)
def test_a_key_that_the_driver_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="colour"):
        load_audio_input(name).Settings.model_validate({"colour": "red"})


def test_the_constructor_touches_no_device(rig: Rig) -> None:
    driver, _ = rig.missing()
    assert driver.name


def test_sound_arrives_bit_for_bit(rig: Rig) -> None:
    sent = key_two(rig.rate_hz)
    driver = rig.hearing(sent)
    blocks = read_until(driver, lambda sound: len(without_silence(sound)) >= len(sent))
    assert np.array_equal(without_silence(joined(blocks)), sent)
    assert sum(block.lost_frames for block in blocks) == 0


def test_both_tones_of_a_key_arrive_at_their_frequency_and_level(rig: Rig) -> None:
    sent = key_two(rig.rate_hz)
    driver = rig.hearing(sent)
    blocks = read_until(driver, lambda sound: len(without_silence(sound)) >= len(sent))
    heard = without_silence(joined(blocks))
    time_s = np.arange(len(heard)) / blocks[0].rate_hz
    for tone_hz in (LOW_HZ, HIGH_HZ):
        level = 2 * abs(np.mean(heard * np.exp(-2j * np.pi * tone_hz * time_s)))
        assert level == pytest.approx(0.3, abs=0.01)


def test_blocks_are_finite_float32_mono_of_about_20_ms(rig: Rig) -> None:
    driver = rig.hearing(key_two(rig.rate_hz))
    blocks = read_until(driver, lambda sound: len(sound) >= 0.2 * rig.rate_hz)
    for block in blocks:
        assert block.samples.dtype == np.float32
        assert block.samples.ndim == 1
        assert np.isfinite(block.samples).all()
        assert 0 < len(block.samples) <= 0.03 * rig.rate_hz
        assert block.rate_hz == rig.rate_hz
        assert block.lost_frames >= 0


def test_each_block_is_stamped_with_the_time_of_its_first_sample(rig: Rig) -> None:
    before = time.time()
    driver = rig.hearing(key_two(rig.rate_hz))
    blocks = read_until(driver, lambda sound: len(sound) >= 0.2 * rig.rate_hz)
    assert before - 1 < blocks[0].at < time.time()
    spans_s = np.diff([block.at for block in blocks])
    lengths_s = [len(block.samples) / block.rate_hz for block in blocks[:-1]]
    # A busy machine delivers late, and the time follows; on the average the blocks lie end to end.
    assert np.median(np.abs(spans_s - lengths_s)) < 0.01


def test_random_bytes_are_noise(rig: Rig) -> None:
    noise = np.random.default_rng(1).integers(-32768, 32768, rig.rate_hz // 4) / np.float32(32768)
    driver = rig.hearing(noise.astype(np.float32))
    blocks = read_until(driver, lambda sound: len(without_silence(sound)) >= len(noise) - 10)
    assert np.abs(joined(blocks)).max() <= 1


def test_a_read_without_sound_returns_none_in_time(rig: Rig) -> None:
    driver = rig.hearing_nothing()
    give_up = time.monotonic() + PATIENCE_S
    while True:
        began = time.monotonic()
        block = driver.read(0.01)
        assert time.monotonic() - began < 2
        if block is None:
            break
        assert time.monotonic() < give_up


def test_a_read_that_must_not_wait_returns_at_once(rig: Rig) -> None:
    driver = rig.hearing_nothing()
    began = time.monotonic()
    driver.read(0)
    driver.read(-1)
    assert time.monotonic() - began < 2


def test_a_missing_device_is_named_with_what_there_is(rig: Rig) -> None:
    driver, word = rig.missing()
    with pytest.raises(DeviceLost, match=word), driver:
        pass


def test_closing_is_allowed_after_a_failed_opening(rig: Rig) -> None:
    driver, _ = rig.missing()
    with pytest.raises(DeviceLost):
        driver.open()
    driver.close()
    driver.close()


def test_closing_is_allowed_before_opening_and_twice_after_it(rig: Rig) -> None:
    driver = rig.made()
    driver.close()
    driver.open()
    driver.close()
    driver.close()


def test_reading_a_driver_that_is_not_open_is_refused(rig: Rig) -> None:
    driver = rig.opened()
    driver.close()
    with pytest.raises(DeviceLost, match="not open"):
        driver.read(0)


def test_a_driver_opens_again_after_closing(rig: Rig) -> None:
    rig.opened().close()
    sent = key_two(rig.rate_hz)
    driver = rig.hearing(sent)
    read_until(driver, lambda sound: len(without_silence(sound)) >= len(sent))


def test_opening_an_open_driver_opens_it_anew(rig: Rig) -> None:
    driver = rig.opened()
    driver.open()
    driver.close()
    driver.open()


def test_a_device_that_breaks_in_the_middle_ends_the_reading(rig: Rig) -> None:
    sent = key_two(rig.rate_hz)
    driver = rig.hearing(sent)
    read_until(driver, lambda sound: len(sound) > 0)
    rig.break_it()
    if rig.breaks_with is None:
        read_until(driver, lambda sound: len(sound) >= len(sent) - 960)
        assert driver.read(0.01) is None
        # Without a pause before it the key would end with the next sound alone.
        read_until(driver, lambda sound: len(sound) >= len(sent) + rig.rate_hz)
    else:
        assert isinstance(_read_to_the_end(driver), rig.breaks_with)


def test_sources_with_an_end_say_so(rig: Rig) -> None:
    assert type(rig.made()).has_end is (rig.breaks_with is EndOfAudio)


def test_a_card_that_comes_back_opens_again(rig: Rig) -> None:
    if not isinstance(rig, CardRig):
        return
    driver = rig.opened()
    # PortAudio loops for ever when its very first poll fails: the stream must have run before.
    read_until(driver, lambda sound: len(sound) > 0)
    rig.break_it()
    _read_to_the_end(driver)
    with pytest.raises(DeviceLost):
        driver.open()
    rig.cable.plug_in()
    # A sound server that has just begun may refuse for a moment, as a card that has just been plugged in.
    wait_until(lambda: opens(driver), "it does not open again")
    read_until(driver, lambda sound: len(sound) > 0)
