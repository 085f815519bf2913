"""Messages that the disk does not have yet: in memory, in their order, with who waits for each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import islice

from radiobridge.bus.parcels import Parcel
from radiobridge.bus.stored import Outgoing
from radiobridge.errors import OutboxFull


class HeldInMemory(OutboxFull):
    """The message is not on disk, but it is sent and will be written as soon as the disk allows it.

    A plain OutboxFull from `put` means that the message was refused.
    """


class Unsaved:
    """At the most `most` messages; used on the event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._parcels: dict[str, Parcel] = {}
        self._waited_for: dict[str, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        return len(self._parcels)

    def __iter__(self) -> Iterator[Parcel]:
        return iter(self._parcels.values())

    def get(self, id_: str) -> Parcel | None:
        """The message with this id, or None."""
        return self._parcels.get(id_)

    def add(self, message: Outgoing) -> Parcel | None:
        """The message is kept; None when memory is full of messages that have not arrived."""
        if len(self._parcels) >= self.most and not self._forget_arrived():
            return None
        parcel = self._parcels[message.id] = Parcel(message)
        return parcel

    async def saved(self, id_: str) -> None:
        """The message is on disk. Raises what `fail` was given."""
        future = self._waited_for.get(id_)
        if future is None:
            future = self._waited_for[id_] = asyncio.get_running_loop().create_future()
        await asyncio.shield(future)

    def first(self, count: int) -> list[Parcel]:
        """The oldest ones, at the most `count`."""
        return list(islice(self._parcels.values(), count))

    def take_out(self, parcel: Parcel) -> None:
        """It is on disk: it need not be kept here, and who waits for it goes on."""
        self._parcels.pop(parcel.message.id, None)
        future = self._waited_for.pop(parcel.message.id, None)
        if future is not None and not future.done():
            future.set_result(None)

    def fail(self, error: Exception) -> list[Parcel]:
        """The disk does not take them: who waits gets the error; returns those that were waited for."""
        for future in self._waited_for.values():
            if not future.done():
                future.set_exception(error)
                # Who asked may have gone: nobody need see it.
                future.exception()
        held = [self._parcels[id_] for id_ in self._waited_for if id_ in self._parcels]
        self._waited_for.clear()
        return held

    def held(self) -> list[Parcel]:
        """Those that nobody waits for any more: they are sent from memory."""
        return [p for id_, p in self._parcels.items() if p.seq is None and id_ not in self._waited_for]

    def _forget_arrived(self) -> bool:
        """True when the oldest message that has arrived made room for another one."""
        arrived = next((id_ for id_, parcel in self._parcels.items() if parcel.done), None)
        if arrived is not None:
            del self._parcels[arrived]
        return arrived is not None
