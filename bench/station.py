"""What the benches share: a station with many channels, and a subscriber that notes when its callback ran."""

from __future__ import annotations

import json
import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from tests.system.station import Daemon, free_udp_port

ROOT = "radiobridge/v1/bench"
_WAIT_S = 60.0


def settings(
    folder: Path, broker: str, tables: str, *, channels: int = 1, channel: str = "", mqtt: str = ""
) -> tuple[Path, list[int]]:
    """A settings file whose channels listen on UDP, and their ports; `channel`, `mqtt`: keys to add."""
    ports = [free_udp_port() for _ in range(channels)]
    text = f'[station]\nname = "bench"\nstate_dir = "{folder}"\n[mqtt]\nbroker = "{broker}"\n{mqtt}\n'
    for number, port in enumerate(ports):
        text += f'[[channel]]\nname = "c{number}"\n{channel}\ninput = {{ driver = "udp", port = {port}'
        text += ", rate_hz = 16000 }\n"
    path = folder / "radiobridge.toml"
    path.write_text(text + tables, encoding="utf-8")
    return path, ports


@contextmanager
def running(path: Path) -> Iterator[Daemon]:
    """The daemon, connected to its broker."""
    daemon = Daemon(path, verbose=False).start()
    try:
        daemon.wait_log("health: channel/c0 is ok")
        daemon.wait_log("connected to")
        yield daemon
    finally:
        daemon.stop()


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
        """When the squelch closed on the next transmission, by the sample count, UTC seconds."""
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
