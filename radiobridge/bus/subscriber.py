"""A subscriber for people and for the demo: messages of some topics, as they come; it may send one, too.

It speaks MQTT 3.1.1, which every broker does, logs in as the station does, and connects again by
itself. It keeps nothing: what was sent while it was away is for `command/replay`.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from radiobridge.bus.login import in_words, password_of, tls_context
from radiobridge.errors import BrokerRefused
from radiobridge.settings.mqtt import MqttSettings

_SUBSCRIBED_S = 10.0
_SETTLES_S = 0.5
"""Retained messages come at once after the subscription: what has not come in this time is not there."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message and when it came, in UTC seconds."""

    topic: str
    payload: bytes
    at: float


class Subscriber:
    """Used as `with Subscriber(...) as subscriber`; `name` tells several on one machine apart."""

    def __init__(self, settings: MqttSettings, topics: Sequence[str], *, name: str) -> None:
        self._settings = settings
        self._topics = topics
        self._received: queue.Queue[Received | BrokerRefused] = queue.Queue()
        self._subscribed = threading.Event()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"radiobridge-{name}-{time.time_ns():x}",
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        self._client.reconnect_delay_set(1, 10)
        self._client.on_connect = self._connected
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._came

    def __enter__(self) -> Self:
        """Connects at once; raises BrokerRefused with the reason when that does not work."""
        settings = self._settings
        if settings.username is not None:
            self._client.username_pw_set(settings.username, password_of(settings))
        if context := tls_context(settings):
            self._client.tls_set_context(context)
        try:
            self._client.connect(settings.host, settings.port, settings.keepalive_s)
        except (OSError, ValueError) as error:
            raise BrokerRefused(in_words(error, settings)) from error
        self._client.loop_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def subscribed(self, timeout_s: float) -> None:
        """The broker has confirmed the subscriptions.

        Raises:
            BrokerRefused: the login is wrong, or nothing was confirmed within `timeout_s`.
        """
        if self._subscribed.wait(timeout_s):
            return
        self.get(timeout_s=0)
        raise BrokerRefused(f"the broker does not confirm the subscriptions within {timeout_s:.0f} s")

    def retained(self) -> dict[str, bytes]:
        """What the broker holds now, by topic. Raises BrokerRefused."""
        self.subscribed(_SUBSCRIBED_S)
        found: dict[str, bytes] = {}
        while received := self.get(_SETTLES_S):
            found[received.topic] = received.payload
        return {topic: payload for topic, payload in found.items() if payload}

    def publish(self, topic: str, payload: bytes) -> None:
        """The message is on its way, at QoS 1."""
        self._client.publish(topic, payload, 1)

    def get(self, timeout_s: float) -> Received | None:
        """The next message, or None after `timeout_s`. Raises BrokerRefused when the login is wrong."""
        try:
            received = self._received.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if isinstance(received, BrokerRefused):
            raise received
        return received

    def _connected(
        self, client: paho.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Properties | None
    ) -> None:
        if reason.is_failure:
            user = f" for user {self._settings.username!r}" if self._settings.username else ""
            self._received.put(
                BrokerRefused(
                    f"{self._settings.host} refuses the connection{user}: {reason}; check the login"
                )
            )
            return
        client.subscribe([(topic, 1) for topic in self._topics])

    def _came(self, _client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        self._received.put(Received(message.topic, bytes(message.payload), time.time()))
