"""What hands notices to one notifier, and asks it what became of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from radiobridge.backoff import Backoff
from radiobridge.bus.part_health import PartHealth
from radiobridge.errors import DeviceLost, MissingPart, NoticeRefused, RadiobridgeError
from radiobridge.events import Condition, Health, Notice
from radiobridge.notices.calls import Calls
from radiobridge.notices.queue import Change, NoticeQueue
from radiobridge.ports import Delivered, Failed, News, Notifier, Received, Sent

log = logging.getLogger(__name__)

T = TypeVar("T")

POLL_S = 2.0
HANG_S = 60.0
"""A driver that has not come back after so long is reported; it is waited for all the same."""
_CLOSE_S = 1.0


class Courier:
    """One notifier's. `keep` writes a change down and tells it, `take` a text: True when it is on disk."""

    def __init__(
        self,
        name: str,
        driver: Notifier,
        queue: NoticeQueue,
        *,
        keep: Callable[[Change], Awaitable[bool]],
        take: Callable[[str, Received], Awaitable[bool]],
        on_health: Callable[[Health], None],
        clock: Callable[[], float],
        timer: Callable[[], float],
        poll_s: float = POLL_S,
        hang_s: float = HANG_S,
    ) -> None:
        self.name = name
        self.queue = queue
        self._driver = driver
        self._keep = keep
        self._take = take
        self._health = PartHealth(f"notify/{name}", on_health, clock, timer)
        self._timer = timer
        self._poll_s = poll_s
        self._hang_s = hang_s
        self._wake = asyncio.Event()
        self._calls = Calls(f"notify-{name}")

    def wake(self) -> None:
        """There is something to do."""
        self._wake.set()

    async def run(self) -> None:
        """Hands over until it is cancelled; a notifier that is lost is opened again, for ever."""
        backoff = Backoff()
        try:
            while True:
                backoff.opens(self._timer())
                try:
                    await self._call(self._driver.open)
                    await self._serve()
                except RadiobridgeError as error:
                    self._lost(str(error))
                except Exception as error:
                    log.exception("notifier %s: report this", self.name)
                    self._lost(f"failed with {type(error).__name__}; the log has more: report it")
                with suppress(RadiobridgeError):
                    await self._call(self._driver.close)
                await asyncio.sleep(backoff.died(self._timer()))
        finally:
            await asyncio.wait({self._calls.call(self._driver.close)}, timeout=_CLOSE_S)
            self._calls.end()

    async def _serve(self) -> None:
        while True:
            self._wake.clear()
            for news in await self._call(self._driver.poll):
                await self._hear(news)
            for unit in self.queue.to_ask_back():
                if await self._call(lambda unit=unit: self._driver.withdraw(unit)):  # type: ignore[misc]
                    await self._keep(self.queue.came_back(unit))
            while handover := self.queue.next():
                notice, change = handover
                await self._keep(change)
                await self._keep(await self._hand_over(notice))
            self._judge(await self._call(lambda: self._driver.concern))
            pause_s = self.queue.next_in_s()
            with suppress(TimeoutError):
                wait_s = self._poll_s if pause_s is None else min(pause_s, self._poll_s)
                await asyncio.wait_for(self._wake.wait(), wait_s)

    async def _hand_over(self, notice: Notice) -> Change:
        try:
            is_sent = await self._call(lambda: self._driver.send(notice))
        except NoticeRefused as error:
            log.warning("notifier %s: %s", self.name, error)
            return self.queue.failed(notice.id, str(error), for_good=True)
        except (DeviceLost, MissingPart) as error:
            return self.queue.failed(notice.id, str(error), for_good=False)
        except Exception as error:
            log.exception("notifier %s: report this", self.name)
            return self.queue.failed(notice.id, f"failed with {type(error).__name__}", for_good=False)
        return self.queue.handed_over(notice.id, is_sent=is_sent)

    async def _hear(self, news: News) -> None:
        match news:
            case Sent(id_):
                is_kept = await self._keep(self.queue.sent(id_))
            case Delivered(id_):
                is_kept = await self._keep(self.queue.delivered(id_))
            case Failed(id_, why, for_good):
                is_kept = await self._keep(self.queue.failed(id_, why, for_good=for_good))
            case Received():
                is_kept = await self._take(self.name, news)
        if is_kept:
            await self._call(lambda: self._driver.taken_over(news))

    async def _call(self, job: Callable[[], T]) -> T:
        """What the driver answers, however long it takes."""
        future = self._calls.call(job)
        waited_s = 0.0
        while not (await asyncio.wait({future}, timeout=self._hang_s))[0]:
            waited_s += self._hang_s
            why = f"{self._driver.name} has not answered for {waited_s:.0f} s; {self._counted()}"
            self._health.say(Condition.FAILED, why, about="hangs")
        return future.result()

    def _judge(self, concern: str) -> None:
        if concern:
            self._health.say(Condition.DEGRADED, f"{concern}; {self._counted()}", about=concern)
        elif trouble := self.queue.trouble:
            self._health.say(Condition.DEGRADED, f"{trouble}; {self._counted()}", about=trouble)
        else:
            self._health.ok()

    def _lost(self, why: str) -> None:
        self._health.say(Condition.FAILED, f"{why}; {self._counted()}", about=why)

    def _counted(self) -> str:
        count = self.queue.waiting
        return "1 notice waits" if count == 1 else f"{count} notices wait"
