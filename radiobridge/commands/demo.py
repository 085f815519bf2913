"""`radiobridge demo`: the whole bridge on shipped recordings, without hardware.

The daemon runs as a process of its own with the embedded broker. The demo plays a radio: it sends the
recordings in real time as PCM over UDP, and it is an MQTT subscriber that prints what comes.
"""

from __future__ import annotations

import argparse
import contextlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from radiobridge.bus.subscriber import Subscriber

_RATE_HZ = 16000
_BLOCK_FRAMES = 320
_QUIET_S = 1.2
_START_TIMEOUT_S = 20.0
_MODEL_TIMEOUT_S = 120.0
_ALERT_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class _Scene:
    """A recording, what it is, and the alert that it must raise (None: it must raise nothing)."""

    recording: str
    what: str
    alert: str | None


_SCENES = (
    _Scene("emergency.flac", "a teacher at school 3 keys *103#", "emergency"),
    _Scene("patrol.flac", "a patrol on a noisy channel keys *50712#", "patrol-check-in"),
    _Scene("fire.flac", "somebody says “지원 화재” (fire, send support)", "fire"),
    _Scene("chatter.flac", "somebody talks about lunch, which must raise nothing", None),
    _Scene("emergency.flac", "school 3 keys *103# again", "emergency"),
)


@dataclass(slots=True)
class _Score:
    """What was played and what came of it."""

    expected: int = 0
    wrong: list[str] = field(default_factory=list)
    late_ms: list[float] = field(default_factory=list)


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`demo` is one of the commands."""
    parser = commands.add_parser("demo", help="the whole bridge on shipped recordings, no hardware")
    parser.add_argument("--keep", action="store_true", help="go on until Ctrl-C")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every recording raised what it must and nothing else."""
    from rich.console import Console

    console = Console(highlight=False)
    score = _Score()
    with tempfile.TemporaryDirectory(prefix="radiobridge-demo-") as folder:
        port, udp_port = _free_port(1883, socket.SOCK_STREAM), _free_port(7355, socket.SOCK_DGRAM)
        config = _config(Path(folder), port, udp_port)
        with (
            _daemon(config, Path(folder) / "daemon.log"),
            _subscribed(port) as subscriber,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as radio,
        ):
            radio.connect(("127.0.0.1", udp_port))
            _introduce(console, port)
            _wait_for_model(console, subscriber)
            try:
                _play_all(console, subscriber, radio, score)
                while args.keep:
                    _play_all(console, subscriber, radio, score)
            except KeyboardInterrupt:
                console.print()
            _conclude(console, score)
    return 1 if score.wrong else 0


def _play_all(console: Console, subscriber: Subscriber, radio: socket.socket, score: _Score) -> None:
    for scene in _SCENES:
        console.print(f"[cyan]▶ {scene.what}[/]")
        _play(scene.recording, radio)
        _judge(console, subscriber, scene, score)


def _introduce(console: Console, port: int) -> None:
    console.print(f"[bold]radiobridge[/] is running with its embedded MQTT broker on 127.0.0.1:{port}.")
    console.print("Subscribe with any MQTT client, for instance:")
    console.print(f"    mosquitto_sub -h 127.0.0.1 -p {port} -v -t 'radiobridge/v1/demo/#'", soft_wrap=True)
    console.print(f"    radiobridge watch --broker mqtt://127.0.0.1:{port}\n", soft_wrap=True)


def _conclude(console: Console, score: _Score) -> None:
    received = len(score.late_ms)
    worst = f", the latest {max(score.late_ms):.0f} ms after its last key or word" if received else ""
    said = f"\n[bold]{score.expected} alerts keyed or said, {received} received[/]{worst}."
    console.print(said, soft_wrap=True)
    for wrong in score.wrong:
        console.print(f"[red]not as it should be:[/] {wrong}")
    if not score.wrong:
        console.print("Every recording raised what it must, and plain talk raised nothing.")
        console.print(
            "(A phrase counts when the squelch has closed, half a second after its last word.)",
            soft_wrap=True,
        )
    console.print(
        "To go on and subscribe with a client of your own: make demo ARGS=--keep, or radiobridge demo --keep",
        soft_wrap=True,
    )


def _judge(console: Console, subscriber: Subscriber, scene: _Scene, score: _Score) -> None:
    """Prints what came of a scene until its call-in came, which is the last thing that can."""
    from rich.markup import escape

    from radiobridge.bus.heard_messages import AlertMessage, CallInMessage
    from radiobridge.commands.alert_text import alert_lines

    score.expected += scene.alert is not None
    raised: list[str] = []
    deadline = time.monotonic() + _ALERT_TIMEOUT_S
    while (left_s := deadline - time.monotonic()) > 0:
        received = subscriber.get(timeout_s=left_s)
        if received is None:
            break
        if received.topic.endswith("/callin"):
            callin = CallInMessage.model_validate_json(received.payload)
            if scene.alert is None:
                console.print(f"  [dim]heard “{escape(callin.text)}”: a call-in, no alert[/]")
            break
        if received.topic.endswith("/alert"):
            alert = AlertMessage.model_validate_json(received.payload)
            raised.append(alert.type)
            score.late_ms.append((received.at - alert.heard.timestamp()) * 1000)
            for line in alert_lines(alert, received.at):
                console.print(f"  {line}", soft_wrap=True)
    else:
        score.wrong.append(f"{scene.what}: no call-in within {_ALERT_TIMEOUT_S:.0f} s")
    if raised != ([scene.alert] if scene.alert else []):
        score.wrong.append(f"{scene.what}: raised {', '.join(raised) or 'nothing'}")


def _play(recording: str, radio: socket.socket) -> None:
    """Sends a recording and the quiet after it as s16le PCM, in real time."""
    import numpy as np
    import soundfile

    with (files("radiobridge") / "assets" / recording).open("rb") as file:
        sound, rate_hz = soundfile.read(file, dtype="int16")
    if rate_hz != _RATE_HZ:
        raise AssertionError(f"{recording}: recorded at {rate_hz} Hz instead of {_RATE_HZ}")
    sound = np.concatenate([sound, np.zeros(int(_QUIET_S * _RATE_HZ), np.int16)])
    start = time.monotonic()
    for at in range(0, len(sound), _BLOCK_FRAMES):
        block = sound[at : at + _BLOCK_FRAMES]
        # A block is sent when its last sample would have been heard.
        due = start + (at + len(block)) / _RATE_HZ
        time.sleep(max(due - time.monotonic(), 0))
        radio.send(block.astype("<i2").tobytes())


def _wait_for_model(console: Console, subscriber: Subscriber) -> None:
    from radiobridge.bus.messages import PartHealth
    from radiobridge.errors import ModelError
    from radiobridge.events import Condition

    deadline = time.monotonic() + _MODEL_TIMEOUT_S
    with console.status("loading the speech model …"):
        while time.monotonic() < deadline:
            received = subscriber.get(timeout_s=1)
            if received is None or "/health/speech/" not in received.topic:
                continue
            health = PartHealth.model_validate_json(received.payload)
            if health.condition is Condition.OK:
                return
            if health.condition is Condition.FAILED:
                raise ModelError(health.why)
    raise ModelError(f"the speech model did not load within {_MODEL_TIMEOUT_S:.0f} s")


def _config(folder: Path, port: int, udp_port: int) -> Path:
    text = (files("radiobridge") / "assets" / "demo.toml").read_text(encoding="utf-8")
    for name, value in (("UDP_PORT", udp_port), ("STATE_DIR", folder), ("PORT", port)):
        text = text.replace(f"= {name}", f"= {value}").replace(f'"{name}"', f'"{value}"')
    path = folder / "radiobridge.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _free_port(wanted: int, kind: socket.SocketKind) -> int:
    """`wanted`, or any other where something has it."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, kind) as probe:
            # A port whose last connections are still winding down is free for a new broker.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(kind is socket.SOCK_STREAM))
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("no free port")


@contextlib.contextmanager
def _daemon(config: Path, log: Path) -> Iterator[None]:
    """`radiobridge run` as a child; when it fails, its log says why."""
    from radiobridge.errors import RadiobridgeError

    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603  our own interpreter and our own file
            [sys.executable, "-m", "radiobridge", "run", "--config", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield
    except RadiobridgeError as error:
        raise RadiobridgeError(f"{error}\nthe daemon's log:\n{log.read_text(errors='replace')}") from error
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


@contextlib.contextmanager
def _subscribed(port: int) -> Iterator[Subscriber]:
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.settings import MqttSettings

    topics = [f"radiobridge/v1/demo/{rest}" for rest in ("alert", "callin", "health/#")]
    _wait_for_broker(port)
    with Subscriber(MqttSettings(broker=f"mqtt://127.0.0.1:{port}"), topics, name="demo") as subscriber:
        subscriber.subscribed(_START_TIMEOUT_S)
        yield subscriber


def _wait_for_broker(port: int) -> None:
    from radiobridge.errors import BrokerRefused

    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise BrokerRefused(f"the embedded broker did not come up on port {port} within {_START_TIMEOUT_S:.0f} s")
