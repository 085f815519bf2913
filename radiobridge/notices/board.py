"""The notices of a station: on disk before anything is sent, and one thread for each notifier.

After a crash or a power cut every notice is sent at least once, under the same id. Where the disk takes
nothing, that is a health event and the notices go out from memory: nobody waits for help because of a disk.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from ulid import ULID

from radiobridge.bus.part_health import PartHealth
from radiobridge.events import Condition, Health, IncomingText, Notice, NoticeEnded, NoticeOutcome
from radiobridge.file_thread import FileThread
from radiobridge.notices.courier import HANG_S, POLL_S, Courier
from radiobridge.notices.kept import Kept, NoticeState
from radiobridge.notices.queue import Change, NoticeQueue, Rules
from radiobridge.notices.store import NoticeStore, NoticesUnusable
from radiobridge.ports import Notifier, Received, load_notifier
from radiobridge.settings import NotifierSettings

log = logging.getLogger(__name__)

PART = "notices"
_TICK_S = 1.0
_RETRY_S = 5.0
_TRIM_S = 3600.0
_DISK_WAIT_S = 2.0
"""A disk that takes longer does not hold up a notice."""
_MOST_UNSAVED = 10_000

Told = Callable[[NoticeEnded | IncomingText], Awaitable[None]]


class Notices(FileThread):
    """`async with Notices(...) as notices`; on the event loop. `clock`: UTC seconds.

    `on_event` is awaited with what became of each notice, and with each text that came in: a text counts as
    told when it returns, and is told again after a crash before that, with the same id.
    """

    def __init__(
        self,
        file: Path,
        notifiers: Sequence[NotifierSettings],
        *,
        on_event: Told,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
        new_id: Callable[[], str] = lambda: str(ULID()),
        poll_s: float = POLL_S,
        hang_s: float = HANG_S,
    ) -> None:
        super().__init__(PART)
        self._store = NoticeStore(file)
        self._on_event = on_event
        self._clock = clock
        self._timer = timer
        self._new_id = new_id
        self._health = PartHealth(PART, on_health, clock, timer)
        self._writing = asyncio.Lock()
        self._unsaved: dict[str, Kept] = {}
        self._retry_at = 0.0
        self._trim_at = 0.0
        self._texts: dict[tuple[str, str], IncomingText] = {}
        """Those that were told and could not be written down, by notifier and reference."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._couriers: Mapping[str, Courier] = {
            each.name: Courier(
                each.name,
                driver,
                NoticeQueue(_rules(each, driver), clock=clock, timer=timer),
                keep=self._keep,
                take=self._take,
                on_health=on_health,
                clock=clock,
                timer=timer,
                poll_s=poll_s,
                hang_s=hang_s,
            )
            for each in notifiers
            for driver in [_driver(each)]
        }

    async def __aenter__(self) -> Self:
        """What waited before the restart waits again."""
        try:
            live = await self._in_thread(self._store.live)
            untold = await self._in_thread(self._store.untold)
        except NoticesUnusable as error:
            self._say(f"notices from before the restart are not known: {error}")
        else:
            await self._restore(live)
            self._begin(self._tell_again(untold))
        for courier in self._couriers.values():
            self._begin(courier.run())
        self._begin(self._tick())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._unsaved:
            await self._write()
        if self._unsaved:
            log.error("%d notices could not be written down and are gone", len(self._unsaved))
        await super().__aexit__(kind, error, trace)

    async def send(self, notices: Iterable[Notice]) -> None:
        """The notices are on disk, and are sent as soon as their notifiers can.

        One for a notifier that there is not has ended at once.
        """
        by_notifier: dict[str, list[Notice]] = {}
        for notice in notices:
            by_notifier.setdefault(notice.notifier, []).append(notice)
        for name, those in by_notifier.items():
            courier = self._couriers.get(name)
            if courier is None:
                await self._keep(_unknown(those, name, self._clock()))
                continue
            # The courier writes all that waits down before it hands anything over, and so cannot be ahead.
            await self._keep(courier.queue.add(those))
            courier.wake()

    async def withdraw(self, cause: str) -> None:
        """Notices about `cause` that have not gone out are not sent any more."""
        for courier in self._couriers.values():
            await self._keep(courier.queue.withdraw(cause))
            courier.wake()

    async def _restore(self, live: list[Kept]) -> None:
        for name in {each.notice.notifier for each in live}:
            those = [each for each in live if each.notice.notifier == name]
            if name in self._couriers:
                self._couriers[name].queue.restore(those)
            else:
                await self._keep(_unknown([each.notice for each in those], name, self._clock()))
        if waiting := sum(each.state is not NoticeState.SENT for each in live):
            log.info("%d notices wait from before the restart", waiting)

    async def _keep(self, change: Change) -> bool:
        """It is written down, or waits in memory for the disk; then it is told. Whether all is on disk."""
        if change.kept:
            self._unsaved |= {each.notice.id: each for each in change.kept}
            if self._timer() >= self._retry_at:
                await asyncio.wait({self._begin(self._write())}, timeout=_DISK_WAIT_S)
        for ended in change.ended:
            if ended.outcome is NoticeOutcome.FAILED:
                log.warning("notice to %s by %s: %s", ended.notice.address, ended.notice.notifier, ended.why)
            await self._tell(ended)
        return not self._unsaved

    async def _write(self) -> None:
        """All that waits is written at once: what came while another wrote is with it."""
        async with self._writing:
            kept, self._unsaved = self._unsaved, {}
            if not kept:
                return
            try:
                await self._in_thread(lambda: self._store.keep(kept.values()))
            except NoticesUnusable as error:
                both = kept | self._unsaved
                self._unsaved = dict([*both.items()][-_MOST_UNSAVED:])
                self._retry_at = self._timer() + _RETRY_S
                self._say(f"{len(self._unsaved)} notices are in memory alone: {error}")
            else:
                self._retry_at = 0.0
                self._health.ok()

    async def _take(self, notifier: str, received: Received) -> bool:
        """The text was told; whether it is on disk, so that the notifier need not keep it."""
        key = (notifier, received.ref)
        known = self._texts.get(key)
        new_id = known.id if known else self._new_id()
        try:
            text, told = await self._in_thread(lambda: self._store.take(notifier, received, new_id))
        except NoticesUnusable as error:
            self._say(f"texts that come in cannot be written down: {error}")
            if known is None:
                # Nobody waits for help because of a disk: it is told, and kept where it is.
                text = IncomingText(new_id, received.at, notifier, received.sender, received.text)
                self._texts[key] = text
                await self._tell(text)
            return False
        if told or known or await self._tell(text):
            await self._mark_told(text)
        self._texts.pop(key, None)
        return True

    async def _tell_again(self, texts: list[IncomingText]) -> None:
        for text in texts:
            if await self._tell(text):
                await self._mark_told(text)

    async def _mark_told(self, text: IncomingText) -> None:
        try:
            await self._in_thread(lambda: self._store.told(text.id))
        except NoticesUnusable as error:
            self._say(f"a text that came in may be told again after a restart: {error}")

    async def _tell(self, event: NoticeEnded | IncomingText) -> bool:
        """Whether it was heard; the sending of notices goes on in any case."""
        try:
            await self._on_event(event)
        except Exception:
            log.exception("notices: report this")
            return False
        return True

    async def _tick(self) -> None:
        """What is too old is given up, and what waits for the disk is tried again."""
        while True:
            await asyncio.sleep(_TICK_S)
            for courier in self._couriers.values():
                await self._keep(courier.queue.expire())
            if self._unsaved and self._timer() >= self._retry_at:
                await self._write()
            if self._timer() >= self._trim_at and not self._unsaved:
                self._trim_at = self._timer() + _TRIM_S
                try:
                    await self._in_thread(lambda: self._store.trim(self._clock()))
                except NoticesUnusable as error:
                    self._say(f"old notices cannot be removed: {error}")

    def _say(self, why: str) -> None:
        self._health.say(Condition.FAILED, why)

    def _begin(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("notices: report this", exc_info=error)


def _driver(settings: NotifierSettings) -> Notifier:
    kind = load_notifier(settings.driver.driver)
    return kind(kind.Settings.model_validate(settings.driver.options))


def _rules(settings: NotifierSettings, driver: Notifier) -> Rules:
    return Rules(settings.give_up_s, settings.gap_s, driver.longest_text, driver.most_in_line)


def _unknown(notices: list[Notice], name: str, now: float) -> Change:
    why = f"there is no notifier {name!r} any more"
    return Change(
        tuple(Kept(notice, NoticeState.ENDED) for notice in notices),
        tuple(NoticeEnded(notice, now, NoticeOutcome.FAILED, why) for notice in notices),
    )
