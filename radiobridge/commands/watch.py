"""`radiobridge watch`: prints the alerts and keypad tests of the bus as they come, for a person to read."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radiobridge.bus.subscriber import Received
    from radiobridge.settings import MqttSettings

_DEFAULT_BROKER = "mqtt://127.0.0.1:1883"


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`watch` is one of the commands."""
    parser = commands.add_parser("watch", help="print alerts and keypad tests as they come")
    parser.add_argument("--config", type=Path, metavar="FILE", help="take broker and login from this file")
    parser.add_argument(
        "--broker", metavar="URL", help=f"mqtt://HOST[:PORT] or mqtts://HOST (default {_DEFAULT_BROKER})"
    )
    parser.add_argument("--username", metavar="NAME", help="login; the password is read from the file")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="file with the password")
    parser.add_argument("--ca-file", type=Path, metavar="FILE", help="who signed the broker's certificate")
    parser.add_argument("--station", default="+", metavar="NAME", help="one station only (default: all)")
    parser.add_argument("--all", action="store_true", help="call-ins, health and status too")
    parser.add_argument("--json", action="store_true", help="print the messages as they are, one a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints until it is interrupted; a lost connection is made again."""
    from rich.console import Console

    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.topics import of_station

    settings = _settings(args)
    wanted = ["alert", "keypad-test", *(("callin", "health/#", "status") if args.all else ())]
    topics = [of_station(args.station, rest) for rest in wanted]
    console = Console(highlight=False)
    with Subscriber(settings, topics, name="watch") as subscriber:
        if not args.json:
            console.print(f"watching {settings.host}:{settings.port}, {' '.join(topics)}  (Ctrl-C ends)")
        seen: set[str] = set()
        while True:
            received = subscriber.get(timeout_s=3600)
            if received is None:
                continue
            if args.json:
                print(received.payload.decode(errors="replace"), flush=True)
            else:
                for line in _lines(received, seen):
                    console.print(line, soft_wrap=True)


def _settings(args: argparse.Namespace) -> MqttSettings:
    from pydantic import ValidationError

    from radiobridge.checks import load_station
    from radiobridge.errors import RadiobridgeError
    from radiobridge.settings import MqttSettings

    if args.config:
        return load_station(args.config).settings.mqtt
    try:
        return MqttSettings(
            broker=args.broker or _DEFAULT_BROKER,
            username=args.username,
            password_file=args.password_file,
            ca_file=args.ca_file,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise RadiobridgeError(
            f"--{first['loc'][0]}: {first['msg'].removeprefix('Value error, ')}"
        ) from error


def _lines(received: Received, seen: set[str]) -> list[str]:
    from pydantic import ValidationError
    from rich.markup import escape

    from radiobridge.bus.messages import AlertMessage, KeypadTestMessage
    from radiobridge.commands.alert_text import alert_lines
    from radiobridge.commands.keypad_text import keypad_lines

    level = received.topic.rsplit("/", 1)[-1]
    try:
        if level == "alert":
            alert = AlertMessage.model_validate_json(received.payload)
            return _once(alert.id, alert.type, seen) or alert_lines(alert, received.at)
        if level == "keypad-test":
            test = KeypadTestMessage.model_validate_json(received.payload)
            return _once(test.id, level, seen) or keypad_lines(test)
    except ValidationError as error:
        return [f"[red]no {level} that this version understands:[/] {escape(str(error))}"]
    stamp = time.strftime("%H:%M:%S")
    return [f"[dim]{stamp} {escape(received.topic)} {escape(received.payload.decode(errors='replace'))}[/]"]


def _once(id_: str, what: str, seen: set[str]) -> list[str]:
    """A line that says it came again, or nothing the first time."""
    from rich.markup import escape

    if id_ in seen:
        return [f"[dim]again: {id_} {escape(what)}[/]"]
    seen.add(id_)
    return []
