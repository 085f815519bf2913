"""The station's link to the broker: connects for ever, keeps retained state true, empties the outbox.

A broker that is away, restarts or forgets is normal: after every connect the subscriptions and all
retained state go out again, and then what waits in the outbox. Each condition that a person can
mend is a health event of the part `mqtt`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

from radiobridge.bus.connection import (
    Connection,
    ConnectionEnded,
    Incoming,
    Protocol,
    SpeaksOlderMqtt,
    Welcome,
    Will,
)
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.part_health import PartHealth
from radiobridge.bus.sender import IN_FLIGHT, Sender
from radiobridge.errors import BrokerRefused, RadiobridgeError
from radiobridge.events import Condition, Health
from radiobridge.settings.mqtt import MqttSettings

_PAUSE_S = (0.2, 30.0)
_REFUSED_PAUSE_S = 2.0
"""First and longest pause between attempts, and the first after a refusal, in seconds."""
_STEADY_S = 10.0
"""A connection that lasted so long was a good one: the pauses begin short again."""
_TAKEOVERS = 3
"""After so many connections in a row that ended early, a second bridge of the same name is suspected.
mosquitto 2.0 does not say that a session was taken over, it hangs up (seen with 2.0.11)."""
_FAREWELL_S = 0.3
"""Seconds for the broker to acknowledge the farewell; with a dead one `stop` takes about twice that."""

_SECOND_BRIDGE = (
    "it ends again and again soon after the broker let it in: is there a second bridge with the same station "
    "name (or mqtt.client_id)? Give each station its own [station] name"
)

log = logging.getLogger(__name__)


class MqttLink:
    """Used as `async with MqttLink(...) as link`; leaving says farewell and disconnects.

    `will()` gives the topic and payload that the broker publishes, retained, when the bridge dies;
    the link publishes the same when it stops. `subscriptions`: topic filters; what comes on them goes
    to `on_message` on the event loop. `on_health` gets the part `mqtt`.
    """

    def __init__(
        self,
        settings: MqttSettings,
        station: str,
        outbox: Outbox,
        *,
        will: Callable[[], Will],
        subscriptions: Sequence[str],
        on_message: Callable[[Incoming], None],
        on_health: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._client_id = settings.client_id or f"radiobridge-{station}"
        self._will = will
        self._subscriptions = tuple(subscriptions)
        self._on_message = on_message
        self._clock = clock
        self._timer = timer
        self._health = PartHealth("mqtt", on_health, clock, timer)
        self._sender = Sender(outbox, timer, self._judge)
        self._states: dict[str, tuple[bytes, int]] = {}
        self._connection: Connection | None = None
        self._not_subscribed = ""
        self._protocol: Protocol = "3.1.1" if settings.protocol == "3.1.1" else "5"
        self._protocol_is_known = settings.protocol != "auto"
        self._ended_early = 0
        self._in_flight = IN_FLIGHT
        self._waits_for: dict[int, asyncio.Event] = {}
        self._asked: set[int] = set()
        """Packets beside the outbox's that the broker has yet to acknowledge."""
        self._task: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self.connected_at: float | None = None
        """When the present connection, or else the last one, began: UTC seconds since 1970."""

    @property
    def broker(self) -> str:
        """The broker as in the settings, and the version of MQTT that is spoken."""
        return f"{self._settings.broker} (MQTT {self._protocol})"

    @property
    def is_connected(self) -> bool:
        """True between the broker's welcome and the end of the connection."""
        return self._up.is_set()

    async def connected(self) -> None:
        """Waits until there is a connection."""
        await self._up.wait()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay_connected(), name="mqtt link")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None and self.is_connected:
            await self._say_farewell(self._connection)
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def set_state(self, topic: str, payload: bytes, qos: int = 1) -> None:
        """The retained message of this topic; it goes out now, and again after every connect."""
        if payload:
            self._states[topic] = (payload, qos)
        else:
            self._states.pop(topic, None)
        self.publish(topic, payload, qos, retain=True)

    def clear_state(self, topic: str) -> None:
        """The broker forgets the retained message of this topic, if it is connected now."""
        self.set_state(topic, b"")

    def publish(
        self,
        topic: str,
        payload: bytes,
        qos: int = 0,
        *,
        retain: bool = False,
        correlation_data: bytes | None = None,
    ) -> bool:
        """A message for those who listen now; False when there is no connection: it is not kept."""
        if self._connection is None or not self.is_connected:
            return False
        try:
            mid = self._connection.publish(topic, payload, qos, retain=retain, correlation=correlation_data)
        except ConnectionEnded as error:
            self._connection.drop(str(error))
            return False
        if qos:
            self._asked.add(mid)
        return True

    async def _stay_connected(self) -> None:
        pause_s = _PAUSE_S[0]
        while True:
            began = self._timer()
            try:
                why: Exception = await self._connect_once()
            except (RadiobridgeError, ConnectionEnded) as error:
                why = error
            except Exception as error:
                log.exception("the MQTT link")
                why = error
            if self._timer() - began > _STEADY_S:
                pause_s = _PAUSE_S[0]
                self._ended_early = 0
            if isinstance(why, _TryAtOnce):
                continue
            if isinstance(why, BrokerRefused):
                pause_s = max(pause_s, _REFUSED_PAUSE_S)
            hint = f" ({_SECOND_BRIDGE})" if self._ended_early >= _TAKEOVERS else ""
            self._health.say(Condition.FAILED, f"no connection to {self._settings.broker}: {why}{hint}")
            await asyncio.sleep(pause_s * random.uniform(0.75, 1.25))
            pause_s = min(pause_s * 2, _PAUSE_S[1])

    async def _connect_once(self) -> Exception:
        """One connection from its beginning to its end; returns why it ended."""
        connection = Connection(
            self._settings,
            self._client_id,
            self._protocol,
            self._will(),
            self._in_flight,
            on_message=self._came,
            on_acknowledged=self._acknowledged,
            on_not_subscribed=self._refused_subscription,
        )
        try:
            try:
                welcome = await connection.open()
            except SpeaksOlderMqtt as error:
                return self._other_protocol(error)
            except (ConnectionEnded, BrokerRefused) as error:
                return error
            self._protocol_is_known = True
            if welcome.receive_maximum < self._in_flight:
                self._in_flight = welcome.receive_maximum
                return _TryAtOnce("with fewer messages under way")
            self._ended_early += 1
            return await self._use(connection, welcome)
        finally:
            self._up.clear()
            self._connection = None
            self._sender.connection_ended()
            await connection.close()

    async def _use(self, connection: Connection, welcome: Welcome) -> Exception:
        """Everything that a fresh connection needs, in order; returns why it ended."""
        self._connection = connection
        self._not_subscribed = ""
        self._asked.clear()
        self.connected_at = self._clock()
        connection.subscribe(self._subscriptions)
        for topic, (payload, qos) in self._states.items():
            connection.publish(topic, payload, qos, retain=True)
        self._up.set()
        self._judge()
        log.info("connected to %s", self.broker)
        sender = asyncio.create_task(self._sender.run(connection, welcome), name="mqtt sender")
        ended = asyncio.create_task(connection.ended())
        try:
            await asyncio.wait((sender, ended), return_when=asyncio.FIRST_COMPLETED)
            if sender.done() and not ended.done():
                await sender
            return await ended
        finally:
            for task in (sender, ended):
                task.cancel()
            await asyncio.gather(sender, ended, return_exceptions=True)

    def _other_protocol(self, error: SpeaksOlderMqtt) -> Exception:
        """After a refusal of MQTT 5 comes 3.1.1, at once; what then connects stays for good."""
        if self._protocol_is_known:
            return error
        if self._protocol == "5":
            self._protocol = "3.1.1"
            return _TryAtOnce("with MQTT 3.1.1")
        self._protocol = "5"
        return error

    async def _say_farewell(self, connection: Connection) -> None:
        will = self._will()
        with suppress(ConnectionEnded, TimeoutError):
            mid = connection.publish(will.topic, will.payload, qos=1, retain=True)
            acknowledged = self._waits_for[mid] = asyncio.Event()
            await asyncio.wait_for(acknowledged.wait(), _FAREWELL_S)
            self._sender.farewell()

    def _acknowledged(self, mid: int, failure: str | None) -> None:
        self._sender.acknowledged(mid, failure)
        if mid in self._asked:
            self._asked.remove(mid)
            self._sender.broker_lives()
        if mid in self._waits_for:
            self._waits_for.pop(mid).set()

    def _came(self, message: Incoming) -> None:
        try:
            self._on_message(message)
        except Exception:
            log.exception("a message on %s", message.topic)

    def _refused_subscription(self, topic: str) -> None:
        self._not_subscribed = f"the broker does not let this bridge subscribe to {topic}: check its ACL"
        self._judge()

    def _judge(self) -> None:
        if not self.is_connected:
            return
        if self._sender.trouble:
            self._health.say(Condition.FAILED, self._sender.trouble)
        elif self._not_subscribed:
            self._health.say(Condition.DEGRADED, self._not_subscribed)
        else:
            self._health.ok()


class _TryAtOnce(Exception):
    """The next attempt needs no pause."""
