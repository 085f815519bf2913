"""The store behind a thread of its own, so that a slow disk never holds up the event loop.

One batch is one transaction: everything that came in while the last one was written shares an fsync.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from radiobridge.bus.settling import SETTLES_S
from radiobridge.bus.sqlite_errors import StoreDamaged, will_pass
from radiobridge.bus.store import Store
from radiobridge.bus.stored import Outgoing, Receipted, StoreFigures
from radiobridge.errors import RadiobridgeError

_TRIM_ROWS = 500
"""Rows removed in one transaction, so that an alert never waits long behind the cleaning."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction writes.

    `arrived`: ids among `messages` that need not wait any more. `acknowledged`: numbers, and when, or None.
    """

    messages: Sequence[Outgoing] = ()
    arrived: frozenset[str] = frozenset()
    acknowledged: Sequence[tuple[int, float | None]] = ()
    done: Sequence[int] = ()
    receipts: Sequence[tuple[str, str]] = ()
    trim_before: float | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """What the disk holds now. `seqs`: the messages' numbers. `more_to_trim`: trim again."""

    seqs: list[int]
    receipted: list[Receipted]
    more_to_trim: bool
    figures: StoreFigures


class Disk:
    """The store's thread; the file is opened by the first call, and again after trouble."""

    def __init__(self, store: Store, receivers: Sequence[str]) -> None:
        self._store = store
        self._receivers = receivers
        self._is_open = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")

    @property
    def damage(self) -> str:
        """A sentence about a damaged file that was moved aside, else empty."""
        return self._store.damage

    async def commit(self, batch: Batch) -> Committed:
        """All of the batch is on disk. Raises RadiobridgeError when nothing of it is."""
        return await self._run(lambda store: self._commit(store, batch))

    async def read(self, question: Callable[[Store], Result]) -> Result:
        """The store's answer. Raises RadiobridgeError."""
        return await self._run(question)

    async def close(self) -> None:
        """The file is closed and the thread has ended."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._store.close)
        self._thread.shutdown(wait=False)

    async def _run(self, job: Callable[[Store], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_thread, job)

    def _in_thread(self, job: Callable[[Store], Result]) -> Result:
        try:
            self._open()
            try:
                return job(self._store)
            except StoreDamaged as error:
                self._store.begin_anew(str(error))
                return job(self._store)
        except RadiobridgeError as error:
            if not will_pass(error):
                self._store.close()
                self._is_open = False
            raise

    def _open(self) -> None:
        if not self._is_open:
            self._store.open()
            self._store.settle(self._receivers, SETTLES_S)
            self._is_open = True

    def _commit(self, store: Store, batch: Batch) -> Committed:
        with store.transaction():
            seqs = store.append(batch.messages)
            store.mark_acknowledged(batch.acknowledged)
            arrived = [seq for seq, m in zip(seqs, batch.messages, strict=True) if m.id in batch.arrived]
            store.mark_done([*batch.done, *arrived])
            receipted = store.add_receipts(batch.receipts, self._receivers)
        trimmed = 0 if batch.trim_before is None else store.trim(batch.trim_before, _TRIM_ROWS)
        return Committed(seqs, receipted, trimmed == _TRIM_ROWS, store.figures())
