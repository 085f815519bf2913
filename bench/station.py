"""What the benches share: mosquitto, the daemon, a radio that plays over UDP, a subscriber."""

from __future__ import annotations

import json
import queue
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from radiobridge.events import Samples

RATE_HZ = 16000
BLOCK_FRAMES = 320
ROOT = "radiobridge/v1/bench"
_WAIT_S = 60.0


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port on loopback that nothing uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def mosquitto(folder: Path) -> Iterator[int]:
    """A broker with the shipped settings on the port that it gives."""
    port = free_port()
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "mosquitto"
    config = folder / "mosquitto.conf"
    config.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence true\n"
        f"persistence_location {folder}/\nautosave_on_changes true\nautosave_interval 1\n"
        "max_queued_messages 0\nset_tcp_nodelay true\nuser root\n",
        encoding="utf-8",
    )
    broker = subprocess.Popen([program, "-c", str(config)], stderr=subprocess.DEVNULL)
    try:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield port
    finally:
        broker.kill()
        broker.wait()


def daemon(folder: Path, port: int, settings: str, **values: object) -> subprocess.Popen[bytes]:
    """`radiobridge run` with these tables behind its station and broker; braces are filled in."""
    path = folder / "radiobridge.toml"
    head = f'[station]\nname = "bench"\nstate_dir = "{folder}"\n[mqtt]\nbroker = "mqtt://127.0.0.1:{port}"\n'
    path.write_text(head + settings.format(**values), encoding="utf-8")
    log = (folder / "daemon.log").open("ab")
    with log:
        return subprocess.Popen(
            [sys.executable, "-m", "radiobridge", "run", "--config", str(path)], stdout=log, stderr=log
        )


def wait_log(folder: Path, text: str, times: int = 1) -> None:
    """The daemon's log says `text` so many times."""
    deadline = time.monotonic() + _WAIT_S
    log = folder / "daemon.log"
    while log.read_text(encoding="utf-8").count(text) < times:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{text!r} is not in the log:\n{log.read_text(encoding='utf-8')}")
        time.sleep(0.01)


@contextmanager
def running_daemon(folder: Path, port: int, settings: str, **values: object) -> Iterator[int]:
    """The daemon, connected and listening to the UDP port that it gives."""
    udp = free_port(socket.SOCK_DGRAM)
    child = daemon(folder, port, settings, udp=udp, **values)
    try:
        wait_log(folder, "listening to UDP")
        wait_log(folder, "connected to")
        yield udp
    finally:
        child.terminate()
        child.wait()


class Bus:
    """The subscriber: alerts with the time of their callback, health, ends of transmissions."""

    def __init__(self, port: int) -> None:
        self._alerts: queue.Queue[tuple[dict[str, Any], float]] = queue.Queue()
        self._ends: queue.Queue[float] = queue.Queue()
        self._health: queue.Queue[tuple[str, str]] = queue.Queue()
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._came
        self._client.on_connect = lambda c, *_: c.subscribe(f"{ROOT}/#", 1)
        self._client.connect("127.0.0.1", port)

    def __enter__(self) -> Self:
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def next_alert(self) -> tuple[dict[str, Any], float]:
        """The next alert and when its callback ran, UTC seconds."""
        return self._alerts.get(timeout=_WAIT_S)

    def closed_at(self) -> float:
        """When the next transmission to end did so, by the sample count, UTC seconds."""
        return self._ends.get(timeout=_WAIT_S)

    def wait_health(self, part: str, condition: str) -> None:
        """The part has said this of itself."""
        while self._health.get(timeout=_WAIT_S) != (part, condition):
            continue

    def _came(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        at = time.time()
        content = json.loads(message.payload)
        if message.topic == f"{ROOT}/alert":
            self._alerts.put((content, at))
        elif "/health/" in message.topic:
            self._health.put((content["part"], content["condition"]))
        elif content.get("phase") == "end":
            started = datetime.fromisoformat(content["started"]).timestamp()
            self._ends.put(started + content["duration_s"])


class Radio:
    """Plays to a UDP port in real time."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def play(self, sound: Samples) -> float:
        """The sound goes out, each datagram when its last sample would have been heard.

        Returns when its first datagram was due, UTC seconds: a sample of datagram n left n times 20 ms later.
        """
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2")
        began = time.monotonic()
        first_at = time.time()
        for start in range(0, len(pcm), BLOCK_FRAMES):
            time.sleep(max(began + start / RATE_HZ - time.monotonic(), 0))
            self._socket.send(pcm[start : start + BLOCK_FRAMES].tobytes())
        return first_at
