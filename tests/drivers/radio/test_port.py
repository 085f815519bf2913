"""Serial ports: opened without keying anything, and what is said when they do not open."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from serial import SerialException

from drivers.radio import port as ports
from drivers.radio.port import close_port, device_path, lost, open_port
from radiobridge.errors import DeviceLost
from tests.drivers.radio.fake_uart import FakeUartServer
from tests.drivers.radio.rig import PYSERIAL_WARNINGS, quick_rfc2217, wait_until

pytestmark = pytest.mark.filterwarnings(PYSERIAL_WARNINGS)

_HOLD = """
import fcntl, os, sys
fcntl.flock(os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY), fcntl.LOCK_EX)
print(os.getpid(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def terminal() -> Iterator[str]:
    ours, theirs = os.openpty()
    name = os.ttyname(theirs)
    os.close(theirs)
    yield name
    os.close(ours)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeUartServer]:
    quick_rfc2217(monkeypatch)
    server = FakeUartServer()
    yield server
    server.stop()


def _refused(port: str) -> str:
    with pytest.raises(DeviceLost) as refusal:
        open_port(port)
    return str(refusal.value)


def _hangs_up(port: str, *, hang_up: bool) -> bool:
    with closing(open_port(port, hang_up=hang_up)) as opened:
        flags: int = termios.tcgetattr(opened.fileno())[2]
    return bool(flags & termios.HUPCL)


def test_the_kernel_is_told_to_drop_the_lines_of_a_dead_process(terminal: str) -> None:
    assert _hangs_up(terminal, hang_up=True)


def test_the_lines_stay_where_dropping_them_would_key_the_radio(terminal: str) -> None:
    assert _hangs_up(terminal, hang_up=True)
    assert not _hangs_up(terminal, hang_up=False)


def test_both_lines_are_down_from_the_first_moment(server: FakeUartServer) -> None:
    close_port(open_port(server.url))
    assert server.uart.lines == [(False, True), (False, False)]


def test_a_line_that_has_to_be_up_is_never_down(server: FakeUartServer) -> None:
    close_port(open_port(server.url, rts=True))
    assert server.uart.lines == [(False, True), (False, True)]


def test_the_settings_of_the_line_arrive(server: FakeUartServer) -> None:
    close_port(open_port(server.url, baud=38400, data_bits=7, parity="E", stop_bits=2))
    uart = server.uart
    assert (uart.baudrate, uart.bytesize, uart.parity, uart.stopbits) == (38400, 7, "E", 2)


def test_a_port_is_read_and_written() -> None:
    with closing(open_port("loop://", timeout_s=5)) as opened:
        opened.write(b"FA;")
        assert opened.read(3) == b"FA;"


def test_a_port_that_takes_nothing_is_lost_while_a_radio_has_time(terminal: str) -> None:
    with closing(open_port(terminal)) as opened:
        began = time.monotonic()
        with pytest.raises(DeviceLost), lost(terminal):
            opened.write(bytes(100_000))
    assert time.monotonic() - began < 0.8


def test_a_socket_is_a_port_without_lines() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        opened = open_port(f"socket://127.0.0.1:{listener.getsockname()[1]}", timeout_s=5)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"ID;")
            assert opened.read(3) == b"ID;"
        with pytest.raises(DeviceLost, match="socket disconnected"), lost("the socket"):
            opened.read(1)
        close_port(opened)


def test_a_port_whose_server_died_closes_without_leaving_its_socket(server: FakeUartServer) -> None:
    opened = open_port(server.url, timeout_s=0)
    connection = opened._socket  # type: ignore[attr-defined]  # the socket of pyserial's client
    server.stop(abruptly=True)
    wait_until(lambda: not opened._thread.is_alive())  # type: ignore[attr-defined]  # its reader
    close_port(opened)
    assert connection.fileno() == -1


def test_a_server_whose_network_is_gone_will_be_found_out(server: FakeUartServer) -> None:
    opened = open_port(server.url)
    connection = opened._socket  # type: ignore[attr-defined]  # of the network's ports
    asked = [connection.getsockopt(socket.IPPROTO_TCP, option) for option in ports._KEEPALIVE]
    assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert asked == [5, 5, 3]
    close_port(opened)


def test_a_missing_port_says_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_BY_ID", tmp_path)
    assert "shows no serial adapter" in _refused("/dev/ttyUSB99")
    (tmp_path / "usb-FTDI_FT232R-if00-port0").touch()
    refusal = _refused("/dev/ttyUSB99")
    assert "/dev/ttyUSB99 is not there: is it plugged in?" in refusal
    assert "usb-FTDI_FT232R-if00-port0" in refusal


def test_a_forbidden_port_says_which_group(terminal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("serial.serialposix.os.open", forbidden)
        refusal = _refused(terminal)
    assert "usermod -aG dialout" in refusal


def test_a_port_in_use_names_the_program(terminal: str) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, terminal], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        number = holder.stdout.readline().strip()
        refusal = _refused(terminal)
        holder.stdin.close()
    assert "in use by" in refusal
    assert f"(process {number})" in refusal


def test_a_program_that_ends_while_the_holder_is_looked_for_is_no_fault(
    terminal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def until_it_ends(look: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def looked(folder: Any) -> Any:
            if str(folder).endswith("/fd"):
                raise ProcessLookupError(errno.ESRCH, "No such process")
            return look(folder)

        return looked

    with closing(open_port(terminal)), monkeypatch.context() as patch:
        patch.setattr("os.listdir", until_it_ends(os.listdir))
        patch.setattr("os.scandir", until_it_ends(os.scandir))
        refusal = _refused(terminal)
    assert "in use by another program" in refusal


def test_a_port_in_use_by_another_radio_of_this_station_says_so(terminal: str) -> None:
    with closing(open_port(terminal)):
        assert "in use by another part of this station" in _refused(terminal)


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "does not open as a serial port" in _refused(str(tmp_path / "file"))


@pytest.mark.parametrize(
    "url",
    [
        "gopher://radio:7",
        "rfc2217://127.0.0.1",
        "rfc2217://127.0.0.1:x",
        "socket://127.0.0.1:99999",
        "socket://",
    ],
)
def test_a_wrong_url_is_refused(url: str) -> None:
    assert url in _refused(url)


@pytest.mark.parametrize("kind", ["rfc2217", "socket"])
def test_a_server_that_is_not_started_is_named(kind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"{kind}://127.0.0.1:{free.getsockname()[1]}"
    refusal = _refused(url)
    assert "refused" in refusal
    assert "is the server started" in refusal


def test_a_speed_that_there_is_not_is_refused(terminal: str) -> None:
    with pytest.raises(DeviceLost, match="baud"):
        open_port(terminal, baud=-1)


def test_a_bare_name_is_looked_for_by_id_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_BY_ID", tmp_path)
    (tmp_path / "usb-AIOC").touch()
    assert device_path("usb-AIOC") == str(tmp_path / "usb-AIOC")
    assert device_path("ttyUSB0") == "/dev/ttyUSB0"
    assert device_path("/dev/ttyS1") == "/dev/ttyS1"
    assert device_path("rfc2217://radio:2217") == "rfc2217://radio:2217"


def test_a_server_answers_within_the_time_that_a_radio_has_unless_the_url_says_more() -> None:
    assert ports._within_answer("rfc2217://radio:7").endswith("?timeout=0.9")
    assert ports._within_answer("rfc2217://radio:7?ign_set_control").endswith("&timeout=0.9")
    assert ports._within_answer("rfc2217://radio:7?timeout=5") == "rfc2217://radio:7?timeout=5"
    assert ports._within_answer("/dev/ttyUSB0") == "/dev/ttyUSB0"


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        termios.error(errno.EIO, "Input/output error"),
        SerialException("Input/output error"),
        ValueError("Input/output error"),
    ],
)
def test_whatever_breaks_inside_is_a_lost_device(error: Exception) -> None:
    with pytest.raises(DeviceLost, match="ttyUSB0 died: Input/output error; is it"), lost("/dev/ttyUSB0"):
        raise error
