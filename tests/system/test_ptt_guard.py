"""Who releases PTT when the daemon cannot: kill -9 in mid-transmission, with rigctld's dummy radio."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import pytest

from tests.brokers import Mosquitto
from tests.commands.calls import called
from tests.system.far_side import DummyRadio, Ear
from tests.system.station import Bus, Daemon, config, daemon, eventually
from tests.system.usb_cable import icom_radio

LONG = {"channels": ["gate"], "tones": f"dtmf:{'1' * 60}"}


class Scene:
    """A station whose radio keeps transmitting when nobody releases it."""

    def __init__(self, running: Daemon, bus: Bus, dummy: DummyRadio, path: Path) -> None:
        self.running, self.bus, self.dummy, self.path = running, bus, dummy, path

    def guards(self) -> list[int]:
        """The processes that have guarded it, in their order."""
        return [int(pid) for pid in re.findall(r"ptt-guard: process (\d+)", self.running.log.read_text())]

    def key(self) -> None:
        """It transmits for some ten seconds."""
        self.bus.next("health/channel/gate", condition="ok")
        self.bus.send("command/say", LONG)
        eventually(lambda: self.dummy.is_keyed)

    def kill(self) -> None:
        """The daemon is dead without a chance to do anything."""
        self.running.stop(signal.SIGKILL)


def channel_of(port: int, ear: Ear) -> str:
    """The keys of a channel whose radio is behind the rigctld at this port."""
    return (
        f'radio = {{ driver = "hamlib", port = {port} }}\n'
        f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
    )


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with Mosquitto(tmp_path) as broker, DummyRadio() as dummy, Ear() as ear:
        path, _ = config(tmp_path, broker.url, channel=channel_of(dummy.port, ear))
        with Bus(broker.port) as bus, daemon(path) as running:
            yield Scene(running, bus, dummy, path)


def is_there(pid: int) -> bool:
    """Whether this process lives; one whose parent is dead may not have been collected yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_daemon_that_is_killed_while_it_transmits_leaves_no_radio_on_the_air(scene: Scene) -> None:
    scene.key()
    scene.kill()
    eventually(lambda: not scene.dummy.is_keyed, within_s=8)
    eventually(lambda: "channel gate: PTT is off" in scene.running.log.read_text(), within_s=5)
    (guard,) = scene.guards()
    eventually(lambda: not is_there(guard), within_s=5)


def test_a_radio_on_a_data_cable_is_released_as_well(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Ear() as ear, icom_radio(tmp_path) as (port, icom):
        channel = (
            f'radio = {{ driver = "icom", port = "{port.path}", address = "IC-7300" }}\n'
            f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
        )
        path, _ = config(tmp_path, broker.url, channel=channel)
        with Bus(broker.port) as bus, daemon(path) as running:
            bus.next("health/channel/gate", condition="ok")
            bus.send("command/say", LONG)
            eventually(lambda: icom.keyed)
            running.stop(signal.SIGKILL)
            eventually(lambda: not icom.keyed, within_s=8)


def test_the_signals_that_end_the_daemon_do_not_end_its_guard(scene: Scene) -> None:
    scene.bus.next("health/ptt-guard", condition="ok")
    (guard,) = scene.guards()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        subprocess.run(["kill", f"-{number.value}", str(guard)], check=True)
    scene.key()
    scene.kill()
    eventually(lambda: not scene.dummy.is_keyed, within_s=8)


def test_a_guard_that_dies_is_told_and_comes_back(scene: Scene) -> None:
    scene.bus.next("health/ptt-guard", condition="ok")
    subprocess.run(["kill", "-KILL", str(scene.guards()[0])], check=True)
    told = scene.bus.next("health/ptt-guard", condition="degraded")
    assert told["why"].startswith("it died (exit code -9)")
    scene.bus.next("health/ptt-guard", condition="ok")
    assert len(scene.guards()) == 2
    scene.key()
    scene.kill()
    eventually(lambda: not scene.dummy.is_keyed, within_s=8)


def test_a_clean_stop_dismisses_the_guard_and_it_touches_no_radio(scene: Scene) -> None:
    scene.bus.next("health/ptt-guard", condition="ok")
    (guard,) = scene.guards()
    code, took_s = scene.running.stop(signal.SIGTERM)
    assert code == 0
    assert took_s < 2
    assert not is_there(guard)
    assert "its radios are released" not in scene.running.log.read_text()


def test_the_guard_holds_nothing_of_the_daemon_but_its_log(scene: Scene) -> None:
    (guard,) = scene.guards()
    scene.bus.next("health/ptt-guard", condition="ok")
    links = {path.name: str(path.readlink()) for path in Path(f"/proc/{guard}/fd").iterdir()}
    assert set(links) == {"0", "1", "2"}
    assert links["0"].startswith("pipe:")
    assert links["1"] == "/dev/null"
    modules = {line.rsplit("/", 1)[-1] for line in Path(f"/proc/{guard}/maps").read_text().splitlines()}
    assert not {name for name in modules if "numpy" in name or "pydantic" in name}


def test_ptt_off_releases_what_a_dead_daemon_left_on(scene: Scene) -> None:
    scene.bus.next("health/ptt-guard", condition="ok")
    scene.key()
    with killed_with_its_guard(scene):
        assert scene.dummy.is_keyed
        done = called("ptt-off", "--config", str(scene.path))
        assert done.returncode == 0, done.stderr
        assert f"gate: PTT is off (rigctld 127.0.0.1:{scene.dummy.port})" in done.stdout
        eventually(lambda: not scene.dummy.is_keyed, within_s=2)


class Line:
    """A connection to rigctld that can be held up, as by a radio that hangs."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._flows = threading.Event()
        self._flows.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        for end in (self._listener, *self._open):
            end.close()
        self._flows.set()

    def hold_up(self) -> None:
        self._flows.clear()

    def let_go(self) -> None:
        self._flows.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._open += [near, far]
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=ends, daemon=True).start()

    def _pass_on(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(4096):
                self._flows.wait()
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)


def test_a_radio_that_hangs_when_the_station_stops_is_released_when_it_answers(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, DummyRadio() as dummy, Ear() as ear, Line(dummy.port) as line:
        channel = channel_of(line.port, ear)
        path, _ = config(tmp_path, broker.url, channel=channel)
        with Bus(broker.port) as bus, daemon(path) as running:
            scene = Scene(running, bus, dummy, path)
            scene.key()
            line.hold_up()
            running.stop(signal.SIGTERM)
            assert dummy.is_keyed
            line.let_go()
            eventually(lambda: not dummy.is_keyed, within_s=12)
            eventually(lambda: "channel gate: PTT is off" in running.log.read_text(), within_s=12)


@contextmanager
def killed_with_its_guard(scene: Scene) -> Iterator[None]:
    """As systemd does it: all processes of the service at once."""
    assert scene.running.process
    (guard,) = scene.guards()
    subprocess.run(["kill", "-KILL", str(guard), str(scene.running.process.pid)], check=True)
    scene.running.process.wait()
    yield


def test_a_station_without_such_radios_has_no_guard(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        path, _ = config(tmp_path, broker.url, channel='radio = "vox"\n')
        with daemon(path) as running:
            assert "ptt-guard" not in running.log.read_text()


def test_the_waiting_guard_imports_nothing_heavy() -> None:
    code = "import sys, radiobridge.ptt_guard_child; print(' '.join(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert not {"asyncio", "numpy", "pydantic", "radiobridge.ports", "logging"} & set(modules.split())
