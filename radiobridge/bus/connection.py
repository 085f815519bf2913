"""One connection to the broker, from CONNECT to its end, over one paho client that is then thrown away.

So nothing that paho queues in memory outlives a connection: what must arrive is in the outbox. paho's
callbacks run in its thread; they take no lock of ours and only hand over to the event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from radiobridge.bus.client import TellingClient, tuned
from radiobridge.bus.login import in_words, password_of, tls_context
from radiobridge.errors import BrokerRefused
from radiobridge.settings.mqtt import MqttSettings

Protocol: TypeAlias = Literal["5", "3.1.1"]

_CONNECT_S = 5.0
_ANSWER_S = 10.0
"""Seconds for TCP and TLS, and for the broker's CONNACK."""
_RECEIVE_MAXIMUM = 65_535
"""What MQTT 5 assumes when the broker names no number. Source: MQTT 5.0, 3.2.2.3.3."""
_FAILURE = 0x80
"""Reason codes from here on are failures. Source: MQTT 5.0, 2.4."""
_UNSUPPORTED_VERSION = 0x84
_LOGIN_REFUSED = frozenset({0x86, 0x87, 0x8C})
_TAKEN_OVER = 0x8E

log = logging.getLogger(__name__)


class ConnectionEnded(Exception):
    """The broker cannot be reached, or is gone: try again soon."""


class SpeaksOlderMqtt(ConnectionEnded):
    """The broker refused this version of MQTT, or hung up on its CONNECT."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes, retained, when the bridge is gone."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Welcome:
    """What the broker allows. `most_bytes`: of one packet, None when it set no limit."""

    protocol: Protocol
    receive_maximum: int
    most_bytes: int | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from the broker. `retained`: it was there before we subscribed."""

    topic: str
    payload: bytes
    retained: bool = False
    response_topic: str | None = None
    correlation_data: bytes | None = None


class Connection:
    """One attempt; `open` it, use it on the event loop, and `close` it whatever happened.

    `in_flight`: QoS 1 messages that may wait for the broker's PUBACK; more wait in paho.
    `on_acknowledged(mid, failure)`: the broker's PUBACK, `failure` in words or None.
    """

    def __init__(
        self,
        settings: MqttSettings,
        client_id: str,
        protocol: Protocol,
        will: Will,
        in_flight: int,
        *,
        on_message: Callable[[Incoming], None],
        on_acknowledged: Callable[[int, str | None], None],
        on_not_subscribed: Callable[[str], None],
    ) -> None:
        self._settings = settings
        self._protocol: Protocol = protocol
        self._on_message = on_message
        self._on_acknowledged = on_acknowledged
        self._on_not_subscribed = on_not_subscribed
        self._loop = asyncio.get_running_loop()
        self._welcome: asyncio.Future[Welcome] = self._loop.create_future()
        self._ended: asyncio.Future[Exception] = self._loop.create_future()
        self._asked: dict[int, str] = {}
        self._started = self._given_up = False
        self._thread_ended = asyncio.Event()
        self._client = self._new_client(client_id, will, in_flight)

    async def open(self) -> Welcome:
        """The broker has let us in.

        Raises:
            ConnectionEnded: it cannot be reached. SpeaksOlderMqtt: try the older version.
            BrokerRefused: it said no, or its files in the settings cannot be read.
        """
        password = password_of(self._settings)
        if self._settings.username is not None:
            self._client.username_pw_set(self._settings.username, password)
        context = tls_context(self._settings)
        if context is not None:
            self._client.tls_set_context(context)
        self._started = True
        threading.Thread(target=self._connect, name="mqtt connect", daemon=True).start()
        await asyncio.wait(
            (self._welcome, self._ended), timeout=_CONNECT_S * 2 + _ANSWER_S, return_when="FIRST_COMPLETED"
        )
        if self._welcome.done():
            return self._welcome.result()
        if self._ended.done():
            raise self._ended.result()
        raise ConnectionEnded(
            f"{self._settings.host}:{self._settings.port} takes the connection but does not answer: "
            "is it an MQTT broker?"
        )

    async def ended(self) -> Exception:
        """Waits for the end; returns why: ConnectionEnded or BrokerRefused."""
        return await asyncio.shield(self._ended)

    def publish(
        self, topic: str, payload: bytes, qos: int, *, retain: bool = False, correlation: bytes | None = None
    ) -> int:
        """Handed to paho; returns the packet's id, which `on_acknowledged` gets for QoS 1.

        Raises:
            ConnectionEnded: the connection is no more.
        """
        properties = None
        if correlation is not None and self._protocol == "5":
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.CorrelationData = correlation
        info = self._client.publish(topic, payload, qos, retain, properties)
        if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionEnded(f"the connection to {self._settings.host} is lost")
        return info.mid

    def subscribe(self, filters: Iterable[str]) -> None:
        """The broker is asked for messages on these topics, QoS 1."""
        for topic in filters:
            _, mid = self._client.subscribe(topic, qos=1)
            if mid is not None:
                self._asked[mid] = topic

    def drop(self, why: str) -> None:
        """Ends at once, without a farewell: the broker publishes the will."""
        self._end(ConnectionEnded(why))
        sock = self._client.socket()
        if sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)  # type: ignore[arg-type]  # no TLS farewell

    async def close(self, farewell_s: float = 0.2) -> None:
        """The socket is closed; waits for it no longer than twice `farewell_s`.

        An attempt that is still on its way through name look-up, TCP or TLS ends by itself later.
        """
        self._given_up = True
        if self._started and not self._thread_ended.is_set():
            if self._welcome.done():
                self._client.disconnect()
                await self._has_ended(farewell_s)
            self.drop("closed")
            await self._has_ended(farewell_s)
        self._end(ConnectionEnded("closed"))

    async def _has_ended(self, within_s: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._thread_ended.wait(), within_s)
        return self._thread_ended.is_set()

    def _new_client(self, client_id: str, will: Will, in_flight: int) -> TellingClient:
        newest = self._protocol == "5"
        client = TellingClient(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=None if newest else True,
            protocol=MQTTProtocolVersion.MQTTv5 if newest else MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_S
        client.max_inflight_messages = in_flight
        client.will_set(will.topic, will.payload, qos=1, retain=True)
        client.on_socket_open = tuned
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_publish = self._acknowledged
        client.on_subscribe = self._subscribed
        client.on_message = self._came
        client.on_thread_end = lambda why: self._hand_over(self._thread_is_gone, why)
        return client

    def _connect(self) -> None:
        """In a thread of its own: name look-up, TCP and TLS block."""
        try:
            self._client.connect(self._settings.host, self._settings.port, self._settings.keepalive_s)
        except Exception as error:  # noqa: BLE001  the thread's top: whatever it was, the attempt failed
            self._hand_over(self._thread_is_gone, in_words(error, self._settings))
            return
        if self._given_up:
            self._client.disconnect()
            self._hand_over(self._thread_is_gone, "closed")
        else:
            self._client.loop_start()

    def _connected(
        self, _client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, properties: Properties | None
    ) -> None:
        """In paho's thread: the broker's CONNACK."""
        if reason.is_failure:
            self._hand_over(self._end, self._refusal(reason))
            return
        maximum = getattr(properties, "ReceiveMaximum", _RECEIVE_MAXIMUM)
        most_bytes = getattr(properties, "MaximumPacketSize", None)
        self._hand_over(self._let_in, Welcome(self._protocol, maximum, most_bytes))

    def _disconnected(
        self, _client: paho.Client, _data: Any, flags: Any, reason: ReasonCode, _given: Properties | None
    ) -> None:
        """In paho's thread: the connection is over."""
        host = self._settings.host
        if flags.is_disconnect_packet_from_server and reason.value == _TAKEN_OVER:
            self._hand_over(
                self._end,
                BrokerRefused(
                    f"another client took over this bridge's session at {host}: a second bridge with the "
                    "same station name (or mqtt.client_id)? Give each station its own [station] name"
                ),
            )
        elif flags.is_disconnect_packet_from_server:
            self._hand_over(self._end, ConnectionEnded(f"the broker {host} ended the connection: {reason}"))
        else:
            self._hand_over(self._lost, str(reason))

    def _acknowledged(
        self, _client: paho.Client, _data: Any, mid: int, reason: ReasonCode, _properties: Properties
    ) -> None:
        """In paho's thread, which holds its own lock here: a PUBACK, or a QoS 0 message is out."""
        failure = str(reason) if reason.value >= _FAILURE else None
        self._hand_over(self._answered, mid, failure)

    def _subscribed(
        self, _client: paho.Client, _data: Any, mid: int, reasons: list[ReasonCode], _properties: Properties
    ) -> None:
        """In paho's thread: the broker's SUBACK."""
        if any(reason.value >= _FAILURE for reason in reasons):
            self._hand_over(lambda: self._on_not_subscribed(self._asked.get(mid, "?")))

    def _came(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        """In paho's thread: a message for us."""
        try:
            incoming = Incoming(
                topic=message.topic,
                payload=bytes(message.payload),
                retained=message.retain,
                response_topic=getattr(message.properties, "ResponseTopic", None),
                correlation_data=getattr(message.properties, "CorrelationData", None),
            )
        except UnicodeDecodeError:
            log.warning("a message on a topic that is not UTF-8 was left out")
            return
        self._hand_over(self._on_message, incoming)

    def _hand_over(self, call: Callable[..., None], *args: Any) -> None:
        """From paho's thread to the event loop; a loop that has closed needs to know nothing more."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(call, *args)

    def _answered(self, mid: int, failure: str | None) -> None:
        """A PUBACK counts while the connection is in use: what is under way after that is given again.

        One that came later would be taken for the next connection's packet of the same number.
        """
        if not self._given_up:
            self._on_acknowledged(mid, failure)

    def _let_in(self, welcome: Welcome) -> None:
        if not self._welcome.done():
            self._welcome.set_result(welcome)

    def _end(self, why: Exception) -> None:
        if not self._ended.done():
            self._ended.set_result(why)

    def _lost(self, reason: str) -> None:
        if self._welcome.done():
            self._end(ConnectionEnded(f"the connection to {self._settings.host} broke off ({reason})"))
            return
        self._end(
            SpeaksOlderMqtt(
                f"{self._settings.host}:{self._settings.port} hung up before it answered: is it an MQTT "
                "broker, and does it want TLS (mqtts://) or a certificate?"
            )
        )

    def _thread_is_gone(self, why: str) -> None:
        self._thread_ended.set()
        self._end(ConnectionEnded(why))

    def _refusal(self, reason: ReasonCode) -> Exception:
        place, user = f"{self._settings.host}:{self._settings.port}", self._settings.username
        if reason.value == _UNSUPPORTED_VERSION:
            return SpeaksOlderMqtt(f"{place} does not speak MQTT {self._protocol}")
        if reason.value in _LOGIN_REFUSED:
            who = f"the user {user!r}" if user else "a client without user name"
            return BrokerRefused(
                f"{place} refused {who} ({reason}): check mqtt.username, its password, and the broker's "
                "password file and ACL"
            )
        return BrokerRefused(f"{place} refused the connection: {reason}")
