"""An outbox and a link as the daemon holds them, against a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from radiobridge.bus.connection import Incoming, Will
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.settings.mqtt import MqttSettings
from tests.brokers import Listener
from tests.bus.builders import HealthLog, outbox, until

STATUS = "t/status"
OFFLINE = b"offline"


class Station:
    """An outbox and a link as the daemon holds them, with what they told."""

    def __init__(self, box: Outbox, link: MqttLink, health: HealthLog, came: list[Incoming]) -> None:
        self.box = box
        self.link = link
        self.health = health
        self.came = came

    async def up(self) -> None:
        await asyncio.wait_for(self.link.connected(), 20)

    async def listens(self) -> None:
        """The broker has taken its subscriptions: it works off what comes over one connection in order."""
        await self.up()
        self.link.publish("t/command/none", b"", 1)
        await until(lambda: bool(self.came))
        self.came.clear()


@asynccontextmanager
async def station(folder: Path, url: str, **options: Any) -> AsyncIterator[Station]:
    """A running outbox and link; keyword arguments are keys of `[mqtt]`."""
    health, came = HealthLog(), list[Incoming]()
    settings = MqttSettings(broker=url, **options)
    async with (
        outbox(
            folder, health, receivers=settings.receipts, receipt_timeout_s=settings.receipt_timeout_s
        ) as box,
        MqttLink(
            settings,
            "t",
            box,
            will=lambda: Will(STATUS, OFFLINE),
            subscriptions=("t/command/#", "t/receipt/#"),
            on_message=came.append,
            on_health=health,
        ) as link,
    ):
        yield Station(box, link, health, came)


async def heard(listener: Listener, *numbers: int) -> None:
    """The listener has the messages with these numbers."""
    await asyncio.to_thread(listener.wait_for_payloads, {str(n).encode() for n in numbers})


def in_order(payloads: list[bytes]) -> list[int]:
    """The numbers in the order of their first arrival."""
    return list(dict.fromkeys(int(p) for p in payloads))
