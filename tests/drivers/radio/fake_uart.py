"""A fake serial adapter with modem lines: pyserial's own RFC 2217 server over a UART that is not there."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import Any

from serial.rfc2217 import PortManager


class FakeUart:
    """What the server takes for a serial port; `lines` has every state that DTR and RTS were in."""

    def __init__(self) -> None:
        self.baudrate, self.bytesize, self.parity, self.stopbits = 9600, 8, "N", 1
        self.xonxoff = self.rtscts = self.break_condition = False
        self.cts = self.dsr = self.ri = self.cd = False
        self._dtr = self._rts = True
        self.lines: list[tuple[bool, bool]] = []

    @property
    def dtr(self) -> bool:
        return self._dtr

    @dtr.setter
    def dtr(self, on: bool) -> None:
        self._dtr = on
        self.lines.append((self._dtr, self._rts))

    @property
    def rts(self) -> bool:
        return self._rts

    @rts.setter
    def rts(self, on: bool) -> None:
        self._rts = on
        self.lines.append((self._dtr, self._rts))

    def reset_input_buffer(self) -> None:
        """There is none."""

    def reset_output_buffer(self) -> None:
        """There is none."""


class _Link:
    """The network side of one client: bytes are written whole, from any thread."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def write(self, data: bytes) -> None:
        with self._lock, suppress(OSError):
            self._connection.sendall(data)


class FakeUartServer:
    """Serves one UART to one client after the other, on a port of loopback that it keeps."""

    def __init__(self) -> None:
        self.uart = FakeUart()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connection: socket.socket | None = None
        self._manager: PortManager | None = None
        self._serve()

    @property
    def url(self) -> str:
        return f"rfc2217://127.0.0.1:{self.port}"

    def start(self) -> None:
        """It is back on its port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._serve()

    def stop(self, *, abruptly: bool = False) -> None:
        """It is gone, and its client with it; abruptly: as when the network drops the connection."""
        if abruptly and self._connection is not None:
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        for gone in (self._listener, self._connection):
            if gone is not None:
                with suppress(OSError):
                    gone.shutdown(socket.SHUT_RDWR)
        self._thread.join()

    def notify(self) -> None:
        """The client is told of the input lines."""
        if self._manager is not None:
            self._manager.check_modem_lines()

    def _serve(self) -> None:
        self._thread = threading.Thread(target=self._run, args=(self._listener,), daemon=True)
        self._thread.start()

    def _run(self, listener: socket.socket) -> None:
        with listener:
            while True:
                try:
                    self._connection, _ = listener.accept()
                except OSError:
                    return
                with self._connection as connection:
                    self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        port: Any = self.uart
        link: Any = _Link(connection)
        self._manager = manager = PortManager(port, link)
        with suppress(OSError):
            while data := connection.recv(1024):
                # Only what is no Telnet comes out; a radio without CAT takes no notice of it.
                list(manager.filter(data))
