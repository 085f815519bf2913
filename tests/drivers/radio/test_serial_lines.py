"""RTS and DTR key, CTS, DSR, DCD and RI tell of a carrier, each the right way round; the UART is a fake."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import ValidationError
from serial.rfc2217 import PortManager

from drivers.radio.serial_lines import SerialLines, SerialLinesSettings
from radiobridge.errors import DeviceLost
from tests.drivers.radio.line_rigs import SerialLinesRig
from tests.drivers.radio.rig import PYSERIAL_WARNINGS, wait_until

pytestmark = pytest.mark.filterwarnings(PYSERIAL_WARNINGS)

_MODES = {
    # What keys, and (DTR, RTS) while receiving and while transmitting.
    "rts": ((False, False), (False, True)),
    "dtr": ((False, False), (True, False)),
    "rts+dtr": ((False, False), (True, True)),
    "dtr!rts": ((False, True), (True, False)),
    "!dtr+rts": ((True, False), (False, True)),
    "!rts": ((False, True), (False, False)),
    "!dtr": ((True, False), (False, False)),
    "!rts!dtr": ((True, True), (False, False)),
}


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SerialLinesRig]:
    with ExitStack() as stack:
        yield SerialLinesRig(tmp_path, stack, monkeypatch)


def _lines(rig: SerialLinesRig) -> tuple[bool, bool]:
    return rig.uart.dtr, rig.uart.rts


@pytest.mark.parametrize("ptt", _MODES)
def test_the_lines_that_the_setting_names_are_worked(rig: SerialLinesRig, ptt: str) -> None:
    receiving, transmitting = _MODES[ptt]
    driver = rig.opened(ptt=ptt)
    assert _lines(rig) == receiving
    driver.set_ptt(True)
    assert _lines(rig) == transmitting
    driver.set_ptt(False)
    assert _lines(rig) == receiving
    driver.set_ptt(True)
    driver.close()
    assert _lines(rig) == receiving


@pytest.mark.parametrize("ptt", _MODES)
def test_the_radio_is_not_keyed_for_a_moment_unless_it_is_asked_to(rig: SerialLinesRig, ptt: str) -> None:
    receiving, transmitting = _MODES[ptt]
    # Whatever was before has left the lines as they are while the radio receives.
    rig.uart._dtr, rig.uart._rts = receiving
    driver = rig.opened(ptt=ptt)
    driver.set_ptt(False)
    driver.close()
    assert transmitting not in rig.uart.lines
    driver.open()
    driver.set_ptt(True)
    driver.set_ptt(False)
    assert rig.uart.lines.count(transmitting) == 1


@pytest.mark.parametrize("line", ["cts", "dsr", "dcd", "ri"])
@pytest.mark.parametrize("mark", ["", "!"])
def test_the_carrier_is_the_line_that_the_setting_names(rig: SerialLinesRig, line: str, mark: str) -> None:
    driver = rig.opened(carrier=mark + line)
    for level in (True, False, True):
        setattr(rig.uart, "cd" if line == "dcd" else line, level)
        rig.server.notify()
        wait_until(lambda level=level: driver.carrier() is (level is not bool(mark)))  # type: ignore[misc]


def test_the_other_lines_are_no_carrier(rig: SerialLinesRig) -> None:
    rig.uart.cts = rig.uart.dsr = rig.uart.ri = True
    driver = rig.opened(carrier="dcd")
    assert driver.carrier() is False


def test_without_a_wire_there_is_no_carrier_to_tell_of(rig: SerialLinesRig) -> None:
    assert rig.opened(carrier=None).carrier() is None


def test_a_port_without_modem_lines_is_refused(rig: SerialLinesRig) -> None:
    ours, theirs = os.openpty()
    rig.stack.callback(os.close, ours)
    rig.stack.callback(os.close, theirs)
    with pytest.raises(DeviceLost, match="has no modem lines"):
        rig.opened(port=os.ttyname(theirs))


def test_a_server_that_tells_nothing_of_its_inputs_is_refused(rig: SerialLinesRig) -> None:
    rig.monkeypatch.setattr(PortManager, "check_modem_lines", lambda *_, **__: None)
    rig.opened(carrier=None).close()
    with pytest.raises(DeviceLost, match="NOTIFY_MODEMSTATE"):
        rig.opened(carrier="dcd")


def test_a_server_that_confirms_no_line_is_lost_in_time(rig: SerialLinesRig) -> None:
    driver = rig.opened(port=f"{rig.server.url}?timeout=0.1")
    rig.monkeypatch.setattr(PortManager, "filter", lambda *_: [])
    with pytest.raises(DeviceLost, match="timeout"):
        driver.set_ptt(True)


@pytest.mark.parametrize("carrier", ["cts", "!cts"])
def test_cts_of_a_port_of_the_kind_acm_is_refused_under_any_name(tmp_path: Path, carrier: str) -> None:
    (tmp_path / "usb-AIOC-if04").symlink_to("/dev/ttyACM93")
    settings = SerialLinesSettings(port=str(tmp_path / "usb-AIOC-if04"), carrier=carrier)
    with pytest.raises(DeviceLost, match="is ttyACM93, whose CTS always reads as on"):
        SerialLines(settings).open()


def test_dcd_of_a_port_of_the_kind_acm_is_tried(tmp_path: Path) -> None:
    (tmp_path / "usb-AIOC-if04").symlink_to("/dev/ttyACM93")
    with pytest.raises(DeviceLost, match="is not there"):
        SerialLines(SerialLinesSettings(port=str(tmp_path / "usb-AIOC-if04"), carrier="dcd")).open()


@pytest.mark.parametrize("ptt", ["", "cts", "rtsdtr", "rts+rts", "!rts!rts", "rts+", "!", "+dtr", "RTS"])
def test_an_unknown_way_to_key_is_refused_with_those_there_are(ptt: str) -> None:
    with pytest.raises(ValidationError, match="dtr!rts"):
        SerialLinesSettings(port="/dev/ttyUSB0", ptt=ptt)


def test_a_plain_socket_is_refused_as_it_has_no_lines() -> None:
    with pytest.raises(ValidationError, match="rfc2217"):
        SerialLinesSettings(port="socket://radio:4000")


@pytest.mark.parametrize(
    ("port", "ptt", "by_itself"),
    [
        ("/dev/ttyUSB0", "rts", True),
        ("usb-AIOC-if04", "dtr!rts", True),
        ("/dev/ttyUSB0", "!rts", False),
        ("/dev/ttyUSB0", "!rts!dtr", False),
        ("rfc2217://radio:2217", "rts", False),
    ],
)
def test_it_says_whether_ptt_falls_with_the_process(port: str, ptt: str, *, by_itself: bool) -> None:
    assert SerialLines(SerialLinesSettings(port=port, ptt=ptt)).releases_by_itself is by_itself
    assert not SerialLines.releases_by_itself
