"""`radiobridge incidents`: what is open at a running station, and what somebody does about it."""

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
    from radiobridge.bus.incident_messages import AnyIncidentCommand, IncidentMessage, Person
    from radiobridge.bus.subscriber import Subscriber

_MISUSED = 2
_TIMEOUT_S = 10.0
_ACTS = ("acknowledge", "come", "arrive", "close", "false-alarm", "duplicate", "reopen", "note")


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`incidents` is one of the commands."""
    parser = commands.add_parser(
        "incidents",
        help="show the open incidents of a running station, or do something about one",
        usage="radiobridge incidents [options] [ACT NUMBER [NOTE ...]]",
    )
    parser.add_argument("act", nargs="?", metavar="ACT", help=f"one of {', '.join(_ACTS)}")
    parser.add_argument("number", nargs="?", metavar="NUMBER", help="of the incident")
    parser.add_argument("note", nargs="*", metavar="NOTE", help="a remark for its log")
    parser.add_argument("--by", metavar="NAME", help="who does it, for the log (default: the user's name)")
    parser.add_argument("--of", type=int, metavar="NUMBER", help="of which one it is a duplicate")
    parser.add_argument("--log", action="store_true", help="show every step of each")
    add_running_station_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when it was shown or done, 1 when the station refused it, 2 when misused."""
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.topics import of_station
    from radiobridge.commands.question import Question

    settings = settings_of(args)
    station = station_of(args, settings)
    broker = broker_of(args, settings)
    if args.act is None:
        with Subscriber(broker, [of_station(station, "incident/+")], name="incidents") as bus:
            _show(_open(bus), with_log=args.log)
        return 0
    try:
        command = _command(args)
    except ValueError as error:
        print(f"radiobridge incidents: {error}", file=sys.stderr)
        return _MISUSED
    with Subscriber(broker, Question.topics(station, args.act), name="incidents") as bus:
        answer = Question(bus, station, args.act, command).answer(time.monotonic() + _TIMEOUT_S)
    print(answer.text, file=sys.stdout if answer.ok else sys.stderr)
    return 0 if answer.ok else 1


def _command(args: argparse.Namespace) -> AnyIncidentCommand:
    """What is asked of the station. Raises ValueError for what it would refuse in any case."""
    from pydantic import ValidationError

    from radiobridge.bus.incident_messages import INCIDENT_COMMANDS
    from radiobridge.near import did_you_mean

    kinds = {command.act.value: command for command in INCIDENT_COMMANDS}
    if args.act not in kinds:
        raise ValueError(f"no act {args.act!r}; there are: {', '.join(kinds)}{did_you_mean(args.act, kinds)}")
    if args.number is None or not args.number.isdecimal():
        raise ValueError(f"{args.act}: give the number of the incident, such as {args.act} 7")
    asked = {
        "incident": int(args.number),
        "by": args.by or getpass.getuser(),
        "note": " ".join(args.note),
        **({"of": args.of} if args.of is not None else {}),
    }
    try:
        return kinds[args.act].model_validate(asked)
    except ValidationError as error:
        first = error.errors()[0]
        key = f"--{first['loc'][0]}: " if first["loc"] and first["loc"][0] == "of" else ""
        raise ValueError(f"{args.act}: {key}{first['msg'].removeprefix('Value error, ')}") from error


def _open(bus: Subscriber) -> list[IncidentMessage]:
    """The incidents that are not over, the oldest first."""
    from radiobridge.bus.incident_messages import IncidentMessage

    found = [IncidentMessage.model_validate_json(payload) for payload in bus.retained().values()]
    return sorted((each for each in found if not each.state.is_over), key=lambda each: each.opened)


def _show(incidents: list[IncidentMessage], *, with_log: bool) -> None:
    for incident in incidents:
        text = next(iter(incident.text.values()), incident.type)
        calls = f", called {incident.calls} times" if incident.calls > 1 else ""
        coming = ", ".join(filter(None, map(_named, (each.who for each in incident.responders))))
        with_whom = f": {coming}" if coming else ""
        opened = f"{incident.opened.astimezone():%H:%M:%S}"
        print(f"{incident.number:>3}  {opened}  {incident.state:<12}  {text}{calls}{with_whom}")
        for step in incident.log if with_log else ():
            remark = f": {step.text}" if step.text else ""
            print(f"     {step.at.astimezone():%H:%M:%S}  {step.kind:<12}  {_named(step.who)}{remark}")
    if not incidents:
        print("no incident is open")


def _named(who: Person) -> str:
    """Who it was, for a person."""
    if who.name:
        return who.name
    if who.unit:
        return f"unit {who.unit}"
    return f"post {who.post}" if who.post else who.channel or who.by
