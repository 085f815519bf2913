"""Calls to respond at work: on the air and in writing, again and wider, until somebody takes the incident."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeAlias

from radiobridge.dispatch.drills import EXERCISE, marked
from radiobridge.dispatch.incidents.call_board import CallBoard
from radiobridge.dispatch.incidents.call_outs import CallOut, CallOuts
from radiobridge.dispatch.incidents.called_posts import PostsToCall
from radiobridge.dispatch.incidents.words import page_text
from radiobridge.errors import CommandRefused
from radiobridge.events import (
    AnnouncementEnded,
    Incident,
    IncidentState,
    NoticeEnded,
    NoticeOutcome,
    StepKind,
)
from radiobridge.paging import Paging
from radiobridge.sender import Sender
from radiobridge.settings import Settings

log = logging.getLogger(__name__)

_CALL_WAIT_S = 20.0
"""A call that found no free channel in this time is made anew, with what came meanwhile."""

AddStep: TypeAlias = Callable[[str, StepKind, str, CallOut | None], Awaitable[Incident]]
"""A step that the bridge itself makes is written down and told: incident, kind, text, and of which call."""
Begin: TypeAlias = Callable[[Coroutine[Any, Any, None]], object]


class IncidentCalls:
    """On the event loop; `clock` gives UTC seconds, `timer` seconds that only rise.

    `begin`: work goes on by itself. `knows`: the incident of this id is open or was so lately.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sender: Sender,
        paging: Paging,
        add_step: AddStep,
        knows: Callable[[str], bool],
        begin: Begin,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._sender = sender
        self._paging = paging
        self._add_step = add_step
        self._knows = knows
        self._begin = begin
        self._timer = timer
        self._call_outs = CallOuts(
            settings.response, settings.calendar, PostsToCall(settings), clock=clock, timer=timer
        )
        self._board = CallBoard()
        self._wake: asyncio.TimerHandle | None = None

    def restore(self, incidents: Iterable[Incident]) -> None:
        """Whoever was called before the restart is called again where the crash may have swallowed it."""
        for incident in incidents:
            self._call_outs.restore(incident)
        self.chase()

    def reload(self, settings: Settings, incidents: Iterable[Incident]) -> None:
        """Rules and posts are those of `settings`; the open incidents go on by them."""
        self._settings = settings
        self._call_outs.reload(settings.response, settings.calendar, PostsToCall(settings), incidents)
        self.chase()

    def heed(self, incident: Incident) -> None:
        """Who is to be called follows from the incident as it is now: for one that is taken nobody is."""
        self._call_outs.feed(incident)
        if incident.state is not IncidentState.OPEN:
            for channel, announcement in self._board.withdraw(incident.id):
                self._sender.withdraw(channel, announcement)
            self._begin(self._paging.withdraw(incident.id))

    def chase(self) -> None:
        """Whoever is to be called now is called; and later those who are due later."""
        for call in self._call_outs.due():
            self._begin(self._called_out(call))
            for channel in call.channels:
                self._board.add(channel, call)
        self._call()
        if self._wake:
            self._wake.cancel()
            self._wake = None
        if (at := self._call_outs.next_at) is not None:
            loop = asyncio.get_running_loop()
            self._wake = loop.call_later(max(at - self._timer(), 0.0), self.chase)

    def announced(self, ended: AnnouncementEnded) -> None:
        """An announcement came to its end: the next call may be made."""
        for incident in self._board.ended(ended.id, ended.outcome):
            self._note(incident, f"the call on {ended.channel} was not sent: {ended.why}")
        self._call()

    def notice_ended(self, ended: NoticeEnded) -> None:
        """What was not sent, and what has arrived, stands in the log of its incident."""
        notice = ended.notice
        if not self._knows(notice.cause):
            return
        to = f"the notice to {notice.address} by {notice.notifier}"
        match ended.outcome:
            case NoticeOutcome.FAILED:
                self._note(notice.cause, f"{to} was not sent: {ended.why}")
            case NoticeOutcome.DELIVERED:
                self._begin(self._noted(notice.cause, f"{to} was delivered"))

    async def _called_out(self, call: CallOut) -> None:
        """Those in writing are paged, and the log of the incident says who was called.

        In this order: a crash between the two pages somebody twice rather than never.
        """
        if call.settings.notify:
            await self._paging.page(call.settings.notify, self._page(call), call.incident.id)
        kind = StepKind.ESCALATED if call.stage and call.time == 1 else StepKind.CALLED_OUT
        await self._add_step(call.incident.id, kind, call.whom, call)

    def _page(self, call: CallOut) -> Mapping[str, str]:
        """The call as it is written."""
        opening = call.incident.opening
        places = {post.id: post.place for post in self._settings.post if post.place}
        is_late = call.stage > 0 or call.time > 1
        text = page_text(call.incident, places.get(opening.post or "", ""), is_late=is_late)
        return marked(text) if opening.status == EXERCISE else text

    def _call(self) -> None:
        for call in self._board.calls(self._timer()):
            try:
                id_ = self._sender.call(call.channel, call.what, wait_s=_CALL_WAIT_S, cause=call.incidents[0])
            except CommandRefused as error:
                for incident in self._board.not_sent(call.channel):
                    self._note(incident, str(error))
            else:
                self._board.sent_as(call.channel, id_, self._timer())

    def _note(self, incident: str, text: str) -> None:
        log.warning("incident %s: %s", incident, text)
        self._begin(self._noted(incident, text))

    async def _noted(self, incident: str, text: str) -> None:
        await self._add_step(incident, StepKind.NOTED, text, None)
