"""What comes in over the bus: receipts of named receivers, and commands."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Required, TypeAlias, TypedDict, Unpack

from radiobridge.bus.command_messages import (
    CommandAnswer,
    ReplayCommand,
    SayCommand,
    SelfTestCommand,
)
from radiobridge.bus.commands import parse_command, parse_receipt, ref_of
from radiobridge.bus.connection import Incoming
from radiobridge.bus.drill_messages import DrillCommand
from radiobridge.bus.incident_messages import AnyIncidentCommand, IncidentCommand
from radiobridge.bus.messages import AcceptedCommand
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Selection
from radiobridge.bus.supervision_messages import AnySupervisionCommand, BulletinCommand, ContactTestCommand
from radiobridge.bus.topics import after_station, of_station, topic_of
from radiobridge.bus.wire import Wire
from radiobridge.errors import CommandRefused, RadiobridgeError

log = logging.getLogger(__name__)


Say: TypeAlias = Callable[[SayCommand], tuple[str, ...]]
"""Accepts what is to be said, and gives the ids of its announcements. Raises CommandRefused."""

RunTest: TypeAlias = Callable[[str], None]
"""Begins the self-test of a channel. Raises CommandRefused."""

Supervise: TypeAlias = Callable[[AnySupervisionCommand], str]
"""Begins a bulletin or the test of a contact: what whoever asked is told. Raises CommandRefused."""

HearContact: TypeAlias = Callable[[str, bytes], None]
"""Takes what came on the topic of a contact."""

TurnDrill: TypeAlias = Callable[[DrillCommand], str]
"""Begins or ends a drill, and gives what whoever asked is told. Raises CommandRefused."""

ActOnIncident: TypeAlias = Callable[[AnyIncidentCommand], Awaitable[str]]
"""Does something about an incident, and gives what whoever asked is told. Raises CommandRefused."""


class _Done(TypedDict, total=False):
    """What an answer tells of a command."""

    text: Required[str]
    count: int
    announcements: tuple[str, ...]


class Inbox:
    """Answers commands and books receipts, on the event loop."""

    def __init__(
        self,
        wire: Wire,
        outbox: Outbox,
        link: Callable[[], MqttLink],
        *,
        say: Say,
        run_test: RunTest,
        act: ActOnIncident,
        supervise: Supervise,
        drill: TurnDrill,
        contact_topics: tuple[str, ...],
        hear_contact: HearContact,
    ) -> None:
        self._supervise = supervise
        self._contact_topics = contact_topics
        self._hear_contact = hear_contact
        self._drill = drill
        self._act = act
        self._wire = wire
        self._say = say
        self._run_test = run_test
        self._outbox = outbox
        self._link = link
        self._tasks: set[asyncio.Task[None]] = set()

    def subscriptions(self) -> list[str]:
        """The topics that the station listens to."""
        own = [of_station(self._wire.station, rest) for rest in ("command/+", "receipt/+")]
        return [*own, *self._contact_topics]

    def take(self, incoming: Incoming) -> None:
        """A message has come in: it is checked, and carried out in its own time.

        A retained command is refused: it would be carried out again at every connect.
        """
        if incoming.topic in self._contact_topics:
            # What was retained is of before: neither a press nor a sign of life.
            if not incoming.retained:
                self._hear_contact(incoming.topic, incoming.payload)
            return
        kind, _, name = (after_station(incoming.topic, self._wire.station) or "").partition("/")
        if kind == "receipt":
            self._receipt(name, incoming)
            return
        if incoming.retained:
            log.warning(
                "%s: a retained command is not carried out; publish it without retain", incoming.topic
            )
            return
        task = asyncio.create_task(self._command(name, incoming))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _receipt(self, receiver: str, incoming: Incoming) -> None:
        try:
            receipt = parse_receipt(incoming.payload)
        except CommandRefused as error:
            log.warning("receipt of %s: %s", receiver, error)
            return
        self._outbox.confirm(receiver, receipt.ids)

    async def _command(self, verb: str, incoming: Incoming) -> None:
        try:
            done = await self._done(parse_command(verb, incoming.payload))
        except RadiobridgeError as error:
            log.warning("command %s refused: %s", verb, error)
            self._answer(verb, incoming, ok=False, text=str(error))
            return
        log.info("command %s: %s", verb, done["text"])
        self._answer(verb, incoming, ok=True, **done)

    async def _done(self, command: AcceptedCommand) -> _Done:
        match command:
            case ReplayCommand():
                count = await self._replay(command)
                return {"text": f"{count} messages follow", "count": count}
            case SayCommand():
                ids = self._say(command)
                return {"text": f"{len(ids)} announcements wait for their turn", "announcements": ids}
            case SelfTestCommand():
                self._run_test(command.channel)
                return {"text": f"the self-test of {command.channel} is under way"}
            case BulletinCommand() | ContactTestCommand():
                return {"text": self._supervise(command)}
            case DrillCommand():
                return {"text": self._drill(command)}
            case IncidentCommand():
                return {"text": await self._act(command)}

    async def _replay(self, command: ReplayCommand) -> int:
        return await self._outbox.replay(
            Selection(
                since_id=command.since_id,
                since=command.since.timestamp() if command.since else None,
                until=command.until.timestamp() if command.until else None,
                topics=tuple(of_station(self._wire.station, topic) for topic in command.topics),
                limit=command.limit,
            )
        )

    def _answer(self, verb: str, incoming: Incoming, *, ok: bool, **done: Unpack[_Done]) -> None:
        answer = CommandAnswer(
            **self._wire.envelope(), verb=verb, ok=ok, ref=ref_of(incoming.payload), **done
        )
        self._link().publish(topic_of(answer), answer.payload(), answer.qos)
        if incoming.response_topic:
            self._link().publish(
                incoming.response_topic,
                answer.payload(),
                answer.qos,
                correlation_data=incoming.correlation_data,
            )
