"""A panic: a thousand keyed calls in a minute from 33 posts, and what the station makes of them.

    python -m bench.incidents [--alerts 1000] [--seconds 60] [--taken-after 20]

The real desk, journal, outbox, MQTT link and mosquitto with the shipped settings; the air is a fake that
takes four seconds for each call, on two channels. One incident in three is taken over the bus after so many
seconds. Told: whether anything was lost, how the alerts joined, how the calls were merged, how long from the
last key of a code to its alert at a subscriber, and the memory. Needs mosquitto.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from radiobridge.announcer import Announcer
from radiobridge.bus.incident_messages import AcknowledgeCommand
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.wire import Wire
from radiobridge.channel_health import ChannelHealth
from radiobridge.dispatch.desk import Desk
from radiobridge.dispatching import Dispatching
from radiobridge.events import AnnouncementEnded, Digit, Outcome, Reply
from radiobridge.handsets import Handsets
from radiobridge.incidents import Incidents
from radiobridge.intake import Intake
from radiobridge.self_tests import SelfTests
from radiobridge.settings import Settings
from radiobridge.settings.models import StationSettings
from radiobridge.settings.mqtt import MqttSettings
from radiobridge.station import new_id
from tests.brokers import KEEPS_ALL, Listener, Mosquitto

POSTS, CHANNELS, ON_AIR_S = 33, 16, 4.0
KEY_S = 0.1
SETTINGS = Settings.model_validate(
    {
        "station": {"name": "bench"},
        "channel": [{"name": f"c{n}"} for n in range(CHANNELS)],
        "post": [{"id": f"{n:02}", "name": {"en": f"School {n}"}} for n in range(POSTS)],
        "code": [
            {"keys": f"*{kind}{{post:2}}#", "alert": alert}
            for kind, alert in ((1, "emergency"), (2, "fire"), (3, "intruder"))
        ],
        "response": [
            {"stage": [{"channels": ["police", "guards"]}, {"after_s": 30, "channels": ["police"]}]}
        ],
    }
)


class FakeAir:
    """Stands for voices, transmitters and radios: a call takes four seconds, then its channel is free."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Reply]] = []
        self.intake: Intake | None = None

    def call(self, channel: str, what: Reply, *, wait_s: float, cause: str) -> str:
        """It is on the air at once."""
        del wait_s
        self.calls.append((channel, what))
        ended = AnnouncementEnded(new_id(), channel, time.time(), Outcome.SENT, ON_AIR_S, cause=cause)
        asyncio.get_running_loop().call_later(ON_AIR_S, self._over, ended)
        return ended.id

    def withdraw(self, *_: Any) -> None:
        """What is on the air goes on."""

    def answer(self, *_: Any) -> None:
        """Replies are not what is measured."""

    def _over(self, ended: AnnouncementEnded) -> None:
        if self.intake:
            self.intake.take(ended)


def main() -> None:
    """Prints the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--alerts", type=int, default=1000)
    cli.add_argument("--seconds", type=float, default=60)
    cli.add_argument("--taken-after", type=float, default=20)
    args = cli.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Mosquitto(Path(folder), *KEEPS_ALL) as broker,
        Listener(broker.port, "radiobridge/v1/bench/#") as listener,
    ):
        asyncio.run(_panic(Path(folder), broker.url, listener, args))


async def _panic(folder: Path, broker: str, listener: Listener, args: argparse.Namespace) -> None:
    wire = Wire("bench", time.time, new_id, url_of=lambda _: None)
    air = FakeAir()
    announcer = Announcer(wire, waiting=lambda: 0)
    before_mb = _resident_mb()
    async with (
        AsyncExitStack() as stack,
        Outbox(folder / "outbox.db", on_health=announcer.health) as outbox,
        Handsets(folder / "handsets.db", on_health=announcer.health) as handsets,
        MqttLink(
            MqttSettings(broker=broker),
            "bench",
            outbox,
            will=announcer.will,
            subscriptions=(),
            on_message=lambda _: None,
            on_health=announcer.health,
        ) as link,
    ):
        await link.connected()
        settings = SETTINGS.model_copy(
            update={"station": StationSettings(name="bench", state_dir=folder)},
        )
        desk = Desk(settings, clock=time.time, new_id=new_id)
        dispatching = Dispatching()
        await dispatching.open(
            stack,
            settings,
            wire=wire,
            outbox=outbox,
            link=link,
            sender=air,  # type: ignore[arg-type]  # the fake
            desk=desk,
            posts=lambda: {post.id: post for post in settings.post},
            accept=lambda made: air.intake.accept(made) if air.intake else None,
            record=lambda _: None,
            on_health=announcer.health,
            new_id=new_id,
        )
        air.intake = Intake(
            desk=desk,
            wire=wire,
            announcer=announcer,
            channel_health=ChannelHealth({}),
            outbox=outbox,
            link=link,
            handsets=handsets,
            posts=lambda: {post.id: post for post in settings.post},
            answer=air.answer,
            self_tests=SelfTests((), air, announcer, time.time),  # type: ignore[arg-type]  # the fake
            dispatching=dispatching,
        )
        await dispatching.restore()
        incidents = dispatching.incidents
        began = time.monotonic()
        keyed = await _key(air.intake, incidents, args)
        took_s = time.monotonic() - began
        await asyncio.to_thread(
            listener.wait_for, lambda messages: sum(m.topic.endswith("/alert") for m in messages) >= keyed, 60
        )
        late_ms, ids = _latencies(listener)
        print(f"{keyed} codes keyed in {took_s:.0f} s on {CHANNELS} channels, from {POSTS} posts, 3 kinds")
        print(f"alerts at the subscriber {len(ids):21d}")
        print(f"incidents {len({*ids.values()}):36d}")
        calls = {channel: sum(name == channel for name, _ in air.calls) for channel in ("police", "guards")}
        print(f"calls on the air, police and guards {calls['police']:10d} {calls['guards']:d}")
        print(
            f"ms from the last key, median, 99 %, longest {_share(late_ms, 0.5):6.0f} "
            f"{_share(late_ms, 0.99):6.0f} {late_ms[-1]:6.0f}"
        )
        print(f"memory, MB more than before {_resident_mb() - before_mb:18.0f}")


async def _key(intake: Intake, incidents: Incidents, args: argparse.Namespace) -> int:
    """All codes are keyed, evenly over the time; every third incident is taken after a while."""
    began = time.monotonic()
    taken_at = began + args.taken_after
    for number in range(args.alerts):
        await asyncio.sleep(max(began + number * args.seconds / args.alerts - time.monotonic(), 0))
        now = time.time()
        for index, key in enumerate(f"*{number // POSTS % 3 + 1}{number % POSTS:02}#"):
            at = now - KEY_S * (5 - index)
            intake.take(Digit(f"c{number % CHANNELS}", at, key, KEY_S, -20, 0, 30))
        if time.monotonic() > taken_at:
            taken_at = float("inf")
            for taken in range(1, 100, 3):
                await incidents.command(AcknowledgeCommand(incident=taken, by="bench"))
    return int(args.alerts)


def _latencies(listener: Listener) -> tuple[list[float], dict[str, str]]:
    """Milliseconds from the last key to the subscriber, sorted; and the incident of each alert."""
    late_ms, ids = [], {}
    # paho's own times of arrival are monotonic.
    from_monotonic = time.time() - time.monotonic()
    for message in listener.messages:
        if message.topic.endswith("/alert"):
            alert = json.loads(message.payload)
            ids[alert["id"]] = alert["incident"]["id"]
            heard = datetime.fromisoformat(alert["heard"]).timestamp()
            late_ms.append(1000 * (message.timestamp + from_monotonic - heard))
    return sorted(late_ms), ids


def _share(sorted_ms: list[float], share: float) -> float:
    return sorted_ms[min(int(share * len(sorted_ms)), len(sorted_ms) - 1)]


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


if __name__ == "__main__":
    main()
