"""For bench.durability: an outbox and its link that are fed at a rate, to be killed at any moment.

    python -m bench.publisher FOLDER BROKER_URL RATE FIRST [RECEIVER ...]

Each number from FIRST on is put as one message under that id; its line on stdout comes when `put` has
returned: it counts as accepted, for it is on disk.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from radiobridge.bus.commands import parse_receipt
from radiobridge.bus.connection import Incoming, Will
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.settings.mqtt import MqttSettings

TOPIC = "bench/alert"
RECEIPTS = "bench/receipt"
AT_ONCE = 20
_PAYLOAD_BYTES = 800


async def publish(folder: Path, url: str, rate: float, first: int, receivers: tuple[str, ...]) -> None:
    """Puts messages until it is killed."""
    settings = MqttSettings(broker=url, receipts=receivers, receipt_timeout_s=5)
    box = Outbox(
        folder / "outbox.db",
        receivers=receivers,
        receipt_timeout_s=settings.receipt_timeout_s,
        on_health=lambda _: None,
    )

    def confirm(came: Incoming) -> None:
        box.confirm(came.topic.removeprefix(f"{RECEIPTS}/"), parse_receipt(came.payload).ids)

    async with (
        box,
        MqttLink(
            settings,
            "bench",
            box,
            will=lambda: Will("bench/status", b"offline"),
            subscriptions=(f"{RECEIPTS}/+",),
            on_message=confirm,
            on_health=lambda _: None,
        ),
    ):
        numbers = iter(range(first, sys.maxsize))
        await asyncio.gather(*(put_at(box, rate / AT_ONCE, numbers) for _ in range(AT_ONCE)))


async def put_at(box: Outbox, rate: float, numbers: Iterator[int]) -> None:
    """One message after the other at this rate a second; the outbox's speed is the limit."""
    due = time.monotonic()
    while True:
        id_ = f"{next(numbers):026d}"
        await box.put(Outgoing(id_, TOPIC, id_.encode().ljust(_PAYLOAD_BYTES), "c0", time.time()))
        os.write(1, f"{id_}\n".encode())
        due = max(due + 1 / rate, time.monotonic() - 1)
        await asyncio.sleep(max(due - time.monotonic(), 0))


def main() -> None:
    """Runs until it is killed."""
    folder, url, rate, first, *receivers = sys.argv[1:]
    asyncio.run(publish(Path(folder), url, float(rate), int(first), tuple(receivers)))


if __name__ == "__main__":
    main()
