"""What channels and speech heard goes to the desk; what the desk makes of it goes to the outbox.

Nothing counts as accepted before the outbox has it. Progress that is worth nothing later (a transmission
began, the words so far) is published once and not kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from typing import TypeAlias

from radiobridge.announcer import Announcer
from radiobridge.bus.envelope import Message
from radiobridge.bus.heard_messages import AlertMessage, AmendedMessage, CallInMessage, KeypadTestMessage
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.channel import ChannelEvent
from radiobridge.channel_health import ChannelHealth
from radiobridge.dispatch.desk import Desk, Made
from radiobridge.dispatching import Dispatching
from radiobridge.errors import OutboxFull
from radiobridge.events import (
    ActionAsked,
    Alert,
    Amendment,
    AnnouncementEnded,
    CallIn,
    ChannelState,
    Digit,
    Health,
    KeypadTest,
    Outcome,
    PartialWords,
    PhraseHeard,
    Reply,
    Source,
    SpeechEnded,
    Transcript,
    TransmissionEnded,
    TransmissionStarted,
    Words,
)
from radiobridge.handsets import Handsets, KeptTest, heard_in
from radiobridge.incidents import Opened
from radiobridge.self_tests import SelfTests
from radiobridge.settings import PostSettings

log = logging.getLogger(__name__)

StationEvent: TypeAlias = ChannelEvent | Words | PartialWords | PhraseHeard | SpeechEnded | Transcript


Answer: TypeAlias = Callable[[str, Reply, str, str], None]
"""Tells whoever called on a channel what he is told: in his language, if known; and what it answers."""


class Intake:
    """Takes every event of the station, on the event loop, in the order in which it was heard."""

    def __init__(
        self,
        *,
        desk: Desk,
        wire: Wire,
        announcer: Announcer,
        channel_health: ChannelHealth,
        outbox: Outbox,
        link: MqttLink,
        handsets: Handsets,
        posts: Callable[[], Mapping[str, PostSettings]],
        answer: Answer,
        self_tests: SelfTests,
        dispatching: Dispatching,
    ) -> None:
        self._dispatching = dispatching
        self._incidents = dispatching.incidents
        self._supervision = dispatching.supervision
        self._answer = answer
        self._self_tests = self_tests
        self._desk = desk
        self._wire = wire
        self._announcer = announcer
        self._channel_health = channel_health
        self._settling: asyncio.TimerHandle | None = None
        self._outbox = outbox
        self._link = link
        self._handsets = handsets
        self._posts = posts
        self._puts: set[asyncio.Task[None]] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        """Of each channel: an alert whose incident is written first is not overtaken by its call-in."""

    def take(self, event: StationEvent) -> None:
        """`event` has gone where it belongs; what follows from it is on its way to the disk."""
        match event:
            case Health():
                loop = asyncio.get_running_loop()
                self._tell(self._channel_health.report(event, loop.time()))
                return
            case ChannelState():
                self._announcer.channel(event)
                return
            case PartialWords():
                self._pass_on(self._wire.partial(event))
                return
            case AnnouncementEnded():
                self._announced(event)
                self._self_tests.feed(event)
                self._incidents.announced(event)
                return
            case Digit():
                self._self_tests.feed(event)
            case TransmissionStarted() | TransmissionEnded():
                self._pass_on(self._wire.transmission(event))
        for made in self._desk.feed(event):
            self.accept(made)

    def tick(self) -> None:
        """What is complete because nothing came for a while is on its way; called every few seconds."""
        for made in self._desk.tick():
            self.accept(made)
        self._self_tests.tick()
        self._begin(self._incidents.tick())
        self._dispatching.tick()

    async def settled(self, timeout_s: float) -> None:
        """All that was taken is on disk, or the time is up."""
        if self._puts:
            await asyncio.wait(self._puts, timeout=timeout_s)
        await self._incidents.settled(timeout_s)

    def _tell(self, healths: list[Health]) -> None:
        """They are told; and later what is still to settle."""
        for health in healths:
            self._announcer.health(health)
        if self._settling:
            self._settling.cancel()
            self._settling = None
        if (at := self._channel_health.next_at) is not None:
            loop = asyncio.get_running_loop()
            self._settling = loop.call_at(at, lambda: self._tell(self._channel_health.tick(loop.time())))

    def _pass_on(self, message: Message) -> None:
        self._link.publish(topic_of(message), message.payload(), message.qos)

    def accept(self, made: Made) -> asyncio.Task[None] | None:
        """What was made of what was heard, or not heard, is on its way to the disk and to the bus.

        The task ends when it is on disk; None: what somebody asked to be done is seen to apart.
        """
        message: AlertMessage | AmendedMessage | CallInMessage | KeypadTestMessage
        reply, language, opened, wrote = Reply(), "", None, ""
        if isinstance(made, ActionAsked):
            self._incidents.act(made)
            return None
        match made:
            case Alert():
                reply, language = made.reply, made.language
                wrote = made.unit or "" if made.source is Source.TEXT else ""
                opened = self._opened_by(made)
                message = self._wire.alert(made, self._posts(), opened.incident if opened else None)
                log.info("alert %s on %s: %s", made.type, made.channel, next(iter(made.text.values()), ""))
                self._supervision.alert(made)
            case CallIn():
                message = self._wire.callin(made)
                log.info("call-in on %s: keys %r, words %r", made.channel, message.keys, message.text)
                self._supervision.callin(made)
                if heard := heard_in(made):
                    self._begin(self._handsets.hear(heard))
            case Amendment():
                reply = made.reply
                message = self._wire.amended(made)
                log.info("amended on %s by %s: %s", made.channel, made.by, made.text or made.certainties)
            case KeypadTest():
                reply = Reply(made.text)
                message = self._wire.keypad_test(made, self._posts())
                log.info("keypad test on %s: %s", made.channel, made.text["en"])
                kept = KeptTest(made.test, made.handset, made.at, message.payload())
                self._begin(self._handsets.keep(kept))
        outgoing = Outgoing(
            message.id, topic_of(message), message.payload(), made.channel, self._wire.clock()
        )
        return self._begin(self._put(outgoing, reply, language, opened, wrote))

    def _opened_by(self, alert: Alert) -> Opened | None:
        """Its incident; whatever is wrong there, the alert goes out."""
        try:
            return self._incidents.called(alert)
        except Exception:  # an alert that is lost over a fault in what follows it is worse than the fault
            log.exception("incidents: report this; alert %s goes out without one", alert.id)
            return None

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._puts.add(task)
        task.add_done_callback(self._puts.discard)
        return task

    async def _put(
        self,
        outgoing: Outgoing,
        reply: Reply,
        language: str,
        opened: Opened | None = None,
        wrote: str = "",
    ) -> None:
        """The message is on disk; only then is the caller told that it was received, or whoever `wrote`."""
        async with self._turns[outgoing.channel]:
            if opened:
                await self._incidents.keep(opened, outgoing)
            putting = asyncio.create_task(self._outbox.put(outgoing))
        try:
            await putting
        except OutboxFull as error:
            # The outbox itself has published this as health, and still sends what it holds in memory.
            log.critical("%s %s: %s", outgoing.topic, outgoing.id, error)
        else:
            if reply and wrote:
                await self._dispatching.paging.answer(outgoing.channel, wrote, reply.text, outgoing.id)
            elif reply:
                self._answer(outgoing.channel, reply, language, outgoing.id)
        if opened:
            await self._incidents.follow(opened)

    def _announced(self, ended: AnnouncementEnded) -> None:
        if ended.outcome is Outcome.SENT:
            log.info("sent on %s: %s, %.1f s", ended.channel, ended.id, ended.duration_s)
        else:
            log.warning("not sent on %s (%s): %s", ended.channel, ended.outcome, ended.why)
        self._pass_on(self._wire.announcement(ended))
