"""What every registered radio driver promises, tried on devices that are there, missing, silent and gone."""

from __future__ import annotations

import configparser
import importlib
import inspect
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import ValidationError

from drivers.radio import cat, hamlib
from radiobridge.errors import DeviceLost
from radiobridge.ports import ANSWER_S, Radio, driver_names, load_radio
from tests.drivers.radio.cat_rigs import CAT_RIGS
from tests.drivers.radio.line_rigs import LINE_RIGS
from tests.drivers.radio.rig import HASTE_S, PYSERIAL_WARNINGS, RadioRig, wait_until

pytestmark = pytest.mark.filterwarnings(PYSERIAL_WARNINGS)

_ROOT = Path(__file__).parents[3]
_DRIVERS = driver_names("radio")
_RIGS = LINE_RIGS | CAT_RIGS
_HELD = [name for name in _DRIVERS if name in _RIGS]

_CYCLES = 10
_SLACK_S = 1.0
"""What a busy machine may take beside ANSWER_S."""


def _those_that(trait: str) -> list[str]:
    return [name for name in _HELD if getattr(_RIGS[name], trait)]


@pytest.fixture
def rig(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[RadioRig]:
    with ExitStack() as stack:
        yield _RIGS[request.param](tmp_path, stack, monkeypatch)


every = pytest.mark.parametrize("rig", _HELD, indirect=True)
keyed_visibly = pytest.mark.parametrize(
    "rig", [name for name in _those_that("shows_ptt") if _RIGS[name].transmits], indirect=True
)
with_device = pytest.mark.parametrize("rig", _those_that("has_device"), indirect=True)
talking = pytest.mark.parametrize("rig", _those_that("talks"), indirect=True)


def test_every_registered_driver_is_held_to_this_contract() -> None:
    assert sorted(_RIGS) == _DRIVERS


def test_every_driver_has_its_line_in_setup_cfg_and_every_line_its_driver() -> None:
    setup = configparser.ConfigParser()
    setup.read(_ROOT / "setup.cfg")
    lines = setup["options.entry_points"]["radiobridge.drivers"].split("\n")
    named = {line.partition("=")[2].strip() for line in lines if line.startswith("radio.")}
    assert named == {f"{kind.__module__}:{kind.__name__}" for kind in _driver_classes()}


def _driver_classes() -> Iterator[type[Radio]]:
    for file in (_ROOT / "drivers/radio").glob("*.py"):
        module = importlib.import_module(f"drivers.radio.{file.stem}")
        for kind in vars(module).values():
            if not (isinstance(kind, type) and issubclass(kind, Radio)):
                continue
            if kind.__module__ == module.__name__ and not inspect.isabstract(kind):
                yield kind


@pytest.mark.parametrize("name", _DRIVERS)
def test_a_key_that_the_driver_does_not_know_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="colour"):
        load_radio(name).Settings.model_validate({"colour": "red"})


@every
def test_the_constructor_touches_no_device(rig: RadioRig) -> None:
    driver = rig.missing()[0] if rig.has_device else rig.made()
    assert driver.name


@keyed_visibly
def test_opening_releases_a_transmitter_that_was_left_on(rig: RadioRig) -> None:
    assert rig.is_keyed()
    rig.opened()
    wait_until(lambda: not rig.is_keyed())


@keyed_visibly
def test_ptt_is_seen_on_and_off_at_the_far_side(rig: RadioRig) -> None:
    driver = rig.opened()
    for on in (True, False, True):
        driver.set_ptt(on)
        wait_until(lambda on=on: rig.is_keyed() is on)  # type: ignore[misc]


@keyed_visibly
def test_setting_ptt_again_changes_nothing(rig: RadioRig) -> None:
    driver = rig.opened()
    for on in (False, False, True, True, False, False):
        driver.set_ptt(on)
        wait_until(lambda on=on: rig.is_keyed() is on)  # type: ignore[misc]


@keyed_visibly
def test_closing_releases_ptt(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    wait_until(rig.is_keyed)
    driver.close()
    wait_until(lambda: not rig.is_keyed())


@keyed_visibly
def test_what_the_radio_says_of_ptt_is_so(rig: RadioRig) -> None:
    driver = rig.opened()
    for on in (True, False):
        driver.set_ptt(on)
        assert driver.ptt() in {None, on}


@every
def test_closing_is_allowed_before_opening_and_twice_after_it(rig: RadioRig) -> None:
    driver = rig.made()
    driver.close()
    driver.open()
    driver.close()
    driver.close()


@every
def test_opening_an_open_driver_opens_it_anew(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.open()
    driver.set_ptt(False)
    driver.close()
    driver.open()


@with_device
def test_a_missing_device_is_named(rig: RadioRig) -> None:
    driver, word = rig.missing()
    with pytest.raises(DeviceLost, match=word), driver:
        pass


@with_device
def test_closing_is_allowed_after_a_failed_opening(rig: RadioRig) -> None:
    driver, _ = rig.missing()
    with pytest.raises(DeviceLost):
        driver.open()
    driver.close()
    driver.close()


@with_device
def test_a_driver_that_is_not_open_refuses(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.close()
    with pytest.raises(DeviceLost, match="not open"):
        driver.set_ptt(False)


@with_device
def test_a_device_unplugged_while_it_transmits_is_lost_at_the_next_call(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    rig.unplug()
    with pytest.raises(DeviceLost):
        driver.set_ptt(False)
    driver.close()


@with_device
def test_a_device_unplugged_while_it_listens_is_lost_to_who_asks_for_the_carrier(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.carrier()
    rig.unplug()
    wait_until(lambda: _is_lost(driver))
    driver.close()


def _is_lost(driver: Radio) -> bool:
    # The end of a connection may take a moment to come; an OSError is not caught here.
    try:
        driver.carrier()
    except DeviceLost:
        return True
    return False


@with_device
def test_a_device_unplugged_closes_at_once(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    rig.unplug()
    began = time.monotonic()
    driver.close()
    assert time.monotonic() - began < ANSWER_S + _SLACK_S


@with_device
def test_a_device_that_comes_back_opens_again(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.set_ptt(True)
    rig.unplug()
    driver.close()
    with pytest.raises(DeviceLost):
        driver.open()
    rig.plug_in()
    driver.open()
    driver.set_ptt(False)


@every
def test_the_carrier_is_followed(rig: RadioRig) -> None:
    driver = rig.opened()
    for on in (True, False, True):
        if not rig.set_carrier(on):
            assert driver.carrier() is None
        else:
            wait_until(lambda on=on: driver.carrier() is on)  # type: ignore[misc]


@every
def test_ten_openings_leave_no_descriptor_behind(rig: RadioRig) -> None:
    driver = rig.opened()
    driver.close()
    before = _descriptors()
    for _ in range(_CYCLES):
        driver.open()
        driver.close()
    # The far side, in this process too, may close its end a moment later.
    wait_until(lambda: _descriptors() <= before)


def _descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@talking
def test_a_radio_that_falls_silent_is_lost_in_time(rig: RadioRig) -> None:
    driver = rig.opened()
    rig.silent()
    began = time.monotonic()
    with pytest.raises(DeviceLost):
        driver.frequency_hz()
    assert time.monotonic() - began < HASTE_S + _SLACK_S


@talking
def test_a_radio_that_answers_garbage_is_lost_in_time(rig: RadioRig) -> None:
    driver = rig.opened()
    rig.garbage()
    began = time.monotonic()
    with pytest.raises(DeviceLost):
        driver.frequency_hz()
    assert time.monotonic() - began < HASTE_S + _SLACK_S


@pytest.mark.parametrize("kind", [cat, hamlib])
def test_the_time_that_a_driver_gives_an_answer_is_what_a_radio_has(kind: ModuleType) -> None:
    assert ANSWER_S / 2 < kind._CALL_S < ANSWER_S
    assert kind._RELEASE_S < 1


@talking
def test_an_answer_that_comes_byte_by_byte_is_understood(rig: RadioRig) -> None:
    driver = rig.opened()
    at_once = driver.frequency_hz()
    rig.slow()
    assert at_once is not None
    assert driver.frequency_hz() == at_once
