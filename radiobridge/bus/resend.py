"""Sends again what named receivers leave unconfirmed, and says which of them do not answer.

One watch a receiver decides when and how much (`receipts.py`); here its questions are put to the disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from radiobridge.bus.parcels import Parcel, Sending
from radiobridge.bus.part_health import PartHealth
from radiobridge.bus.receipts import ReceiverWatch
from radiobridge.bus.store import Store
from radiobridge.bus.stored import Receipted, Stored
from radiobridge.events import Condition, Health

_COUNTED = 10_000
"""Unconfirmed messages are counted up to here; a health message needs no more."""

Result = TypeVar("Result")


class Read(Protocol):
    """Puts a question to the disk; None when the disk gives no answer."""

    def __call__(self, question: Callable[[Store], Result], /) -> Awaitable[Result | None]:
        """The answer."""


class Resend:
    """The named receivers of one outbox."""

    def __init__(
        self,
        receivers: Sequence[str],
        timeout_s: float,
        on_health: Callable[[Health], None],
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._timer = timer
        self._timeout_s = timeout_s
        self._watches = {receiver: ReceiverWatch(receiver, timeout_s) for receiver in receivers}
        self._health = {
            receiver: PartHealth(f"receipts/{receiver}", on_health, clock, timer) for receiver in receivers
        }
        self._again: deque[Parcel] = deque()

    @property
    def is_due(self) -> bool:
        """True when there may be something to send again now."""
        return any(watch.due(self._timer()) for watch in self._watches.values())

    def published(self, seq: int) -> None:
        """The broker took this message, and all before it, over."""
        for watch in self._watches.values():
            watch.published(seq, self._timer())

    def confirmed(self, receipts: Sequence[Receipted]) -> None:
        """These receipts came in."""
        for receipt in receipts:
            watch = self._watches.get(receipt.receiver)
            if watch is not None:
                watch.confirmed(receipt.seq, self._timer())

    def begin_again(self, up_to: int) -> None:
        """A new connection: the broker may have forgotten all up to this number."""
        self._again.clear()
        for watch in self._watches.values():
            watch.begin_again(up_to, self._timer())

    async def next(self, read: Read) -> Parcel | None:
        """The next message that some receiver lacks, or None."""
        if not self._again:
            for watch in self._watches.values():
                await self._look(watch, read)
        return self._again.popleft() if self._again else None

    async def _look(self, watch: ReceiverWatch, read: Read) -> None:
        asked = watch.due(self._timer())
        if asked is None:
            return
        rows = await read(lambda store: store.missing(watch.receiver, asked.after, asked.up_to, asked.limit))
        if rows is None:
            return
        watch.found(asked, [row.seq for row in rows], self._timer())
        self._again.extend(Parcel(row.message, row.seq, Sending.AGAIN) for row in rows)
        await self._judge(watch, rows, asked.up_to, read)

    async def _judge(self, watch: ReceiverWatch, rows: list[Stored], up_to: int, read: Read) -> None:
        health = self._health[watch.receiver]
        if not watch.late:
            health.ok()
        elif rows:
            count = await read(lambda store: store.count_missing(watch.receiver, up_to, _COUNTED)) or len(
                rows
            )
            number = f"{count}{' or more' if count == _COUNTED else ''} message{'s' * (count != 1)}"
            health.say(
                Condition.DEGRADED,
                f"{watch.receiver} has not confirmed {number} within {self._timeout_s:g} s; they are sent "
                "again. Check that it runs, is connected to the broker and publishes its receipts",
                about="late",
            )
