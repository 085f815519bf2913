"""What follows from alerts, as one: incidents, supervision and drills, each with its file.

Commands may come before what was before the restart is known; they are refused until then.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import TypeAlias

from radiobridge.access import Access
from radiobridge.bus.drill_messages import DrillCommand
from radiobridge.bus.incident_messages import AnyIncidentCommand
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.supervision_messages import AnySupervisionCommand, BulletinCommand
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.desk import Desk, Made
from radiobridge.drills import Drills
from radiobridge.errors import CommandRefused
from radiobridge.events import Alert, Health, IncomingText
from radiobridge.history.records import CheckInRecord
from radiobridge.incident_journal import IncidentJournal
from radiobridge.incidents import Incidents
from radiobridge.paging import Paging
from radiobridge.sender import Sender
from radiobridge.settings import (
    PostSettings,
    Settings,
    access_file,
    incidents_file,
    supervision_file,
)
from radiobridge.supervision import Supervision
from radiobridge.supervision_store import SupervisionStore

log = logging.getLogger(__name__)

_MOST_EARLY = 10_000
Task: TypeAlias = asyncio.Task[None]


class Dispatching:
    """On the event loop. `open` first, then `restore`."""

    def __init__(self) -> None:
        self._ready = asyncio.Event()
        self._early: deque[tuple[str, bytes]] = deque(maxlen=_MOST_EARLY)
        """What came on topics of contacts while the station starts."""

    async def open(
        self,
        stack: AsyncExitStack,
        settings: Settings,
        *,
        wire: Wire,
        outbox: Outbox,
        link: MqttLink,
        sender: Sender,
        desk: Desk,
        posts: Callable[[], Mapping[str, PostSettings]],
        accept: Callable[[Made], Task | None],
        on_health: Callable[[Health], None],
        record: Callable[[CheckInRecord], None],
        new_id: Callable[[], str],
    ) -> None:
        """All is there, with its files, until the stack is closed.

        `accept`: takes what was made of something, and gives the task that writes it down, if one does.
        """
        self._stack, self._on_health = stack, on_health

        def mark(on: bool) -> None:
            desk.drill(on)
            self.supervision.contacts.drill(on)

        store = await stack.enter_async_context(
            SupervisionStore(supervision_file(settings), on_health=on_health)
        )

        def raise_alert(alert: Alert) -> None:
            accept(alert)

        self.paging = Paging(
            settings,
            wire=wire,
            link=link,
            heard=lambda text: self._written(desk, text, accept),
            ended=lambda ended: self.incidents.notice_ended(ended),  # noqa: PLW0108  it comes later
            new_id=new_id,
        )
        self.drills = Drills(
            settings,
            wire=wire,
            link=link,
            store=store,
            sender=sender,
            mark=mark,
            incidents=lambda since: self.incidents.opened_since(since),  # noqa: PLW0108  it comes later
            clock=time.time,
            new_id=new_id,
        )
        self.incidents = Incidents(
            settings,
            wire=wire,
            journal=await stack.enter_async_context(
                IncidentJournal(incidents_file(settings), on_health=on_health)
            ),
            outbox=outbox,
            link=link,
            sender=sender,
            access=await stack.enter_async_context(
                Access(access_file(settings), settings.access, settings.operator, on_health=on_health)
            ),
            drill=self.drills.act,
            paging=self.paging,
            posts=posts,
            clock=time.time,
            timer=time.monotonic,
            new_id=new_id,
        )
        self.supervision = Supervision(
            settings,
            wire=wire,
            link=link,
            store=store,
            sender=sender,
            on_health=on_health,
            raise_alert=raise_alert,
            record=record,
            paging=self.paging,
            clock=time.time,
            new_id=new_id,
        )

    async def restore(self) -> None:
        """All is as it was before the restart; from now on commands are carried out."""
        # First of all: who is still to be called out is paged, too.
        await self.paging.open(self._stack, self._on_health)
        await self.incidents.restore()
        await self.drills.restore()
        await self.supervision.restore()
        self._ready.set()
        while self._early:
            self.hear_contact(*self._early.popleft())

    def reload(self, settings: Settings) -> None:
        """Rules are those of `settings` from now on."""
        if self._ready.is_set():
            self.incidents.reload(settings)
            self.drills.reload(settings)
            self.paging.reload(settings)
            self.supervision.reload(settings)

    def tick(self) -> None:
        """What it is time for; called every few seconds."""
        self.drills.tick()
        self.supervision.tick()

    async def act(self, command: AnyIncidentCommand) -> str:
        """Something is done about an incident: what whoever asked is told. Raises CommandRefused."""
        self._check_ready()
        return await self.incidents.command(command)

    def supervise(self, command: AnySupervisionCommand) -> str:
        """A bulletin, or the test of a contact, begins: what whoever asked is told. Raises CommandRefused."""
        self._check_ready()
        if isinstance(command, BulletinCommand):
            return self.supervision.bulletin(command)
        return self.supervision.contacts.test(command)

    def hear_contact(self, topic: str, payload: bytes) -> None:
        """Something came on the topic of a contact; what comes while the station starts waits for its end."""
        if self._ready.is_set():
            self.supervision.contacts.message(topic, payload)
        else:
            self._early.append((topic, payload))

    def close(self) -> None:
        """Devices of contacts are free."""
        if self._ready.is_set():
            self.supervision.contacts.close()

    def drill(self, command: DrillCommand) -> str:
        """A drill begins or ends: what whoever asked is told. Raises CommandRefused."""
        self._check_ready()
        return self.drills.command(command)

    async def _written(self, desk: Desk, text: IncomingText, accept: Callable[[Made], Task | None]) -> None:
        """A text came in; it may be forgotten where it came from when this is on disk."""
        await self._ready.wait()
        log.info("a text came in by %s from %s", text.notifier, text.sender)
        writing = [task for made in desk.written(text) if (task := accept(made))]
        await asyncio.gather(*writing)

    def _check_ready(self) -> None:
        if not self._ready.is_set():
            raise CommandRefused("the station is starting: ask again in a moment")
