"""The driver for rigctld: with the real one and its dummy radio, and with a fake for what that never does."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from drivers.radio import hamlib, rigctl
from radiobridge.errors import DeviceLost
from radiobridge.ports import Radio, load_radio
from tests.drivers.radio.fake_pty import FakePort
from tests.drivers.radio.fake_radios import FakeIcom
from tests.drivers.radio.fake_rigctld import FakeRigctld
from tests.drivers.radio.rig import HASTE_S, wait_until


def made(port: int, **options: Any) -> Radio:
    kind = load_radio("hamlib")
    return kind(kind.Settings.model_validate({"port": port} | options))


@contextmanager
def rigctld(*options: str) -> Iterator[int]:
    """A real one with the dummy radio; the port."""
    assert shutil.which("rigctld"), "install the Debian package libhamlib-utils"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen(["rigctld", "-m", "1", "-T", "127.0.0.1", "-t", str(port), *options])
    try:
        wait_until(lambda: _listens(port))
        yield port
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeRigctld]:
    """One that forgets soon, and a driver that waits for no longer."""
    monkeypatch.setattr(hamlib, "_REMEMBERED_S", 0.1)
    server = FakeRigctld(remembers_s=0.05)
    yield server
    server.stop()


@pytest.mark.parametrize("options", [(), ("-o",)], ids=["plain", "with VFO"])
def test_the_dummy_radio_of_the_real_one_is_keyed_and_tells_all(options: tuple[str, ...]) -> None:
    with rigctld("-P", "RIG", *options) as port, made(port) as driver:
        assert driver.ptt() is False
        driver.set_ptt(True)
        assert driver.ptt() is True
        driver.set_ptt(False)
        assert driver.ptt() is False
        assert driver.carrier() in (True, False)
        assert driver.frequency_hz() == 145_000_000
        assert driver.mode() == "FM"
        assert -60 < (driver.strength_db() or 0) < 60


def test_closing_releases_the_dummy_radio_and_opening_does_too() -> None:
    with rigctld("-P", "RIG") as port, made(port) as watching:
        driver = made(port)
        driver.open()
        driver.set_ptt(True)
        assert watching.ptt() is True
        driver.close()
        assert watching.ptt() is False
        watching.set_ptt(True)
        with made(port) as opened:
            assert opened.ptt() is False


def test_a_real_one_that_keys_nothing_says_how_to_start_it() -> None:
    with rigctld() as port, pytest.raises(DeviceLost, match="-P RIG"), made(port):
        pass


def test_a_real_one_that_is_killed_is_lost() -> None:
    driver: Radio
    with rigctld("-P", "RIG") as port:
        driver = made(port)
        driver.open()
    with pytest.raises(DeviceLost):
        driver.carrier()
    driver.close()
    with pytest.raises(DeviceLost, match=r"is not there.*start it: rigctld -m MODEL"):
        driver.open()


def test_what_a_real_one_remembers_is_not_taken_for_obedience(tmp_path: Path) -> None:
    radio = FakeIcom()
    port = FakePort(tmp_path, radio)
    try:
        with rigctld("-m", "3073", "-r", str(port.path)) as listening, made(listening) as driver:
            radio.obeys = False
            driver.set_ptt(True)
            assert driver.ptt() is True
            with pytest.raises(DeviceLost, match="does not transmit though it was told to"):
                _carrier_for(driver, seconds=1)
    finally:
        port.unplug()


@pytest.mark.parametrize(
    ("code", "meaning"), [(-5, "does not answer"), (-6, "port failed"), (-8, "right model")]
)
def test_an_error_is_told_by_number_and_meaning(fake: FakeRigctld, code: int, meaning: str) -> None:
    with made(fake.port) as driver:
        fake.codes[rigctl.SET_PTT] = code
        with pytest.raises(DeviceLost, match=f"set_ptt failed: {code}, .*{meaning}"):
            driver.set_ptt(True)


def test_a_radio_without_dcd_tells_no_carrier_and_is_watched_all_the_same(
    fake: FakeRigctld, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.codes[rigctl.GET_DCD] = -11
    with made(fake.port) as driver:
        assert driver.carrier() is None
        assert driver.carrier() is None
        assert fake.asked.count("+\\get_dcd") == 1
        _fall_silent(fake, monkeypatch)
        with pytest.raises(DeviceLost):
            driver.carrier()


def test_a_radio_is_not_asked_for_dcd_where_the_settings_say_so(fake: FakeRigctld) -> None:
    with made(fake.port, dcd=False) as driver:
        assert driver.carrier() is None
    assert "+\\get_dcd" not in fake.asked


def test_while_it_is_keyed_a_radio_receives_nothing(fake: FakeRigctld) -> None:
    fake.carrier = True
    with made(fake.port) as driver:
        driver.set_ptt(True)
        assert driver.carrier() is False


@pytest.mark.parametrize("host", ["shack..lan", "x" * 64])
def test_a_host_that_can_be_no_name_is_named(host: str) -> None:
    with pytest.raises(DeviceLost, match=f"rigctld {host}:4532 is not there"), made(4532, host=host):
        pass


def test_a_radio_that_tells_nothing_of_ptt_is_keyed(fake: FakeRigctld) -> None:
    fake.codes[rigctl.GET_PTT] = -11
    with made(fake.port) as driver:
        driver.set_ptt(True)
        assert fake.keyed
        assert driver.ptt() is None


@pytest.mark.parametrize(
    ("on", "why"),
    [(True, "does not transmit though it was told to"), (False, "transmits though it was told not")],
)
def test_a_radio_that_does_not_obey_is_lost_though_rigctld_says_it_does(
    fake: FakeRigctld, on: bool, why: str
) -> None:
    with made(fake.port) as driver:
        driver.set_ptt(not on)
        fake.obeys = False
        driver.set_ptt(on)
        with pytest.raises(DeviceLost, match=why):
            _carrier_for(driver, seconds=1)


def _carrier_for(driver: Radio, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        driver.carrier()
        time.sleep(0.02)


def test_a_radio_whose_release_is_not_proven_is_released_again_by_closing(fake: FakeRigctld) -> None:
    with made(fake.port) as driver:
        driver.set_ptt(True)
        fake.obeys = False
        driver.set_ptt(False)
        fake.obeys = True
        assert fake.keyed
    assert not fake.keyed


def test_a_radio_that_goes_on_transmitting_does_not_open(fake: FakeRigctld) -> None:
    fake.obeys = False
    with pytest.raises(DeviceLost, match="transmits though it was told not to"), made(fake.port):
        pass


def test_the_carrier_is_known_right_after_the_release(fake: FakeRigctld) -> None:
    with made(fake.port) as driver:
        driver.set_ptt(True)
        driver.set_ptt(False)
        fake.carrier = True
        assert driver.carrier() is True


@pytest.mark.parametrize(
    "instead",
    [
        b"get_freq:\nFrequency: 145500000\nRPRT 0\n",
        b"get_ptt:\nPTT: 0\nRPRT 0\nget_ptt:\nPTT: 0\nRPRT 0\n",
        b"get_ptt:\nRPRT 0\n",
        b"get_ptt:\nPTT: perhaps\nRPRT 0\n",
        b"\xff\xfe\nRPRT 0\n",
    ],
)
def test_an_answer_out_of_step_ends_the_connection(fake: FakeRigctld, instead: bytes) -> None:
    with made(fake.port) as driver:
        fake.instead[rigctl.GET_PTT] = instead
        with pytest.raises(DeviceLost, match=r"get_ptt|more than one|decode"):
            driver.ptt()
        with pytest.raises(DeviceLost, match="not open"):
            driver.ptt()


def _fall_silent(fake: FakeRigctld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamlib, "_CALL_S", HASTE_S)
    fake.silent = True


def test_a_late_answer_is_not_taken_for_the_next(fake: FakeRigctld, monkeypatch: pytest.MonkeyPatch) -> None:
    with made(fake.port) as driver:
        _fall_silent(fake, monkeypatch)
        began = time.monotonic()
        with pytest.raises(DeviceLost, match="no answer"):
            driver.set_ptt(True)
        assert time.monotonic() - began < HASTE_S + 0.25
        fake.silent = False
        with pytest.raises(DeviceLost, match="not open"):
            driver.ptt()


def test_a_radio_that_was_keyed_when_the_connection_was_given_up_is_released_by_closing(
    fake: FakeRigctld, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = made(fake.port)
    driver.open()
    driver.set_ptt(True)
    _fall_silent(fake, monkeypatch)
    with pytest.raises(DeviceLost):
        driver.ptt()
    fake.silent = False
    assert fake.keyed
    driver.close()
    assert not fake.keyed


def test_another_server_is_refused(fake: FakeRigctld) -> None:
    fake.garbage = True
    with pytest.raises(DeviceLost, match="no answer of rigctld"):
        made(fake.port).open()
