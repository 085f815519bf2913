"""A rigctld that is not there, for what the real one does now and then: silence, late answers, errors."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress

from drivers.radio import rigctl
from drivers.radio.rigctl import RigAnswer, RigCommand

_STEP_S = 0.002
"""Between two bytes of a slow answer."""


class FakeRigctld:
    """One server on a free port, its radio left transmitting. Every client is served by a thread.

    For `remembers_s` after a command it answers what it was told, not what the radio does, as the real one.
    """

    def __init__(self, remembers_s: float = 0.5) -> None:
        self._remembers_s = remembers_s
        self._told, self._forgotten_at = False, 0.0
        self.keyed = True
        self.obeys = True
        self.carrier = False
        self.wants_vfo = False
        self.silent = self.garbage = self.slow = False
        self.codes: dict[str, int] = {}
        """The error that a command is answered with."""
        self.instead: dict[str, bytes] = {}
        """What a command is answered with in place of an answer."""
        self.asked: list[str] = []
        self.port = 0
        self.start()

    def start(self) -> None:
        """It listens, on the same port as before."""
        self._stopping = threading.Event()
        self._clients: list[socket.socket] = []
        self._server = socket.create_server(("127.0.0.1", self.port))
        self.port = self._server.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, name="fake rigctld")]
        self._threads[0].start()

    def stop(self) -> None:
        """It is gone, and its connections are."""
        self._stopping.set()
        for end in (self._server, *self._clients):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._stopping.is_set():
                client, _ = self._server.accept()
                self._clients.append(client)
                served = threading.Thread(target=self._serve, args=(client,), name="fake rigctld client")
                self._threads.append(served)
                served.start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            waiting = b""
            while came := client.recv(1000):
                *lines, waiting = (waiting + came).split(b"\n")
                for line in lines:
                    self._answer(client, line + b"\n")
        self._clients.remove(client)

    def _answer(self, client: socket.socket, line: bytes) -> None:
        if self.silent:
            return
        answer = b"\x00what?\n" if self.garbage else self._answer_to(line)
        if not self.slow:
            client.sendall(answer)
            return
        for byte in answer:
            self._stopping.wait(_STEP_S)
            client.sendall(bytes([byte]))

    def _answer_to(self, line: bytes) -> bytes:
        if line == rigctl.ASK_VFO:
            return f"ChkVFO: {self.wants_vfo:d}\n".encode("ascii")
        command = RigCommand.from_bytes(line)
        self.asked.append(line.decode("ascii").strip())
        if command.name in self.instead:
            return self.instead[command.name]
        code = self.codes.get(command.name, 0)
        lines = () if code else self._lines(command)
        return RigAnswer(command.name, command.arguments, lines, code).to_bytes()

    def _lines(self, command: RigCommand) -> tuple[str, ...]:
        if command.name == rigctl.SET_PTT:
            self._told, self._forgotten_at = (
                command.arguments[-1] == "1",
                time.monotonic() + self._remembers_s,
            )
            self.keyed = self._told if self.obeys else self.keyed
            return ()
        values = {
            rigctl.GET_PTT: (f"PTT: {self._said():d}",),
            rigctl.GET_DCD: (f"DCD: {self.carrier:d}",),
            rigctl.GET_FREQUENCY: ("Frequency: 145500000",),
            rigctl.GET_MODE: ("Mode: FM", "Passband: 15000"),
            rigctl.GET_LEVEL: ("-39",),
        }
        return values[command.name]

    def _said(self) -> bool:
        return self._told if time.monotonic() < self._forgotten_at else self.keyed
