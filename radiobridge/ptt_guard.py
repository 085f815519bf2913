"""A process that outlives the daemon: it releases radios that would go on transmitting when the daemon dies.

Only serial lines fall by themselves. So the guard gets the other radios and one end of a pipe; the pipe
closes however the daemon ends, and without a farewell the guard does what `radiobridge ptt-off` does.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from radiobridge.bus.part_health import PartHealth
from radiobridge.events import Condition, Health
from radiobridge.library_output import unbounded_stderr
from radiobridge.ptt_guard_child import FAREWELL
from radiobridge.ptt_release import ChannelRadio
from radiobridge.settings import ChannelSettings

log = logging.getLogger(__name__)

_PART = "ptt-guard"
_STEADY_S = 1.0
"""A guard that has lived for so long has come up."""
_PAUSE_S = (0.2, 30.0)
_FAREWELL_S = 1.0


class PttGuard:
    """Used as `with PttGuard(...)` while the channels run; without radios there is no process.

    `emit` is called from a thread, with the health of the part `ptt-guard`. A guard that dies is started
    again. It keeps the radios as they were given: after a reload too, since that changes no radio.
    """

    def __init__(self, radios: Sequence[ChannelRadio], emit: Callable[[Health], None]) -> None:
        self._radios = radios
        self._health = PartHealth(_PART, emit, time.time, time.monotonic)
        self._starting = threading.Lock()
        self._stopping = threading.Event()
        self._all_released = True
        self._process: subprocess.Popen[bytes] | None = None
        self._trouble = ""
        self._thread = threading.Thread(target=self._run, name="ptt-guard", daemon=True)

    def __enter__(self) -> Self:
        """The guard is there, or is being started."""
        if self._radios:
            self._start()
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The guard is dismissed, if all is well; otherwise it acts when the daemon has ended."""
        with self._starting:
            self._stopping.set()
            process = self._process
        if process is None or process.stdin is None or kind or not self._all_released:
            return
        with suppress(OSError, ValueError):
            process.stdin.write(FAREWELL)
            process.stdin.close()
        self._thread.join(_FAREWELL_S)
        if self._thread.is_alive():
            process.kill()

    def ptt_may_be_on(self) -> None:
        """A radio's driver did not come back: the guard releases it when the daemon has ended."""
        self._all_released = False

    def _start(self) -> None:
        with self._starting:
            if self._stopping.is_set():
                return
            try:
                self._process = _started(self._radios)
            except OSError as error:
                self._process, self._trouble = None, f"it cannot be started: {error.strerror}"
                return
        names = ", ".join(radio.channel for radio in self._radios)
        log.info("ptt-guard: process %d, for %s", self._process.pid, names)

    def _run(self) -> None:
        pause_s = _PAUSE_S[0]
        while True:
            began = time.monotonic()
            why = self._until_dead()
            if self._stopping.is_set():
                return
            self._health.say(
                Condition.DEGRADED,
                f"{why}; until it is back, radios may go on transmitting if the station is killed",
            )
            if time.monotonic() - began > _PAUSE_S[1]:
                pause_s = _PAUSE_S[0]
            if self._stopping.wait(pause_s):
                return
            pause_s = min(pause_s * 2, _PAUSE_S[1])
            self._start()

    def _until_dead(self) -> str:
        """From its start to its end; returns why it ended."""
        process = self._process
        if process is None:
            return self._trouble
        try:
            code = process.wait(_STEADY_S)
        except subprocess.TimeoutExpired:
            self._health.ok()
            code = process.wait()
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()
        return f"it died (exit code {code})"


def ptt_guard(channels: Iterable[ChannelSettings], emit: Callable[[Health], None]) -> PttGuard:
    """The guard of those radios that do not release by themselves."""
    radios = [
        ChannelRadio(channel.name, channel.radio.driver, channel.radio.options)
        for channel in channels
        if channel.radio
    ]
    return PttGuard([radio for radio in radios if not radio.made().releases_by_itself], emit)


def _started(radios: Sequence[ChannelRadio]) -> subprocess.Popen[bytes]:
    """The process, told of its radios; a session of its own keeps the terminal's signals from it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "radiobridge.ptt_guard_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=unbounded_stderr(),
        start_new_session=True,
    )
    rows = [(radio.channel, radio.driver, dict(radio.options)) for radio in radios]
    if process.stdin:
        with suppress(OSError):
            process.stdin.write(json.dumps(rows, default=str).encode() + b"\n")
            process.stdin.flush()
    return process
