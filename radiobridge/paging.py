"""Paging: incidents and bulletins reach people who carry no radio, and what they write back is a call-in.

Everything that leaves is on disk first (`notices`); what became of it is told on the bus, and what could not
be sent stands in the log of its incident.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack

from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.notice_messages import NoticeMessage
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.texts import in_language
from radiobridge.events import Health, IncomingText, Notice, NoticeEnded
from radiobridge.notices import Notices, addresses_of
from radiobridge.settings import Settings, notices_file

log = logging.getLogger(__name__)


class Paging:
    """On the event loop; `clock` gives UTC seconds, `new_id` a ULID.

    `heard`: somebody has written to the station; when it returns, that is on disk. `ended`: what became of a
    notice.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        wire: Wire,
        link: MqttLink,
        heard: Callable[[IncomingText], Awaitable[None]],
        ended: Callable[[NoticeEnded], None],
        new_id: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._wire = wire
        self._link = link
        self._heard = heard
        self._ended = ended
        self._new_id = new_id
        self._clock = clock
        self._notices: Notices | None = None
        self.reload(settings)

    async def open(self, stack: AsyncExitStack, on_health: Callable[[Health], None]) -> None:
        """Notifiers are at work until the stack is closed; there is nothing where the settings have none."""
        if not self._settings.notifier:
            return
        self._notices = await stack.enter_async_context(
            Notices(
                notices_file(self._settings),
                self._settings.notifier,
                on_event=self._on_event,
                on_health=on_health,
                clock=self._clock,
                new_id=self._new_id,
            )
        )

    def reload(self, settings: Settings) -> None:
        """Groups and phones are those of `settings`; other notifiers take a restart."""
        self._settings = settings
        self._languages = {each.name: each.language or "" for each in settings.notifier}

    async def page(self, groups: Sequence[str], texts: Mapping[str, str], cause: str) -> None:
        """Everybody in the groups is sent the text, in the language of each notifier."""
        now = self._clock()
        notices = [
            Notice(self._new_id(), now, notifier, address, self._in_language(notifier, texts), cause=cause)
            for notifier, address in addresses_of(self._settings, groups)
        ]
        if self._notices:
            await self._notices.send(notices)

    async def answer(self, notifier: str, address: str, texts: Mapping[str, str], cause: str) -> None:
        """Whoever wrote is told."""
        text = self._in_language(notifier, texts)
        if self._notices and text:
            notice = Notice(self._new_id(), self._clock(), notifier, address, text, cause=f"answer:{cause}")
            await self._notices.send([notice])

    async def withdraw(self, cause: str) -> None:
        """What has not gone out about it is not sent any more."""
        if self._notices:
            await self._notices.withdraw(cause)

    def _in_language(self, notifier: str, texts: Mapping[str, str]) -> str:
        return in_language(texts, self._languages.get(notifier, ""))

    async def _on_event(self, event: NoticeEnded | IncomingText) -> None:
        if isinstance(event, IncomingText):
            await self._heard(event)
            return
        notice = event.notice
        message = NoticeMessage(
            **self._wire.envelope(),
            notice=notice.id,
            notifier=notice.notifier,
            address=notice.address,
            outcome=event.outcome,
            why=event.why,
            cause=notice.cause or None,
            text=notice.text,
        )
        self._link.publish(topic_of(message), message.payload(), message.qos)
        self._ended(event)
