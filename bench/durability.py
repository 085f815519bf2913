"""What is lost when the bridge or its broker dies: kill -9 at random moments under load, a slow subscriber.

    python -m bench.durability [--kills 50] [--broker-kills 20]

Outbox: `bench.publisher` puts messages at a rate; accepted is what `put` returned for. On the air: the daemon
hears 16 channels of codes in real time; accepted is a code whose last tone ended half a second or more before
the daemon was killed, and every code where the broker alone is. Both with mosquitto as shipped, where a row
leaves the outbox on PUBACK, and with a mosquitto that keeps nothing, where it leaves on the subscriber's
receipt. Lost: accepted and never received. Repeats: received again under the same id. Needs mosquitto.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.victims import AirVictim, PublisherVictim, Victim
from tests.brokers import KEEPS_ALL, Mosquitto

NO_PROGRESS_S = 45.0
"""Longer than any pause of the link, and of a receipt's time-out here."""


def main() -> None:
    """Prints one table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--kills", type=int, default=50, help="of the bridge")
    cli.add_argument("--broker-kills", type=int, default=20)
    args = cli.parse_args()
    print(f"{'under load':14s}{'leaves on':>12s}{'killed':>12s}" + header())
    for kind in (PublisherVictim, AirVictim):
        for receipts in (False, True):
            row(kind, receipts=receipts, broker=False, kills=args.kills)
            row(kind, receipts=receipts, broker=True, kills=args.broker_kills)


def header() -> str:
    """The names of the figures."""
    return "".join(f"{name:>10s}" for name in ("kills", "accepted", "received", "lost", "repeats"))


def row(kind: type[Victim], *, receipts: bool, broker: bool, kills: int) -> None:
    """One line of the table."""
    moments = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        mosquitto = stack.enter_context(Mosquitto(Path(folder), *(() if receipts else KEEPS_ALL)))
        victim = kind(Path(folder), mosquitto, receipts=receipts, stack=stack)
        victim.start()
        for _ in range(kills):
            time.sleep(moments.uniform(*kind.between_kills_s))
            if broker:
                mosquitto.restart()
            else:
                victim.kill()
                victim.start()
        victim.stop_load()
        wait_for_the_rest(victim)
        print(
            f"{victim.name:14s}{'receipt' if receipts else 'PUBACK':>12s}"
            f"{'broker' if broker else 'bridge':>12s}{kills:10d}{len(victim.accepted()):10d}"
            f"{len(victim.received()):10d}{len(victim.missing()):10d}{victim.receiver.repeats:10d}",
            flush=True,
        )


def wait_for_the_rest(victim: Victim) -> None:
    """Everything accepted has been received, or nothing has come for a long time."""
    seen, since = -1, time.monotonic()
    while victim.missing() and time.monotonic() - since < NO_PROGRESS_S:
        time.sleep(0.2)
        if victim.receiver.got.total() != seen:
            seen, since = victim.receiver.got.total(), time.monotonic()


if __name__ == "__main__":
    main()
