"""`radiobridge watch`: prints the alerts and keypad tests of the bus as they come, for a person to read."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING

from radiobridge.commands.broker_options import add_broker_options, broker_of, settings_of

if TYPE_CHECKING:
    from radiobridge.bus.subscriber import Received


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`watch` is one of the commands."""
    parser = commands.add_parser("watch", help="print alerts and keypad tests as they come")
    add_broker_options(parser)
    parser.add_argument("--station", default="+", metavar="NAME", help="one station only (default: all)")
    parser.add_argument("--all", action="store_true", help="call-ins, health and status too")
    parser.add_argument("--json", action="store_true", help="print the messages as they are, one a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints until it is interrupted; a lost connection is made again."""
    from rich.console import Console

    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.topics import of_station

    settings = broker_of(args, settings_of(args))
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


def _lines(received: Received, seen: set[str]) -> list[str]:
    from pydantic import ValidationError
    from rich.markup import escape

    from radiobridge.bus.heard_messages import AlertMessage, KeypadTestMessage
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
