"""`radiobridge drill`: a drill of a running station is begun or ended, or told of."""

from __future__ import annotations

import argparse
import getpass
import sys
import time
from typing import TYPE_CHECKING

from radiobridge.commands.broker_options import (
    add_running_station_options,
    broker_of,
    settings_of,
    station_of,
)

if TYPE_CHECKING:
    from radiobridge.bus.drill_messages import DrillOutcome, DrillTimes

_TIMEOUT_S = 10.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`drill` is one of the commands."""
    parser = commands.add_parser("drill", help="begin or end a drill, or tell how the last one went")
    parser.add_argument("turn", nargs="?", choices=("on", "off"), help="default: it is told how it is")
    parser.add_argument("--minutes", type=float, metavar="N", help="after which it ends by itself")
    parser.add_argument("--by", metavar="NAME", help="who does it, for the record (default: the user's name)")
    add_running_station_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was told or done, 1 when the station refused it, 2 when misused."""
    from pydantic import ValidationError

    from radiobridge.bus.drill_messages import DrillCommand
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.commands.question import Question

    settings = settings_of(args)
    station, broker = station_of(args, settings), broker_of(args, settings)
    if args.turn is None:
        return _tell(args, station)
    try:
        by = args.by or getpass.getuser()
        command = DrillCommand(on=args.turn == "on", by=by, minutes=args.minutes)
    except ValidationError as error:
        first = error.errors()[0]
        print(f"radiobridge drill: --{first['loc'][0]}: {first['msg']}", file=sys.stderr)
        return 2
    with Subscriber(broker, Question.topics(station, "drill"), name="drill") as bus:
        answer = Question(bus, station, "drill", command).answer(time.monotonic() + _TIMEOUT_S)
    print(answer.text, file=sys.stdout if answer.ok else sys.stderr)
    return 0 if answer.ok else 1


def _tell(args: argparse.Namespace, station: str) -> int:
    """How it is, and how the last one went."""
    from radiobridge.bus.drill_messages import DrillMessage
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.topics import of_station

    with Subscriber(broker_of(args, settings_of(args)), [of_station(station, "drill")], name="drill") as bus:
        found = [DrillMessage.model_validate_json(payload) for payload in bus.retained().values()]
    if not found:
        print("the broker knows of no such station", file=sys.stderr)
        return 1
    (drill,) = found
    if drill.on and drill.began and drill.ends:
        began, ends = drill.began.astimezone(), drill.ends.astimezone()
        print(f"a drill goes on since {began:%H:%M:%S}, by {drill.by}; it ends by itself at {ends:%H:%M:%S}")
    else:
        print("there is no drill")
    if drill.last:
        _print_last(drill.last)
    return 0


def _print_last(last: DrillOutcome) -> None:
    began, ended = last.began.astimezone(), last.ended.astimezone()
    print(f"the last one: {began:%Y-%m-%d %H:%M} to {ended:%H:%M}, by {last.by}: {last.incidents} incidents")
    print(f"  posts that called: {', '.join(last.posts) or 'none'}")
    print(f"  who came: {', '.join(last.responders) or 'nobody'}")
    for what in ("acknowledged", "coming", "arrived", "closed"):
        print(f"  {what}: {_times(getattr(last, what))}")


def _times(times: DrillTimes | None) -> str:
    if times is None:
        return "none"
    return f"{times.count}, after {times.median_s:.0f} s (median), {times.longest_s:.0f} s (longest)"
