"""The real daemon as a child process, a radio that plays to it over UDP, and a listener on the bus."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Any, Self

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from radiobridge.events import Samples

WAIT_S = 20.0
RATE_HZ = 16_000
BLOCK_FRAMES = 320
ROOT = "radiobridge/v1/test"
CODES = """
[[post]]
id = "03"
name = { en = "School 3" }

[[code]]
keys = "*1{post:2}#"
alert = "emergency"
"""


def s16le(sound: Samples) -> bytes:
    """The sound as raw 16-bit samples, clipped."""
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def free_udp_port() -> int:
    """A UDP port on loopback that nothing uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def config(
    folder: Path, broker: str, *, more: str = CODES, mqtt: str = "", channel: str = ""
) -> tuple[Path, int]:
    """A settings file with one channel on a UDP port, and that port."""
    port = free_udp_port()
    path = folder / "radiobridge.toml"
    path.write_text(
        f'[station]\nname = "test"\nstate_dir = "{folder}"\n[mqtt]\nbroker = "{broker}"\n{mqtt}\n'
        f'[[channel]]\nname = "gate"\ninput = {{ driver = "udp", port = {port}, rate_hz = 16000 }}\n'
        f"{channel}\n{more}",
        encoding="utf-8",
    )
    return path, port


class Daemon:
    """`radiobridge run` as a child; what it logs is kept for the failure message."""

    def __init__(self, path: Path, *, verbose: bool = True) -> None:
        self._path = path
        self._options = ["-v"] if verbose else []
        self.log = path.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> Self:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "radiobridge", *self._options, "run", "--config", str(self._path)],
                stdout=output,
                stderr=output,
                env=os.environ | environment,
            )
        return self

    def send(self, number: Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def stop(self, number: Signals = SIGTERM) -> tuple[int, float]:
        """Its exit code, and the seconds that it took."""
        assert self.process
        began = time.monotonic()
        self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=WAIT_S)
        finally:
            # One that does not end must not go on beside the tests that follow.
            self.process.kill()
        return code, time.monotonic() - began

    def wait_log(self, text: str) -> None:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if text in self.log.read_text(encoding="utf-8"):
                return
            assert self.process
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            time.sleep(0.02)
        raise AssertionError(f"not in the log: {text!r}\n{self.log.read_text(encoding='utf-8')}")


def eventually(is_so: Callable[[], bool], within_s: float = WAIT_S) -> None:
    """It is so before the time is up."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"not within {within_s:g} s"
        time.sleep(0.02)


@contextmanager
def daemon(path: Path, **environment: str) -> Iterator[Daemon]:
    running = Daemon(path).start(**environment)
    try:
        running.wait_log("channel gate: listening to")
        yield running
    finally:
        if running.process and running.process.poll() is None:
            running.process.kill()
            running.process.wait()


class Bus:
    """All that the station publishes, in the order of each topic: topics overtake one another."""

    def __init__(self, port: int) -> None:
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self._arrived = threading.Condition()
        self._messages: defaultdict[str, deque[dict[str, Any]]] = defaultdict(deque)
        self._ready = threading.Event()
        self.client.on_message = self._came
        self.client.on_connect = lambda c, *_: c.subscribe(f"{ROOT}/#", 1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.connect("127.0.0.1", port)

    def __enter__(self) -> Self:
        self.client.loop_start()
        assert self._ready.wait(WAIT_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _came(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        topic = message.topic.removeprefix(f"{ROOT}/")
        if not topic.startswith(("command/", "receipt/")):
            with self._arrived:
                self._messages[topic].append(json.loads(message.payload))
                self._arrived.notify()

    def next(self, topic: str, within_s: float = WAIT_S, **fields: object) -> dict[str, Any]:
        """The next message of this topic with these fields; others of the topic are passed over."""
        deadline = time.monotonic() + within_s
        passed_over = []
        with self._arrived:
            while self._arrived.wait_for(lambda: self._messages[topic], deadline - time.monotonic()):
                message = self._messages[topic].popleft()
                if all(message.get(k) == v for k, v in fields.items()):
                    return message
                passed_over.append(message)
            raise AssertionError(f"no {topic} with {fields}; {passed_over} and {dict(self._messages)}")

    def send(self, topic: str, message: dict[str, Any] | str) -> None:
        payload = message if isinstance(message, str) else json.dumps(message)
        self.client.publish(f"{ROOT}/{topic}", payload, 1)


class Radio:
    """Plays sound to a UDP port in real time, one sender for all of a test."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, datagram: bytes) -> None:
        """One datagram, whatever it is."""
        self._socket.send(datagram)

    def play(self, sound: Samples, after_s: float = 0.7) -> float:
        """The sound, and the quiet that closes the squelch; returns when its first sample was, UTC seconds.

        As a sound card does it, a block goes out when its last sample has been heard.
        """
        sound = np.concatenate([sound, np.zeros(int(after_s * RATE_HZ), np.float32)])
        began, began_at = time.monotonic(), time.time()
        for start in range(0, len(sound), BLOCK_FRAMES):
            block = sound[start : start + BLOCK_FRAMES]
            time.sleep(max(began + (start + len(block)) / RATE_HZ - time.monotonic(), 0))
            self._socket.send(s16le(block))
        return began_at
