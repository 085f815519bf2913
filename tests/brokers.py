"""Real brokers for the tests: mosquitto and iotcore on free ports; they can be killed and come back."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
SHIPPED = Path(__file__).parent.parent / "config" / "mosquitto"
"""What is shipped for mosquitto; each test brings its own listener."""


def settings_in(file: Path) -> tuple[str, ...]:
    """The settings of a mosquitto configuration, without comments and `listener` lines."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return tuple(line for line in lines if line and not line.startswith(("#", "listener ")))


KEEPS_ALL = settings_in(SHIPPED / "radiobridge.conf")
"""What the shipped file sets: persistence at each change, no limit for what waits."""
_UP_S = 10.0
_INSTALL = "install the Debian package mosquitto"


def free_port() -> int:
    """A TCP port on loopback that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def add_login(users: Path, user: str, password: str) -> None:
    """mosquitto's password file `users` has this login, too."""
    assert shutil.which("mosquitto_passwd"), _INSTALL
    users.touch(0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(users), user, password], check=True)


class BrokerProcess:
    """A broker that can die and come back on the same port."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        raise NotImplementedError

    def start(self) -> Self:
        """It listens."""
        log = (self.folder / f"broker-{self.port}.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                self.command(), stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + _UP_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        raise RuntimeError(f"no broker: {(self.folder / f'broker-{self.port}.log').read_text()}")

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """Dead without a chance to save anything (kill -9)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def restart(self) -> Self:
        self.kill()
        return self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()


class Mosquitto(BrokerProcess):
    """mosquitto with these lines of configuration, e.g. `KEEPS_ALL`; without any it keeps nothing."""

    def __init__(
        self, folder: Path, *lines: str, port: int | None = None, listener: tuple[str, ...] = ()
    ) -> None:
        super().__init__(folder, port)
        self.lines = list(lines)
        self.listener = list(listener)

    def command(self) -> list[str]:
        assert MOSQUITTO, _INSTALL
        data = self.folder / f"data-{self.port}"
        data.mkdir(exist_ok=True)
        file = self.folder / f"mosquitto-{self.port}.conf"
        anonymous = [] if any("allow_anonymous" in line for line in self.lines) else ["allow_anonymous true"]
        lines = [*self.lines, f"persistence_location {data}/", *anonymous]
        user = ["user root"] if os.geteuid() == 0 else []
        lines += [*user, f"listener {self.port} 127.0.0.1", *self.listener]
        file.write_text("\n".join(lines) + "\n")
        return [MOSQUITTO, "-c", str(file)]


class OldBroker(BrokerProcess):
    """iotcore: speaks MQTT 3.1.1 alone and hangs up on MQTT 5."""

    def command(self) -> list[str]:
        code = (
            "from iotcore import IotCoreBroker\n"
            f"IotCoreBroker(listen='127.0.0.1', port={self.port}, max_payload_size=1 << 20).run_forever()"
        )
        return [sys.executable, "-c", code]


class Listener:
    """A subscriber with a thread of its own that keeps what it gets; reconnects by itself.

    `on_each(listener, message)` runs in that thread for every message.
    """

    def __init__(
        self,
        port: int,
        *topics: str,
        client_id: str = "",
        version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv311,
        keep_session: bool = False,
        login: tuple[str, str] | None = None,
        on_each: Callable[[Listener, paho.MQTTMessage], None] | None = None,
    ) -> None:
        self.port = port
        self.messages: list[paho.MQTTMessage] = []
        self.subscribed = threading.Event()
        self._topics = topics or ("#",)
        self._news = threading.Condition()
        self._on_each = on_each
        self._subscription: int | None = None
        options: dict[str, Any] = {}
        if version != MQTTProtocolVersion.MQTTv5:
            options["clean_session"] = not keep_session
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=client_id, protocol=version, **options
        )
        self.client.reconnect_delay_set(0.1, 0.2)  # type: ignore[arg-type]  # paho takes fractions
        if login is not None:
            self.client.username_pw_set(*login)
        self.client.on_connect = self._connected
        self.client.on_subscribe = self._subscribed
        self.client.on_message = self._came

    def __enter__(self) -> Self:
        self.client.connect("127.0.0.1", self.port)
        self.client.loop_start()
        assert self.subscribed.wait(10), "no SUBACK"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def payloads(self, topic: str | None = None) -> list[bytes]:
        with self._news:
            return [bytes(m.payload) for m in self.messages if topic is None or m.topic == topic]

    def wait_for(self, enough: Callable[[list[paho.MQTTMessage]], bool], timeout_s: float = 45) -> None:
        """Returns when `enough(messages)`; fails after `timeout_s`."""
        with self._news:
            done = self._news.wait_for(lambda: enough(self.messages), timeout_s)
        assert done, f"got only {[(m.topic, bytes(m.payload)[:60]) for m in self.messages[-20:]]}"

    def wait_for_payloads(self, wanted: set[bytes], timeout_s: float = 45) -> None:
        self.wait_for(lambda messages: wanted <= {bytes(m.payload) for m in messages}, timeout_s)

    def _connected(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if not reason.is_failure:
            _, self._subscription = client.subscribe([(topic, 1) for topic in self._topics])

    def _subscribed(self, _client: Any, _data: Any, mid: int, _reasons: Any, _properties: Any) -> None:
        if mid == self._subscription:
            self.subscribed.set()

    def _came(self, _client: Any, _data: Any, message: paho.MQTTMessage) -> None:
        with self._news:
            self.messages.append(message)
            self._news.notify_all()
        if self._on_each is not None:
            self._on_each(self, message)
