"""Any radio that Hamlib knows, through its network daemon rigctld.

rigctld never releases PTT by itself: not when this process dies, nor when rigctld itself does. Set the
radio's time-out timer, and see `radiobridge ptt-off`.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar, TypeVar

from pydantic import Field

from drivers.radio import rigctl
from drivers.radio.port import reason
from drivers.radio.rigctl import RigAnswer, RigAnswerReader, RigCommand, VfoReader
from radiobridge.errors import DeviceLost
from radiobridge.ports import ANSWER_S, DriverSettings, Radio

T = TypeVar("T")

_CALL_S = ANSWER_S - 0.1
_RELEASE_S = 0.5
"""For the release of PTT while the station shuts down."""
_REMEMBERED_S = 0.6
"""So long after a command, what is said of PTT may be what was told, or what was before: Hamlib remembers the
one for 0.5 s (its cache timeout), and its Kenwood drivers the other (IF). Source: seen of 4.5.4."""
_AGAIN_S = 0.05
"""Before a radio that does not seem to obey is told again."""


class HamlibSettings(DriverSettings):
    """Where rigctld listens, and what its radio can tell."""

    host: str = Field("127.0.0.1", min_length=1)
    """The machine that rigctld runs on."""
    port: int = Field(4532, ge=1, le=65535)
    """Its TCP port (rigctld -t)."""
    dcd: bool = True
    """False: the radio is never asked whether it receives a carrier. Cures a radio that is slow to tell."""


class Hamlib(Radio):
    """The radio of one rigctld. One command is under way at a time.

    When an answer is late, the connection is given up: it would be taken for that to the next question.
    """

    Settings: ClassVar[type[DriverSettings]] = HamlibSettings
    settings: HamlibSettings

    def __init__(self, settings: HamlibSettings) -> None:
        super().__init__(settings)
        self._socket: socket.socket | None = None
        self._vfo: tuple[str, ...] = ()
        """What each command begins its arguments with."""
        self._give_up = 0.0
        self._on = False
        """Whether the transmitter may be on because it was told so here."""
        self._wanted, self._told_at = False, 0.0
        """What PTT was told to be, and when."""
        self._is_proven = True
        """False while nothing but rigctld's memory says that the radio obeyed."""
        self._has_dcd = settings.dcd

    @property
    def name(self) -> str:
        """Where rigctld listens."""
        return f"rigctld {self.settings.host}:{self.settings.port}"

    def open(self) -> None:
        """Both rigctld and its radio answer, the transmitter off."""
        self.close()
        self._has_dcd = self.settings.dcd
        self._allow(_CALL_S)
        try:
            self._connect()
            self._drive(on=False)
            time.sleep(max(self._told_at + _REMEMBERED_S - time.monotonic(), 0))
            self._prove()
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """PTT is released, where rigctld still listens, and the connection is closed."""
        if self._on:
            self._allow(_RELEASE_S)
            with suppress(DeviceLost):
                if self._socket is None:
                    # It was given up, and the radio may have been keyed since.
                    self._connect()
                self._drive(on=False)
        self._on, self._wanted, self._is_proven = False, False, True
        self._drop()

    def set_ptt(self, on: bool) -> None:
        """The radio was told to transmit, or not to; that it did not obey is found out by `carrier`."""
        self._allow(_CALL_S)
        self._drive(on=on)

    def ptt(self) -> bool | None:
        """Whether the radio transmits; rigctld remembers an answer for half a second."""
        self._allow(_CALL_S)
        return self._transmits()

    def carrier(self) -> bool | None:
        """Whether the squelch is open: never while it is keyed here; None where the radio has no DCD.

        A radio that is not asked for its carrier is still asked something, to know that it is there.
        """
        self._allow(_CALL_S)
        self._prove()
        if self._wanted or not self._has_dcd:
            self._transmits()
            return False if self._wanted else None
        is_open = self._told(RigCommand(rigctl.GET_DCD), _flag)
        self._has_dcd = is_open is not None
        return is_open

    def strength_db(self) -> float | None:
        """The S-meter, in dB over S9."""
        self._allow(_CALL_S)
        return self._told(RigCommand(rigctl.GET_LEVEL, ("STRENGTH",)), float)

    def frequency_hz(self) -> int | None:
        """The frequency of the current VFO; rigctld remembers an answer for half a second."""
        self._allow(_CALL_S)
        return self._told(RigCommand(rigctl.GET_FREQUENCY), lambda value: round(float(value)))

    def mode(self) -> str | None:
        """The mode of the current VFO, in Hamlib's word."""
        self._allow(_CALL_S)
        return self._told(RigCommand(rigctl.GET_MODE), str)

    def _allow(self, total_s: float) -> None:
        self._give_up = time.monotonic() + total_s

    def _connect(self) -> None:
        try:
            self._socket = socket.create_connection(
                (self.settings.host, self.settings.port), timeout=self._left_s()
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, UnicodeError) as error:
            raise DeviceLost(
                f"{self.name} is not there: {reason(error)}; start it: rigctld -m MODEL -r "
                f"/dev/serial/by-id/... -T {self.settings.host} -t {self.settings.port}"
            ) from error
        self._vfo = ()
        if self._exchange(rigctl.ASK_VFO, VfoReader().feed):
            self._vfo = (rigctl.CURRENT_VFO,)

    def _drive(self, *, on: bool) -> None:
        self._connected()
        self._on = self._on or on
        give_up = time.monotonic() + _REMEMBERED_S
        while True:
            self._tell_ptt(on=on)
            if self._transmits() in (on, None):
                return
            if time.monotonic() > give_up:
                raise self._disobedience(on=on)
            time.sleep(_AGAIN_S)

    def _prove(self) -> None:
        """The radio itself was asked whether it obeyed, once that can be. Raises DeviceLost: it did not."""
        if self._is_proven or time.monotonic() < self._told_at + _REMEMBERED_S:
            return
        if self._transmits() is (not self._wanted):
            raise self._disobedience(on=self._wanted)
        self._on, self._is_proven = self._wanted, True

    def _disobedience(self, *, on: bool) -> DeviceLost:
        return DeviceLost(
            f"{self.name}: the radio {'does not transmit' if on else 'transmits'} though it was told "
            f"{'to' if on else 'not to'}"
        )

    def _tell_ptt(self, *, on: bool) -> None:
        answer = self._ask(RigCommand(rigctl.SET_PTT, (str(int(on)),)))
        if answer.code in (-1, *rigctl.NOT_THERE):
            raise DeviceLost(
                f"{self.name}: it does not key this radio ({_because(answer)}): start rigctld with -P RIG, "
                "or key the radio by another driver"
            )
        self._check(answer)
        self._wanted, self._told_at, self._is_proven = on, time.monotonic(), False

    def _transmits(self) -> bool | None:
        return self._told(RigCommand(rigctl.GET_PTT), _flag)

    def _told(self, command: RigCommand, read: Callable[[str], T]) -> T | None:
        """What the radio answers; None where it has no such thing."""
        answer = self._ask(command)
        if answer.code in rigctl.NOT_THERE:
            return None
        self._check(answer)
        try:
            return read(answer.value)
        except ValueError as error:
            self._drop()
            raise DeviceLost(f"{self.name}: {command.name} was answered with {answer.lines}") from error

    def _check(self, answer: RigAnswer) -> None:
        if answer.code:
            raise DeviceLost(f"{self.name}: {answer.name} failed: {_because(answer)}")

    def _ask(self, command: RigCommand) -> RigAnswer:
        asked = RigCommand(command.name, self._vfo + command.arguments)
        answer = self._exchange(asked.to_bytes(), RigAnswerReader().feed)
        if (answer.name, answer.arguments) != (asked.name, asked.arguments):
            self._drop()
            raise DeviceLost(f"{self.name}: {asked.name} was answered by {answer.name!r}: out of step")
        return answer

    def _exchange(self, request: bytes, read: Callable[[bytes], T | None]) -> T:
        """The answer; whatever goes wrong, the connection is given up, since an answer may come later."""
        connected = self._connected()
        try:
            connected.settimeout(self._left_s())
            connected.sendall(request)
            while True:
                connected.settimeout(self._left_s())
                came = connected.recv(4096)
                if not came:
                    break
                if (answer := read(came)) is not None:
                    return answer
        except TimeoutError as error:
            self._drop()
            raise DeviceLost(
                f"{self.name}: no answer to {request!r} within {ANSWER_S:g} s: is the radio on and connected?"
            ) from error
        except (OSError, ValueError) as error:
            self._drop()
            raise DeviceLost(f"{self.name}: {reason(error)}") from error
        self._drop()
        raise DeviceLost(f"{self.name} ended the connection: did rigctld stop?")

    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._socket

    def _left_s(self) -> float:
        """What is left of this call's time. Raises TimeoutError."""
        left_s = self._give_up - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("no time left")
        return left_s

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _flag(value: str) -> bool:
    return bool(int(value))


def _because(answer: RigAnswer) -> str:
    return f"{answer.code}, {rigctl.MEANINGS.get(answer.code, 'unknown to radiobridge')}"
