"""`radiobridge say`: a running station sends words or tones on the air, and tells what became of them."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from radiobridge.commands.broker_options import (
    add_running_station_options,
    broker_of,
    settings_of,
    station_of,
)

if TYPE_CHECKING:
    from radiobridge.bus.command_messages import SayCommand
    from radiobridge.bus.messages import AnnouncementMessage
    from radiobridge.bus.subscriber import Received
    from radiobridge.commands.question import Question

_MISUSED = 2
_ALL = ("*", "all")
_PRIORITIES = ("bulletin", "reply", "emergency")
_SENDING_S = 150.0
"""Beside the wait for a free channel: the time-out timer's usual bound, and the time to make speech."""
_USUAL_WAIT_S = 60.0


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """`say` is one of the commands."""
    parser = commands.add_parser(
        "say",
        help="send words or tones on a channel, and tell whether they were sent",
        usage="radiobridge say [options] CHANNEL [TEXT ...]",
    )
    parser.add_argument("channel", metavar="CHANNEL", help="its name; all or '*': every one that can send")
    parser.add_argument("text", nargs="*", metavar="TEXT", help="what is said; - takes it from stdin")
    parser.add_argument("--language", default="en", metavar="TAG", help="of the text (default: en)")
    parser.add_argument("--tones", default="", metavar="SPEC", help="sent before the text, such as beep")
    parser.add_argument("--priority", choices=_PRIORITIES, default="bulletin", help="default: bulletin")
    parser.add_argument(
        "--wait-s", type=float, metavar="S", help="how long it may wait for a free channel (default: wait_s)"
    )
    parser.add_argument(
        "--timeout-s", type=float, metavar="S", help="how long this command waits until all is sent"
    )
    add_running_station_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when all was sent, 1 when something was not, 2 when misused."""
    from radiobridge.bus.subscriber import Subscriber
    from radiobridge.bus.topics import of_station
    from radiobridge.commands.question import Question

    try:
        command = _command(args)
    except ValueError as error:
        print(f"radiobridge say: {error}", file=sys.stderr)
        return _MISUSED
    settings = settings_of(args)
    station = station_of(args, settings)
    topics = [of_station(station, "channel/+/announcement"), *Question.topics(station, "say")]
    broker = broker_of(args, settings)
    timeout_s = args.timeout_s or (args.wait_s or _USUAL_WAIT_S) + _SENDING_S
    with Subscriber(broker, topics, name="say") as bus:
        give_up = time.monotonic() + timeout_s
        question = Question(bus, station, "say", command)
        said = _Said(question, give_up)
        answer = question.answer(give_up)
        if not answer.ok:
            print(f"radiobridge say: refused: {answer.text}", file=sys.stderr)
            return 1
        return 0 if said.all_sent(answer.announcements, command.channels[0]) else 1


def _command(args: argparse.Namespace) -> SayCommand:
    """What is asked of the station. Raises ValueError for what it would refuse in any case."""
    from pydantic import ValidationError

    from radiobridge.bus.command_messages import SayCommand
    from radiobridge.events import Priority

    if args.timeout_s is not None and args.timeout_s <= 0:
        raise ValueError("--timeout-s: give more than 0 seconds")
    text = (sys.stdin.read() if args.text == ["-"] else " ".join(args.text)).strip()
    try:
        return SayCommand(
            channels=("*",) if args.channel in _ALL else (args.channel,),
            text={args.language: text} if text else {},
            tones=args.tones,
            priority=Priority(args.priority),
            wait_s=args.wait_s,
        )
    except ValidationError as error:
        first = error.errors()[0]
        key = f"{'.'.join(str(part) for part in first['loc'])}: " if first["loc"] else ""
        raise ValueError(f"{key}{first['msg'].removeprefix('Value error, ')}") from error


class _Said:
    """The announcements of one command, and what becomes of them."""

    def __init__(self, question: Question, give_up: float) -> None:
        self._question = question
        self._give_up = give_up
        self._ended: dict[str, AnnouncementMessage] = {}
        question.others = self._take

    def all_sent(self, ids: Sequence[str], channel: str) -> bool:
        """True when all announcements were sent; each has a line on stdout when its end is known."""
        from radiobridge.events import Outcome

        for index, id_ in enumerate(ids):
            self._question.receive(self._give_up, lambda id_=id_: id_ in self._ended)  # type: ignore[misc]
            if ended := self._ended.get(id_):
                print(_line(ended), flush=True)
            else:
                name = channel if len(ids) == 1 else f"announcement {index + 1}"
                print(f"{name}: its end is not known yet: it waits, or the station has stopped", flush=True)
        return all(id_ in self._ended and self._ended[id_].outcome is Outcome.SENT for id_ in ids)

    def _take(self, received: Received) -> None:
        from radiobridge.bus.messages import AnnouncementMessage

        ended = AnnouncementMessage.model_validate_json(received.payload)
        self._ended[ended.announcement] = ended


def _line(ended: AnnouncementMessage) -> str:
    """What became of it, for a person."""
    from radiobridge.events import Outcome

    at = f" at {ended.sent.astimezone():%H:%M:%S}" if ended.sent else ""
    held = f", PTT held for {ended.held_s:.1f} s" if ended.held_s else ""
    if ended.outcome is Outcome.SENT:
        return f"{ended.channel}: sent{at}{held}"
    return f"{ended.channel}: not sent ({ended.outcome}){at}{held}: {ended.why}"
