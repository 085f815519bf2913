"""A broker of our own in a child process, for a single PC or a trial: `[mqtt] broker = "embedded"`.

It listens on 127.0.0.1, speaks MQTT 3.1.1 (one port cannot speak both versions; a client that tries
MQTT 5 first is hung up on), and keeps nothing across a restart. Seen on two cores: ready in 0.1 s,
100 clients, 7,500 messages of 1.5 kB a second, payloads up to 1 MB (a longer one ends its sender's
connection); a subscriber that falls 32 MB behind loses the oldest messages.
"""

from __future__ import annotations

import asyncio
import errno
import importlib.util
import logging
import random
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

from radiobridge.bus.part_health import PartHealth
from radiobridge.errors import BrokerRefused, MissingPart, RadiobridgeError
from radiobridge.events import Condition, Health

_READY_S = 10.0
_POLL_S = 0.02
_PAUSE_S = (0.2, 30.0)
_STEADY_S = 10.0
"""A broker that ran so long was a good one: the pauses before a restart begin short again."""
_STOP_S = 0.5

log = logging.getLogger(__name__)


class EmbeddedBroker:
    """Used as `async with EmbeddedBroker(port, ...)`: the broker runs until the end, restarted if it dies.

    `on_health` gets the part `broker`.
    """

    def __init__(
        self,
        port: int,
        *,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port = port
        self._timer = timer
        self._health = PartHealth("broker", on_health, clock, timer)
        self._process: asyncio.subprocess.Process | None = None
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """It is being started. Raises MissingPart when iotcore is not installed."""
        if importlib.util.find_spec("iotcore") is None:
            raise MissingPart(
                'the embedded broker is not installed: pip install "radiobridge[embedded]", '
                "or set mqtt.broker to the URL of another one"
            )
        self._task = asyncio.create_task(self._keep_running(), name="embedded broker")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def ready(self) -> None:
        """Waits until it listens."""
        await self._ready.wait()

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._process.pid if self._process is not None else None

    async def _keep_running(self) -> None:
        pause_s = _PAUSE_S[0]
        while True:
            began = self._timer()
            try:
                why = await self._run_once()
            except RadiobridgeError as error:
                why = str(error)
            except OSError as error:
                why = f"the embedded broker cannot be started: {error}"
            self._ready.clear()
            if self._timer() - began > _STEADY_S:
                pause_s = _PAUSE_S[0]
            self._health.say(Condition.FAILED, why)
            await asyncio.sleep(pause_s * random.uniform(0.75, 1.25))
            pause_s = min(pause_s * 2, _PAUSE_S[1])

    async def _run_once(self) -> str:
        """From its start to its end; returns why it ended."""
        _check_free(self.port)
        process = self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            f"{__package__}.embedded_child",
            str(self.port),
            stdin=asyncio.subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C in the terminal is for the bridge, which then stops this
        )
        try:
            if not await self._listens(process):
                return (
                    f"the embedded broker did not come up on port {self.port} "
                    f"(exit code {process.returncode}): see the log"
                )
            self._ready.set()
            self._health.ok()
            code = await process.wait()
            return f"the embedded broker died (exit code {code}); it is started again"
        finally:
            self._process = None
            await _stop(process)

    async def _listens(self, process: asyncio.subprocess.Process) -> bool:
        """True when it takes connections, False when it ended or takes too long."""
        deadline = self._timer() + _READY_S
        while process.returncode is None and self._timer() < deadline:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return True
            await asyncio.sleep(_POLL_S)
        return False


def _check_free(port: int) -> None:
    """Raises BrokerRefused when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise BrokerRefused(
                    f"port {port} is in use by another program (another broker?): set mqtt.embedded_port to "
                    f'a free one, or mqtt.broker = "mqtt://localhost:{port}" to use that broker'
                ) from error
            raise BrokerRefused(
                f"port {port} cannot be used ({error.strerror}): set mqtt.embedded_port to another one"
            ) from error


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(process.wait(), _STOP_S)
    except TimeoutError:
        process.kill()
        await process.wait()
