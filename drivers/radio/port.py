"""Serial ports, opened so that no radio is keyed by it; the kernel drops the lines of a process that dies.

A port is a path, a name below /dev/serial/by-id or /dev, or a URL of pyserial (socket://, rfc2217://,
loop://). What goes wrong is told as DeviceLost, with what to try.
"""

from __future__ import annotations

import errno
import os
import socket
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from radiobridge.errors import DeviceLost

if TYPE_CHECKING:
    from serial import SerialBase

_BY_ID = Path("/dev/serial/by-id")

_WRITE_S = 0.5
"""A port that takes nothing for so long is stuck, since the kernel has room for 4 kB; pyserial would wait for
ever. A radio's last question begins earlier than so long before its time is up."""

_REMOTE_ANSWER_S = 0.9
"""What a server of serial ports may take to confirm one line, so that two lines are set within ANSWER_S.
A URL with `timeout=` of its own keeps that."""

_KEEPALIVE = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 5, socket.TCP_KEEPCNT: 3}
"""A server whose network or power is gone is found out after 20 s. Its lines are told when they change, and
would stay what they were for ever."""

_MISSING = {errno.ENOENT, errno.ENXIO, errno.ENODEV, errno.ENOTDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_BUSY = {errno.EBUSY, errno.EAGAIN}

_CONTROL_FLAGS = 2
"""Where `termios.tcgetattr` has c_cflag."""


def open_port(
    port: str,
    *,
    baud: int = 9600,
    data_bits: int = 8,
    parity: str = "N",
    stop_bits: int = 1,
    timeout_s: float = 0.2,
    rts: bool = False,
    dtr: bool = False,
    hang_up: bool = True,
) -> SerialBase:
    """The port is open and this program's alone, its lines RTS and DTR as given.

    The kernel raises both lines for less than a millisecond by itself, whatever is asked for. `timeout_s`
    is the longest that a read takes. `hang_up`: both lines fall when the port is closed or the process
    dies; without it they stay as they are. An unreachable server is given up after 5 s.

    Raises:
        DeviceLost: it is not there, not allowed, in use, or no serial port; the message says what to try.

    Source: Linux drivers/tty/tty_port.c (tty_port_block_til_ready, tty_port_shutdown).
    """
    from serial import Serial, serial_for_url

    where = device_path(port)
    try:
        opened: SerialBase = serial_for_url(_within_answer(where), do_not_open=True)
        opened.baudrate, opened.bytesize = baud, data_bits
        opened.parity, opened.stopbits = parity, stop_bits
        opened.timeout = timeout_s
        opened.rts, opened.dtr = rts, dtr
        if not where.startswith("rfc2217://"):
            opened.write_timeout = _WRITE_S
        if isinstance(opened, Serial):
            opened.exclusive = True
        opened.open()  # type: ignore[attr-defined]  # all ports have it; the stub of their base does not
    except (OSError, ValueError, termios.error) as error:
        raise DeviceLost(_refusal(port, where, error)) from error
    try:
        if isinstance(opened, Serial):
            _set_hang_up(opened.fileno(), on=hang_up)
        elif connection := _connection(opened):
            _keep_alive(connection)
    except (OSError, termios.error) as error:
        close_port(opened)
        raise DeviceLost(f"{port} does not take its settings: {reason(error)}") from error
    return opened


def close_port(opened: SerialBase) -> None:
    """The port is closed, also where its device or server is gone."""
    # pyserial forgets a socket that does not shut down, without closing it.
    connection = _connection(opened)
    with suppress(OSError, ValueError, termios.error):
        opened.close()
    if connection is not None:
        connection.close()


@contextmanager
def lost(port: str) -> Iterator[None]:
    """What goes wrong inside with an open port is told as DeviceLost."""
    try:
        yield
    except (OSError, ValueError, termios.error) as error:
        # pyserial's ValueError: a server of serial ports refuses what was asked of it.
        raise DeviceLost(f"{port} died: {reason(error)}; is it still plugged in?") from error


def device_path(port: str) -> str:
    """A URL or path as it is; a bare name with its folder, /dev/serial/by-id before /dev."""
    if "://" in port or "/" in port:
        return port
    by_id = _BY_ID / port
    return str(by_id if by_id.exists() else Path("/dev") / port)


def reason(error: Exception) -> str:
    """The system's reason alone, without numbers and repeated names."""
    number = _number(error)
    return os.strerror(number) if number else str(error)


def _number(error: Exception) -> int | None:
    first = error.args[0] if error.args else None
    return first if isinstance(first, int) else None


def _within_answer(where: str) -> str:
    if not where.startswith("rfc2217://") or "timeout=" in where:
        return where
    return f"{where}{'&' if '?' in where else '?'}timeout={_REMOTE_ANSWER_S}"


def _connection(opened: SerialBase) -> socket.socket | None:
    """To the server of the port, where it has one; pyserial does not give it out."""
    return getattr(opened, "_socket", None)


def _keep_alive(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        connection.setsockopt(socket.IPPROTO_TCP, option, value)


def _set_hang_up(descriptor: int, *, on: bool) -> None:
    flags = termios.tcgetattr(descriptor)
    flags[_CONTROL_FLAGS] &= ~termios.HUPCL
    if on:
        flags[_CONTROL_FLAGS] |= termios.HUPCL
    termios.tcsetattr(descriptor, termios.TCSANOW, flags)


def _refusal(port: str, where: str, error: Exception) -> str:
    number = _number(error)
    if number in _MISSING:
        return f"{port} is not there: is it plugged in? {_what_there_is()}"
    if number in _FORBIDDEN:
        return (
            f"{port} is not for this user: add the daemon's to the group that owns it, as in "
            "`sudo usermod -aG dialout radiobridge`, and start it anew"
        )
    if number in _BUSY:
        return f"{port} is in use by {_holder(where)}: end that, or give this radio another port"
    if "://" in where:
        return f"{port} does not open: {reason(error)}; is the server started, and the address right?"
    return f"{port} does not open as a serial port: {reason(error)}"


def _what_there_is() -> str:
    names = sorted(path.name for path in _BY_ID.glob("*"))
    return f"`ls {_BY_ID}` has: {', '.join(names)}" if names else f"`ls {_BY_ID}` shows no serial adapter"


def _holder(where: str) -> str:
    """The program that has the port open, as far as this user may see."""
    device = os.path.realpath(where)
    for process in Path("/proc").glob("[0-9]*"):
        # It may end while it is looked at.
        with suppress(OSError):
            if device not in _open_files(process):
                continue
            if process.name == str(os.getpid()):
                return "another part of this station"
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return "another program"


def _open_files(process: Path) -> Iterator[str]:
    for link in (process / "fd").iterdir():
        with suppress(OSError):
            yield str(link.readlink())
