"""The history as a running station writes it: behind a thread of its own, so that nobody waits for it.

The history is a record, and nothing that an alert depends on. Where it cannot be written, that is a health
event; what is to be written waits in memory and is tried again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeAlias

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Condition, Health
from radiobridge.file_thread import FileThread
from radiobridge.history.records import CheckInRecord

if TYPE_CHECKING:
    from radiobridge.history.store import History

log = logging.getLogger(__name__)

PART = "history"
Entry: TypeAlias = Health | tuple[CheckInRecord, ...]
_RETRY_S = 30.0
_FORGET_EVERY_S = 86_400.0
_LAST_S = 0.5
"""For what still waits when the station stops."""
_MOST_WAITING = 100_000


class HistoryWriter(FileThread):
    """`async with HistoryWriter(...) as history`; for the event loop, its methods return at once.

    `keep_days`: as in [history]. `clock`: UTC seconds.
    """

    def __init__(
        self,
        url: str,
        station: str,
        *,
        keep_days: int | None,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        retry_s: float = _RETRY_S,
    ) -> None:
        super().__init__(PART)
        self._url = url
        self._station = station
        self._keep_days = keep_days
        self._on_health = on_health
        self._clock = clock
        self._retry_s = retry_s
        self._began = clock()
        self._forgot_at = float("-inf")
        self._waiting: list[Entry] = []
        self._news, self._stop = asyncio.Event(), asyncio.Event()
        self._history: History | None = None
        self._writing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._news.set()
        self._writing = asyncio.create_task(self._write_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._news.set()
        if self._writing:
            await asyncio.wait({self._writing}, timeout=_LAST_S)
            self._writing.cancel()
        if self._waiting:
            log.warning("%d entries of the history were not written and are gone", len(self._waiting))
        await super().__aexit__(kind, error, trace)

    def health(self, event: Health) -> None:
        """How a part is from now on will be in the history."""
        self._put(event)

    def check_in(self, *records: CheckInRecord) -> None:
        """What became of check-ins will be in the history."""
        self._put(records)

    def _put(self, entry: Entry) -> None:
        self._waiting.append(entry)
        del self._waiting[:-_MOST_WAITING]
        self._news.set()

    async def _write_on(self) -> None:
        """Writes what comes; when it is told to stop, once more what waits."""
        while not self._stop.is_set():
            await self._news.wait()
            self._news.clear()
            if not await self._write():
                self._news.set()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._retry_s):
                        await self._stop.wait()
        await self._write()

    async def _write(self) -> bool:
        """Whether all that waited was written; the health says why not."""
        entries, self._waiting = self._waiting, []
        try:
            await self._in_thread(lambda: self._do(entries))
        except RadiobridgeError as error:
            self._waiting = [*entries, *self._waiting][-_MOST_WAITING:]
            self._tell(Condition.DEGRADED, f"{len(self._waiting)} entries are in memory alone: {error}")
            return False
        except Exception as error:
            # It would go wrong again with the same entries: they are given up, and the next ones are tried.
            log.exception("%d entries of the history are lost", len(entries))
            self._tell(
                Condition.DEGRADED, f"{len(entries)} entries are lost by an error of radiobridge: {error}"
            )
            return True
        self._tell(Condition.OK)
        return True

    def _tell(self, condition: Condition, why: str = "") -> None:
        self._on_health(Health(PART, self._clock(), condition, why))

    def _do(self, entries: list[Entry]) -> None:
        """In the thread. An entry that is written twice is there once."""
        history = self._opened()
        for entry in entries:
            if isinstance(entry, Health):
                history.health(entry)
            else:
                history.check_in(*entry)
        now = self._clock()
        if self._keep_days is not None and now - self._forgot_at > _FORGET_EVERY_S:
            history.forget(now - self._keep_days * 86_400)
            self._forgot_at = now

    def _opened(self) -> History:
        if self._history is None:
            # Late, and here: what it imports takes a second on a slow PC.
            from radiobridge.history.store import History

            history = History(self._url, self._station)
            history.started(self._began)
            self._history = history
        return self._history
