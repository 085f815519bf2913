"""How many alerts a second the outbox takes and the link delivers, each on disk (`synchronous=FULL`) first.

    python -m bench.outbox [--messages 5000] [--folder DIR]

At once: how many `put` wait at a time; what comes in while one transaction is written shares the next.
Delivered: from the first `put` to the last callback of a subscriber, through mosquitto with the shipped
settings. DIR: on the disk that the station will use. Needs mosquitto.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path

from radiobridge.bus.connection import Will
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.settings.mqtt import MqttSettings
from radiobridge.station import new_id
from tests.brokers import KEEPS_ALL, Listener, Mosquitto

TOPIC = "radiobridge/v1/bench/alert"
PAYLOAD = b'{"schema": "radiobridge.alert/1"}'.ljust(1000)
"""About the size of an alert with its evidence."""
AT_ONCE = (1, 10, 100, 1000)


def main() -> None:
    """Prints two tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--messages", type=int, default=5000)
    cli.add_argument("--folder", type=Path, help="where the outbox lies (default: a temporary folder)")
    args = cli.parse_args()
    print(f"{'at once':>10s}{'on disk/s':>12s}{'median ms':>12s}{'worst ms':>12s}")
    measure(stored, args.folder, args.messages)
    print(f"{'at once':>10s}{'delivered/s':>12s}")
    measure(delivered, args.folder, args.messages)


def measure(
    how: Callable[[Path, int, int], Coroutine[None, None, None]], parent: Path | None, count: int
) -> None:
    """One line for each number of `put` at once, each in a fresh folder."""
    for at_once in AT_ONCE:
        with tempfile.TemporaryDirectory(dir=parent) as folder:
            asyncio.run(how(Path(folder), count, at_once))


def outbox(folder: Path) -> Outbox:
    """An outbox that nobody watches."""
    return Outbox(folder / "outbox.db", on_health=lambda _: None)


def alert() -> Outgoing:
    """One more alert."""
    return Outgoing(new_id(), TOPIC, PAYLOAD, "c0", time.time())


async def put_all(box: Outbox, count: int, at_once: int) -> list[float]:
    """Puts `count` alerts, `at_once` at a time; how long each took, in seconds."""
    took: list[float] = []

    async def put_share(share: int) -> None:
        for _ in range(share):
            began = time.perf_counter()
            await box.put(alert())
            took.append(time.perf_counter() - began)

    await asyncio.gather(*(put_share(count // at_once) for _ in range(at_once)))
    return took


async def stored(folder: Path, count: int, at_once: int) -> None:
    """One line: the outbox alone."""
    async with outbox(folder) as box:
        began = time.perf_counter()
        took = sorted(await put_all(box, count, at_once))
        rate = len(took) / (time.perf_counter() - began)
    print(f"{at_once:10d}{rate:12.0f}{took[len(took) // 2] * 1000:12.1f}{took[-1] * 1000:12.1f}", flush=True)


async def delivered(folder: Path, count: int, at_once: int) -> None:
    """One line: from the outbox through the broker to a subscriber."""
    with Mosquitto(folder, *KEEPS_ALL) as broker, Listener(broker.port, TOPIC) as listener:
        async with (
            outbox(folder) as box,
            MqttLink(
                MqttSettings(broker=broker.url),
                "bench",
                box,
                will=lambda: Will("radiobridge/v1/bench/status", b"offline"),
                subscriptions=(),
                on_message=lambda _: None,
                on_health=lambda _: None,
            ) as link,
        ):
            await link.connected()
            began = time.perf_counter()
            put = len(await put_all(box, count, at_once))
            await asyncio.to_thread(listener.wait_for, lambda messages: len(messages) >= put, 120)
            rate = put / (time.perf_counter() - began)
    print(f"{at_once:10d}{rate:12.0f}", flush=True)


if __name__ == "__main__":
    main()
