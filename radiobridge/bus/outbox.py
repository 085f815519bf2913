"""The outbox: messages that must arrive, on disk before they count as accepted, sent until they have.

`put` returns when its message is on disk; `MqttLink` takes messages out in order and tells what the
broker answered. A message leaves when each named receiver has confirmed it or, without receivers, when
the broker has acknowledged it and outlived that for some seconds; it stays on disk for `replay`. A disk
that takes nothing is reported, and its messages are held in memory, sent from there, and written as soon
as the disk takes them again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from radiobridge.bus.disk import Batch, Committed, Disk
from radiobridge.bus.outbox_health import OutboxHealth
from radiobridge.bus.parcels import PAGE, Parcel, Sending, SendOrder
from radiobridge.bus.replays import Replays
from radiobridge.bus.resend import Read, Resend
from radiobridge.bus.settling import SETTLES_S, Settling
from radiobridge.bus.store import Store
from radiobridge.bus.stored import OutboxStatus, Outgoing, Selection, StoreFigures
from radiobridge.bus.unsaved import HeldInMemory, Unsaved
from radiobridge.errors import CommandRefused, OutboxFull, RadiobridgeError
from radiobridge.events import Health

MOST_HELD = 10_000
"""Messages that memory holds while the disk takes none; more are refused."""
_MOST_RECEIPTS = 100_000
"""Receipts that wait for the disk; one that is dropped costs a repeat of its message."""
_BATCH = 1000
"""Messages in one transaction: a few milliseconds of writing."""
_RETRY_S = (0.25, 8.0)
"""First and longest pause between attempts at a disk that takes nothing, in seconds."""
_TICK_S = 1.0
_TRIM_EVERY_S = 3600.0
_FULL_AGAIN = 0.95
"""An outbox that was full by its size limit takes messages again below this share of it."""
_AFTER_RECONNECT = 1000
"""Unconfirmed messages that a new connection sends at once, in order; older ones go by receipts."""
_DAY_S = 86_400
_LOWER_TURN = 8
"""Every so many takes a repeat or a replay goes before the fresh messages, so that none starves."""

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Outbox:
    """Used as `async with Outbox(...) as outbox`; at the end everything that the disk takes is on it.

    `max_mb`, `keep_days`: see `[outbox]`. `receivers`: who must confirm each message, with
    `receipt_timeout_s` until it is sent again. `clock`: UTC seconds. `timer`: seconds that only rise.
    """

    def __init__(
        self,
        file: Path,
        *,
        max_mb: float = 512,
        keep_days: float = 90,
        receivers: Sequence[str] = (),
        receipt_timeout_s: float = 30,
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = file
        self._max_bytes = int(max_mb * 1e6)
        self._keep_s = keep_days * _DAY_S
        self._receivers = tuple(receivers)
        self._clock = clock
        self._timer = timer
        self._disk = Disk(Store(file, self._max_bytes, clock=clock), self._receivers)
        self._health = OutboxHealth(on_health, clock, timer)
        self._resend = Resend(self._receivers, receipt_timeout_s, on_health, clock, timer)
        self._order = SendOrder()
        self._figures = StoreFigures()
        self._unsaved = Unsaved(MOST_HELD)
        self._done: set[int] = set()
        self._settling = Settling(timer, clock)
        self._receipts: dict[tuple[str, str], None] = {}
        self._replays = Replays()
        self._trouble = ""
        self._full = False
        self._refused = 0
        self._takes = 0
        self._trim_at = timer()
        self._closing = False
        self._work = asyncio.Event()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        await self._write()
        self._tasks = [
            asyncio.create_task(self._write_for_ever(), name="outbox writer"),
            asyncio.create_task(self._tick_for_ever(), name="outbox clock"),
        ]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        while self._has_work() and await self._write():
            pass
        await self._disk.close()
        self._unsaved.fail(OutboxFull(f"{self._file}: the bridge is stopping"))
        if self._unsaved:
            log.error("%s: %d messages could not be written and are gone", self._file, len(self._unsaved))

    async def put(self, message: Outgoing) -> None:
        """The message is on disk and will be sent. The same id twice is one message.

        Who cancels this takes nothing back: the message may be written and sent.

        Raises:
            HeldInMemory: it is not on disk; it is sent from memory, and written when the disk allows.
            OutboxFull: it was refused; nothing of it is kept.
        """
        if self._closing:
            raise OutboxFull(f"{self._file}: the bridge is stopping")
        if self._unsaved.get(message.id) is None:
            self._admit(message)
        if self._trouble:
            raise HeldInMemory(self._trouble)
        self._work.set()
        await self._unsaved.saved(message.id)

    def confirm(self, receiver: str, ids: Iterable[str]) -> None:
        """A receiver says that it has stored these messages; names that are not asked for are ignored."""
        if receiver not in self._receivers:
            return
        for id_ in ids:
            parcel = self._unsaved.get(id_)
            if parcel is not None:
                parcel.confirmed.add(receiver)
                parcel.done = parcel.done or parcel.confirmed >= set(self._receivers)
            self._receipts[id_, receiver] = None
        while len(self._receipts) > _MOST_RECEIPTS:
            del self._receipts[next(iter(self._receipts))]
        self._work.set()

    async def replay(self, selection: Selection) -> int:
        """How many stored messages are sent again, unchanged, behind the fresh ones.

        Raises:
            CommandRefused: too many replays wait already, or the disk cannot be read.
        """
        self._replays.check_room()
        try:
            count, last_seq = await self._disk.read(lambda store: store.count(selection))
        except RadiobridgeError as error:
            raise CommandRefused(f"the stored messages cannot be read: {error}") from error
        if count:
            self._replays.add(selection, last_seq)
            self._wake.set()
        return count

    def status(self) -> OutboxStatus:
        """What has not arrived yet."""
        oldest = [p.message.at for p in self._unsaved if not p.done]
        if self._figures.oldest_waiting_at is not None:
            oldest.append(self._figures.oldest_waiting_at)
        return OutboxStatus(
            waiting=max(0, self._figures.waiting - len(self._settling) - len(self._done)),
            held=len(self._unsaved) if self._trouble else 0,
            refused=self._refused,
            oldest_waiting_s=max(0.0, self._clock() - min(oldest)) if oldest else 0.0,
        )

    async def take(self) -> Parcel:
        """The next message to publish; waits for one. For one sender alone."""
        while True:
            self._wake.clear()
            self._takes += 1
            sources = [self._next_fresh, self._resend.next, self._replays.next]
            if self._takes % _LOWER_TURN == 0:
                sources.append(sources.pop(0))
            for source in sources:
                parcel = await source(self._read)
                if parcel is not None:
                    return parcel
            await self._wake.wait()

    def published(self, parcel: Parcel) -> None:
        """The broker took it over (PUBACK): it settles, or waits for its receipts."""
        if parcel.sending is Sending.REPLAY:
            return
        if self._receivers:
            if parcel.seq is not None:
                self._resend.published(parcel.seq)
            return
        if parcel.seq is None:
            parcel.done = True
        else:
            self._settling.acknowledged(parcel.seq)
            self._work.set()
        self.settle()

    def settle(self, after_s: float = SETTLES_S) -> None:
        """The broker lives: what it acknowledged `after_s` ago or earlier has arrived."""
        seqs = self._settling.settled(after_s)
        if seqs:
            self._done.update(seqs)
            self._work.set()

    def unsettle(self) -> None:
        """The connection ended: what the broker acknowledged last may be lost, and is given again."""
        self._settling.forget()
        self._work.set()

    async def rewind(self, lost: Iterable[Parcel]) -> None:
        """All that has not arrived will be given again, in order; `lost` were taken without an answer.

        What settles is not, unless `unsettle` was called before.
        """
        lost = list(lost)
        held = self._unsaved.held()
        self._replays.put_back(lost)
        sent_to = self._order.cursor
        oldest = await self._read(
            lambda store: store.newest_waiting(sent_to, _AFTER_RECONNECT if self._receivers else sent_to)
        )
        if oldest is None:
            self._order.put_back(lost, held)
        else:
            self._order.rewind(oldest - 1, held)
            self._resend.begin_again(oldest - 1)
        self._wake.set()

    def _admit(self, message: Outgoing) -> None:
        """The message is in memory, on its way to the disk. Raises OutboxFull."""
        parcel = self._unsaved.add(message)
        if parcel is None:
            self._refused += 1
            self._judge()
            why = self._trouble or f"{self._file}: the disk is too slow"
            most = self._unsaved.most
            raise OutboxFull(f"{why}; memory holds {most} messages already: this one was refused")
        if self._trouble:
            self._order.hold(parcel)
            self._judge()
            self._wake.set()

    async def _next_fresh(self, read: Read) -> Parcel | None:
        if self._order.must_read:
            cursor, last_seq = self._order.cursor, self._order.last_seq
            rows = await read(lambda store: store.waiting_after(cursor, PAGE))
            if rows is not None and cursor == self._order.cursor:
                self._order.read(rows, last_seq, self._done.union(self._settling))
        return self._order.next()

    async def _read(self, question: Callable[[Store], Result]) -> Result | None:
        try:
            return await self._disk.read(question)
        except RadiobridgeError as error:
            self._hold_all(str(error))
            self._work.set()
            return None

    def _has_work(self) -> bool:
        takes_more = (len(self._unsaved) > 0 or bool(self._trouble)) and not self._check_full()
        return (
            takes_more
            or bool(self._done or self._receipts or self._settling.unwritten)
            or self._trim_is_due()
        )

    def _check_full(self) -> bool:
        """True while messages that wait fill the outbox by its size limit."""
        limit = self._max_bytes * (_FULL_AGAIN if self._full else 1)
        self._full = self._figures.waiting_bytes >= limit
        return self._full

    def _trim_is_due(self) -> bool:
        return self._timer() >= self._trim_at

    async def _write_for_ever(self) -> None:
        pause_s, longest_s = _RETRY_S
        while True:
            await self._work.wait()
            self._work.clear()
            try:
                written = await self._write()
            except Exception as error:
                log.exception("writing the outbox")
                self._hold_all(f"{self._file}: {error!r}; restart the bridge and report this")
                written = False
            if written:
                pause_s = _RETRY_S[0]
            else:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, longest_s)
            if self._has_work():
                self._work.set()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            if self._order.must_read or self._resend.is_due:
                self._wake.set()
            if self._has_work():
                self._work.set()
            self._judge()

    async def _write(self) -> bool:
        """True when the disk took a batch of what there is to write."""
        if self._check_full():
            self._hold_all(f"{self._file} is full of messages that could not be delivered ([outbox] max_mb)")
        parcels = [] if self._full else self._unsaved.first(_BATCH)
        over = self._figures.used_bytes > self._max_bytes
        batch = Batch(
            messages=[parcel.message for parcel in parcels],
            arrived=frozenset(parcel.message.id for parcel in parcels if parcel.done),
            acknowledged=tuple(self._settling.unwritten.items()),
            done=tuple(self._done),
            receipts=tuple(self._receipts),
            trim_before=self._clock() - self._keep_s if over or self._trim_is_due() else None,
        )
        try:
            committed = await self._disk.commit(batch)
        except RadiobridgeError as error:
            self._hold_all(str(error))
            return False
        self._written(parcels, batch, committed)
        return True

    def _written(self, parcels: list[Parcel], batch: Batch, committed: Committed) -> None:
        self._figures = committed.figures
        if batch.trim_before is not None and not committed.more_to_trim:
            self._trim_at = self._timer() + _TRIM_EVERY_S
        for parcel, seq in zip(parcels, committed.seqs, strict=True):
            parcel.seq = seq
            self._unsaved.take_out(parcel)
            if parcel.done and parcel.message.id not in batch.arrived:
                self._done.add(seq)
            elif parcel.taken and self._receivers:
                self._resend.published(seq)
        self._done.difference_update(batch.done)
        for seq, at in batch.acknowledged:
            if self._settling.unwritten.get(seq) == at:
                del self._settling.unwritten[seq]
        for receipt in batch.receipts:
            self._receipts.pop(receipt, None)
        self._order.last_seq = max(self._order.last_seq, committed.figures.last_seq)
        self._order.stored(parcels)
        self._resend.confirmed(committed.receipted)
        if not self._full:
            self._trouble = ""
        self._judge()
        self._wake.set()

    def _hold_all(self, why: str) -> None:
        """The disk takes nothing: what waits for it is sent from memory."""
        self._trouble = why
        for parcel in self._unsaved.fail(HeldInMemory(why)):
            self._order.hold(parcel)
        self._judge()
        self._wake.set()

    def _judge(self) -> None:
        self._health.judge(
            trouble=self._trouble,
            held=len(self._unsaved),
            refused=self._refused,
            share=self._figures.waiting_bytes / self._max_bytes,
            damage=self._disk.damage,
        )
