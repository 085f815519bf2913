"""From the outbox to the broker: in order, a few at a time, until each has been acknowledged.

What a broker refuses is set aside by its topic and tried again later, and a message that seems to end
every connection by itself; neither stands in the way of the others. Both stay in the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from radiobridge.bus.connection import Connection, ConnectionEnded, Welcome
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.parcels import Parcel

IN_FLIGHT = 20
"""Messages without a PUBACK: what mosquitto allows a client unless configured. Twice as many gave
nothing more on a local broker."""
_ACKNOWLEDGE_S = 20.0
"""A broker that leaves a message without PUBACK for so long is left; only then may it be repeated.
Source: MQTT 5.0, 4.4."""
_PACKET_EXTRA_BYTES = 16
_NO_PACKET = 0
"""No packet has this identifier. Source: MQTT 5.0, 2.2.1."""
_RETRY_S = (2.0, 300.0)
"""First and longest pause before a refused topic or a suspected message is tried again."""
_FRUITLESS_ONE_BY_ONE = 2
_FRUITLESS_SUSPECT = 4
"""Connections in a row that ended before any PUBACK: from here on one message at a time is under way,
and then that one is suspected."""


@dataclass(slots=True)
class _SetAside:
    """A topic or a message id that is left out until `until`, when it is tried again."""

    until: float
    pause_s: float
    why: str
    retried: bool = False


class Sender:
    """Outlives the connections; `run` sends over one of them. `on_trouble` is told when `trouble` changes."""

    def __init__(self, outbox: Outbox, timer: Callable[[], float], on_trouble: Callable[[], None]) -> None:
        self._outbox = outbox
        self._timer = timer
        self._on_trouble = on_trouble
        self._in_flight: dict[int, tuple[Parcel, float]] = {}
        self._set_aside: dict[str, _SetAside] = {}
        self._fruitless = 0
        self._room = asyncio.Event()

    @property
    def trouble(self) -> str:
        """What the broker does not take and why, else empty."""
        return "; ".join(aside.why for aside in self._set_aside.values())

    async def run(self, connection: Connection, welcome: Welcome) -> None:
        """Sends until it is cancelled, or until the connection is gone."""
        lost = [parcel for parcel, _ in self._in_flight.values()]
        self._in_flight.clear()
        await self._outbox.rewind(lost)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch(connection))
            tasks.create_task(self._send(connection, welcome))

    def connection_ended(self) -> None:
        """What was under way has no answer; a message that ends every connection becomes suspect."""
        self._outbox.unsettle()
        if not self._in_flight:
            return
        self._fruitless += 1
        if self._fruitless >= _FRUITLESS_SUSPECT:
            parcel = next(iter(self._in_flight.values()))[0]
            self._put_aside(
                parcel.message.id,
                f"the connection ended {self._fruitless} times while message {parcel.message.id} "
                f"({len(parcel.message.payload)} bytes on {parcel.message.topic}) was sent; it is left out "
                "for now. Is it larger than the broker allows?",
            )
            self._fruitless = _FRUITLESS_ONE_BY_ONE

    def broker_lives(self) -> None:
        """The broker answered something else than a message of the outbox."""
        self._outbox.settle()

    def farewell(self) -> None:
        """The broker lives, and the connection ends because we want it to."""
        self._outbox.settle(0)

    def acknowledged(self, mid: int, failure: str | None) -> None:
        """The broker's answer for packet `mid`."""
        if mid not in self._in_flight:
            return
        parcel, _ = self._in_flight.pop(mid)
        self._fruitless = 0
        self._room.set()
        topic = parcel.message.topic
        if failure is None:
            if self._set_aside.pop(topic, None) or self._set_aside.pop(parcel.message.id, None):
                self._on_trouble()
            self._outbox.published(parcel)
        else:
            self._put_aside(
                topic, f"the broker refused a message on {topic}: {failure}; check its ACL and quota"
            )

    async def _send(self, connection: Connection, welcome: Welcome) -> None:
        while True:
            limit = 1 if self._fruitless >= _FRUITLESS_ONE_BY_ONE else min(IN_FLIGHT, welcome.receive_maximum)
            while len(self._in_flight) >= limit:
                self._room.clear()
                await self._room.wait()
            parcel = await self._outbox.take()
            if self._is_left_out(parcel) or not self._fits(parcel, welcome):
                continue
            try:
                mid = connection.publish(parcel.message.topic, parcel.message.payload, qos=1)
            except ConnectionEnded as error:
                # It ended over this very message, perhaps: that counts as for one that is under way.
                self._in_flight[_NO_PACKET] = (parcel, self._timer())
                connection.drop(str(error))
                return
            self._in_flight[mid] = (parcel, self._timer())

    async def _watch(self, connection: Connection) -> None:
        """Tries again what was set aside, and leaves a broker that acknowledges nothing."""
        while True:
            await asyncio.sleep(0.5)
            now = self._timer()
            if self._in_flight and now - next(iter(self._in_flight.values()))[1] > _ACKNOWLEDGE_S:
                connection.drop(f"the broker has acknowledged nothing for {_ACKNOWLEDGE_S:g} s")
                return
            due = [aside for aside in self._set_aside.values() if now >= aside.until and not aside.retried]
            for aside in due:
                aside.retried = True
            if due:
                await self._outbox.rewind(())

    def _is_left_out(self, parcel: Parcel) -> bool:
        """True for what is set aside, and for what is under way already."""
        keys = (parcel.message.topic, parcel.message.id)
        if any(key in self._set_aside and not self._set_aside[key].retried for key in keys):
            return True
        return any(under_way.message.id == parcel.message.id for under_way, _ in self._in_flight.values())

    def _fits(self, parcel: Parcel, welcome: Welcome) -> bool:
        message = parcel.message
        size = len(message.topic.encode()) + len(message.payload) + _PACKET_EXTRA_BYTES
        if welcome.most_bytes is None or size <= welcome.most_bytes:
            return True
        self._put_aside(
            message.id,
            f"message {message.id} on {message.topic} has {size} bytes and the broker takes "
            f"{welcome.most_bytes}: raise its limit",
        )
        return False

    def _put_aside(self, key: str, why: str) -> None:
        old = self._set_aside.get(key)
        if old is not None and not old.retried:
            return
        first_s, longest_s = _RETRY_S
        pause_s = first_s if old is None else min(old.pause_s * 2, longest_s)
        self._set_aside[key] = _SetAside(self._timer() + pause_s, pause_s, why)
        self._on_trouble()
