"""A contact at a serial port; the UART is a fake behind pyserial's own RFC 2217 server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pydantic import ValidationError

from drivers.contact.serial_line import SerialLine, SerialLineSettings
from radiobridge.contact_link import ContactLink
from radiobridge.errors import DeviceLost
from radiobridge.events import ContactRead, ContactState
from radiobridge.settings import ContactSettings
from tests.drivers.radio.fake_uart import FakeUartServer
from tests.drivers.radio.rig import PYSERIAL_WARNINGS, quick_rfc2217, wait_until

pytestmark = pytest.mark.filterwarnings(PYSERIAL_WARNINGS)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeUartServer]:
    quick_rfc2217(monkeypatch)
    server = FakeUartServer()
    yield server
    server.stop()


def made(server: FakeUartServer, line: str = "cts", other: str | None = None) -> SerialLine:
    return SerialLine(SerialLineSettings.model_validate({"port": server.url, "line": line, "other": other}))


def put(server: FakeUartServer, **lines: bool) -> None:
    for line, on in lines.items():
        setattr(server.uart, line, on)
    server.notify()


def reads(driver: SerialLine, state: ContactState) -> Callable[[], bool]:
    return lambda: driver.read() is state


@pytest.mark.parametrize(("line", "wire"), [("cts", "cts"), ("dsr", "dsr"), ("dcd", "cd"), ("ri", "ri")])
def test_each_input_tells_of_a_contact_either_way_round(server: FakeUartServer, line: str, wire: str) -> None:
    with made(server, line) as driver:
        assert driver.read() is ContactState.RESTING
        # RTS and DTR feed the contact.
        assert server.uart.rts
        assert server.uart.dtr
        put(server, **{wire: True})
        wait_until(reads(driver, ContactState.PRESSED))
    with made(server, f"!{line}") as driver:
        wait_until(reads(driver, ContactState.RESTING))
        put(server, **{wire: False})
        wait_until(reads(driver, ContactState.PRESSED))


def test_a_changeover_contact_tells_of_a_cable_that_is_cut_or_shorted(server: FakeUartServer) -> None:
    put(server, dsr=True)
    with made(server, "cts", "dsr") as driver:
        wait_until(reads(driver, ContactState.RESTING))
        put(server, cts=True, dsr=False)
        wait_until(reads(driver, ContactState.PRESSED))
        # On its way back both are open for a moment.
        put(server, cts=False)
        assert driver.read() is ContactState.PRESSED
        put(server, dsr=True)
        wait_until(reads(driver, ContactState.RESTING))
        put(server, cts=True)
        wait_until(reads(driver, ContactState.FAULT))
        put(server, cts=False, dsr=False)
        assert driver.read() is ContactState.FAULT
        put(server, dsr=True)
        wait_until(reads(driver, ContactState.RESTING))


def test_a_port_that_is_gone_is_lost_and_one_that_is_not_there_says_so(server: FakeUartServer) -> None:
    driver = made(server)
    with pytest.raises(DeviceLost, match="is not open"):
        driver.read()
    with driver:
        server.stop()
        with pytest.raises(DeviceLost, match="is it still plugged in"):
            wait_until(reads(driver, ContactState.PRESSED))
    server.start()
    with pytest.raises(DeviceLost, match="ttyUSB9 is not there"):
        SerialLine(SerialLineSettings(port="ttyUSB9", line="cts")).open()


@pytest.mark.parametrize(
    "wrong", [{"port": "x", "line": "rts"}, {"port": "x"}, {"port": "x", "line": "cts", "other": "!cts"}]
)
def test_what_is_no_input_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        SerialLineSettings.model_validate(wrong)


class Watch:
    """A contact's thread, and what it tells."""

    def __init__(self, server: FakeUartServer, **settings: object) -> None:
        self.told: list[ContactState] = []
        self.lost: list[str] = []
        contact = ContactSettings.model_validate(
            {"name": "gate", "alert": "emergency", "input": "serial_line"} | settings
        )
        self.link = ContactLink(
            contact, made(server), read=self._read, lost=lambda _, why: self.lost.append(why)
        )
        self.link.start()

    def _read(self, read: ContactRead) -> None:
        assert abs(read.at - time.time()) < 5
        self.told.append(read.state)


def test_its_thread_tells_of_what_lasts_and_goes_on_when_the_port_is_back(
    server: FakeUartServer,
) -> None:
    watch = Watch(server)
    wait_until(lambda: watch.told == [ContactState.RESTING])
    for bounce in (True, False, True, False, True):
        put(server, cts=bounce)
    wait_until(lambda: watch.told == [ContactState.RESTING, ContactState.PRESSED])
    server.stop()
    wait_until(lambda: bool(watch.lost))
    server.start()
    put(server, cts=False)
    wait_until(lambda: watch.told[-1] is ContactState.RESTING)
    watch.link.stop()
    assert watch.link.join(2)
    assert not any(thread.name == "contact-gate" for thread in threading.enumerate())


def test_a_contact_that_is_closed_at_rest_is_pressed_when_its_wire_is_cut(server: FakeUartServer) -> None:
    put(server, cts=True)
    watch = Watch(server, rests_open=False)
    wait_until(lambda: watch.told == [ContactState.RESTING])
    put(server, cts=False)
    wait_until(lambda: watch.told == [ContactState.RESTING, ContactState.PRESSED])
    watch.link.stop()
    assert watch.link.join(2)
