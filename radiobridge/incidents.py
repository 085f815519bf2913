"""Incidents at work: what the book decides is written down, told on the bus and said on the air.

A step is in the journal before anybody is told of it, and before the alert that made it leaves the station:
after a crash both are there, or neither was answered. Who should respond is called until somebody takes it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from radiobridge.access import Access
from radiobridge.bus.incident_messages import AnyIncidentCommand, DuplicateCommand
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.incidents.book import IncidentBook
from radiobridge.dispatch.incidents.call_outs import CallOut
from radiobridge.dispatch.incidents.words import (
    Refusal,
    comes_text,
    not_admitted_text,
    unsure_text,
)
from radiobridge.errors import CommandRefused
from radiobridge.events import (
    ActionAnswered,
    ActionAsked,
    Alert,
    AnnouncementEnded,
    Incident,
    NoticeEnded,
    Reply,
    Source,
    Step,
    StepKind,
    Who,
)
from radiobridge.incident_calls import IncidentCalls
from radiobridge.incident_journal import Entry, IncidentJournal
from radiobridge.incident_news import IncidentNews
from radiobridge.paging import Paging
from radiobridge.sender import Sender
from radiobridge.settings import AlertTypeSettings, PostSettings, Settings

log = logging.getLogger(__name__)

_RESTORED_S = 86_400.0
"""What happened in the last day is known after a restart, also of incidents that are over."""
_AGAIN_S = 900.0
"""What was written in the last quarter of an hour before the end is published once more: see `restore`."""
_JOURNAL_WAIT_S = 2.0
"""A disk that takes longer does not hold an alert up any more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The step that an alert made, and its incident after it."""

    step: Step
    incident: Incident


class Incidents:
    """On the event loop; `clock` gives UTC seconds, `timer` seconds that only rise, `new_id` a ULID."""

    def __init__(
        self,
        settings: Settings,
        *,
        wire: Wire,
        journal: IncidentJournal,
        outbox: Outbox,
        link: MqttLink,
        sender: Sender,
        access: Access,
        drill: Callable[[ActionAsked], ActionAnswered],
        paging: Paging,
        posts: Callable[[], Mapping[str, PostSettings]],
        clock: Callable[[], float],
        timer: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._news = IncidentNews(wire, outbox, link, posts=posts, timer=timer)
        self._journal = journal
        self._sender = sender
        self._access = access
        self._drill = drill
        self._paging = paging
        self._clock = clock
        self._timer = timer
        self._new_id = new_id
        self._book = IncidentBook(settings.incidents, clock=clock, new_id=new_id)
        self._calls = IncidentCalls(
            settings,
            sender=sender,
            paging=paging,
            add_step=self._add_step,
            knows=lambda incident: self._book.get(incident) is not None,
            begin=self._begin,
            clock=clock,
            timer=timer,
        )
        self._disk_hangs = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def restore(self) -> None:
        """All is as it was before the restart; what the crash may have swallowed is published once more.

        Messages keep their ids, so that the outbox and the receivers drop what they have.
        """
        now = self._clock()
        live, last = await self._journal.read(now - _RESTORED_S, now - _AGAIN_S)
        self._book.restore(live)
        for entry in last:
            step = entry.step
            if entry.alert and entry.alert_topic and step.alert:
                channel = step.who.channel or ""
                await self._news.put(
                    Outgoing(step.alert, entry.alert_topic, entry.alert, channel, self._clock())
                )
            if incident := self._book.get(step.incident):
                await self._news.step(step, incident)
        for incident in live:
            self._news.changed(incident)
        self._news.restored(self._settings.response)
        if live:
            log.info("%d incidents are open", len(self._book.open))
        self._calls.restore(live)

    def reload(self, settings: Settings) -> None:
        """Rules and times are those of `settings`; what is open goes on by them."""
        self._settings = settings
        self._book.reload(settings.incidents)
        self._access.reload(settings.access, settings.operator)
        self._calls.reload(settings, self._book.open)

    def called(self, alert: Alert) -> Opened | None:
        """The incident that the alert opened or joined; None where none is made of it."""
        kind = self._settings.alert.get(alert.type) or AlertTypeSettings()
        if not self._settings.incidents.enabled or not kind.incident or alert.status == "Test":
            return None
        step = self._book.called(alert)
        return Opened(step, self._known(step.incident))

    async def keep(self, opened: Opened, alert: Outgoing) -> None:
        """The step is in the journal, together with the alert's own message, before that leaves."""
        await self._write(Entry(opened.step, alert.topic, alert.payload))

    async def follow(self, opened: Opened) -> None:
        """The bus knows of it, and those who should respond are called."""
        await self._tell(opened.step, opened.incident)
        self._calls.heed(self._known(opened.incident.id))
        self._calls.chase()

    def act(self, asked: ActionAsked) -> None:
        """What somebody asked for on the air is done, or refused; he is told when it is written down."""
        self._begin(self._admitted(asked))

    def opened_since(self, since: float) -> list[Incident]:
        """The incidents of the last day that were opened since (UTC seconds)."""
        return [each for each in self._book.all if each.opened_at >= since]

    def _done(self, asked: ActionAsked) -> tuple[ActionAnswered, Step | None]:
        if asked.act.is_of_drill:
            if not asked.sure:
                return ActionAnswered(asked, done=False, text=unsure_text(), why=Refusal.UNSURE.value), None
            return self._drill(asked), None
        return self._book.asked(asked)

    async def _admitted(self, asked: ActionAsked) -> None:
        """Whoever has to show something is let in first; one who is not learns nothing of incidents."""
        admission = await self._access.admit(asked)
        if admission.why:
            text = not_admitted_text()
            await self._acted(ActionAnswered(asked, done=False, text=text, why=admission.why.value), None)
            return
        known = replace(asked, who=replace(asked.who, name=admission.name or asked.who.name))
        await self._acted(*self._done(known))

    async def command(self, command: AnyIncidentCommand) -> str:
        """What somebody asked for over the bus is done: what he is told. Raises CommandRefused."""
        note = str(command.of) if isinstance(command, DuplicateCommand) else command.note
        asked = ActionAsked(
            id=self._new_id(),
            at=self._clock(),
            act=command.act,
            number=command.incident if isinstance(command.incident, int) else None,
            incident=command.incident if isinstance(command.incident, str) else None,
            who=Who(name=command.by, by="mqtt"),
            note=note,
        )
        answered, step = self._book.asked(asked)
        if step is None:
            raise CommandRefused(answered.text["en"])
        await self._acted(answered, step)
        return answered.text["en"]

    def announced(self, ended: AnnouncementEnded) -> None:
        """An announcement came to its end: the next call may be made."""
        self._calls.announced(ended)

    def notice_ended(self, ended: NoticeEnded) -> None:
        """What became of a notice stands in the log of its incident."""
        self._calls.notice_ended(ended)

    async def tick(self) -> None:
        """What waits for the disk or the bus is tried again; called every few seconds."""
        await self._journal.tick()
        self._news.tick()
        self._calls.chase()

    async def settled(self, timeout_s: float) -> None:
        """All that was asked for is written down, or the time is up."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout_s)

    async def _acted(self, answered: ActionAnswered, step: Step | None) -> None:
        asked = answered.asked
        if step and answered.incident:
            is_first = step.kind is StepKind.COMING and len(answered.incident.responders) == 1
            self._calls.heed(answered.incident)
            await self._write(Entry(step))
            await self._tell(step, answered.incident)
            if is_first:
                self._tell_caller(answered.incident, asked.who)
            self._calls.chase()
        elif not answered.done and asked.who.by != "mqtt":
            await self._news.refused(answered)
        log.info(
            "%s by %s: %s",
            asked.act,
            asked.who.key,
            answered.text.get("en") or next(iter(answered.text.values())),
        )
        if asked.answer_to:
            await self._paging.answer(asked.who.channel or "", asked.answer_to, answered.text, asked.id)
        elif asked.who.channel:
            what = Reply(answered.text, asked.reply.tones if answered.done else "")
            self._sender.answer(asked.who.channel, what, asked.language, asked.id)

    def _tell_caller(self, incident: Incident, who: Who) -> None:
        """Whoever called hears that somebody comes; on the responder's own channel he has heard it."""
        opening = incident.opening
        first = incident.log[0].who
        if first.by == Source.TEXT.value and first.unit:
            self._begin(self._paging.answer(opening.channel, first.unit, comes_text(), incident.id))
        elif opening.channel != who.channel:
            self._sender.answer(opening.channel, Reply(comes_text()), opening.language, incident.id)

    async def _tell(self, step: Step, incident: Incident) -> None:
        """The bus knows of a step that is written down."""
        self._news.changed(self._known(incident.id))
        await self._news.step(step, incident)

    async def _add_step(self, incident: str, kind: StepKind, text: str, call: CallOut | None) -> Incident:
        """A step that the bridge itself makes; `call`: of a call to respond. Its incident after it."""
        step = Step(self._new_id(), incident, self._clock(), kind, text=text)
        if call:
            posts = tuple(post.id for post in call.posts)
            step = replace(step, stage=call.stage, siren=call.settings.siren, posts=posts)
        self._book.take(step)
        made = self._known(incident)
        self._calls.heed(made)
        await self._write(Entry(step))
        await self._tell(step, made)
        return self._known(incident)

    async def _write(self, entry: Entry) -> None:
        """The step is on disk; a disk that hangs is waited for once, and not again before it is back."""
        writing = self._begin(self._journal.append(entry))
        writing.add_done_callback(self._disk_is_back)
        if self._disk_hangs:
            return
        # Whatever goes wrong in it is logged when it ends: what is to be written waits, an alert does not.
        written, _ = await asyncio.wait({writing}, timeout=_JOURNAL_WAIT_S)
        if not written:
            self._disk_hangs = True
            log.critical("the disk takes no step of an incident: what follows from it does not wait")

    def _disk_is_back(self, _writing: asyncio.Task[None]) -> None:
        self._disk_hangs = False

    def _known(self, incident: str) -> Incident:
        found = self._book.get(incident)
        if found is None:
            raise LookupError(f"no incident {incident}")
        return found

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("incidents: report this", exc_info=error)
