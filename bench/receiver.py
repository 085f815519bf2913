"""A slow subscriber that keeps what it gets and, where asked to, confirms each message with a receipt."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

NAME = "receiver"


class Receiver:
    """`got` counts how often each id came; `slow_s` is how long it takes over each message.

    `id_of(payload)`: a message's id. `receipts`: the topic of its receipts, or None.
    """

    def __init__(
        self,
        port: int,
        topics: Sequence[str],
        id_of: Callable[[bytes], str],
        *,
        slow_s: float,
        receipts: str | None,
    ) -> None:
        self.got: Counter[str] = Counter()
        self.payloads: dict[str, bytes] = {}
        self._topics = topics
        self._id_of = id_of
        self._slow_s = slow_s
        self._receipts = receipts
        self._subscribed = threading.Event()
        # A session that the broker keeps, so that nothing is missed while the connection is down.
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=NAME,
            protocol=MQTTProtocolVersion.MQTTv311,
            clean_session=False,
        )
        self._client.reconnect_delay_set(0.1, 0.2)  # type: ignore[arg-type]  # paho takes fractions
        self._client.on_connect = lambda client, *_: client.subscribe([(t, 1) for t in self._topics])
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_message = self._came
        self._client.connect("127.0.0.1", port)

    def __enter__(self) -> Self:
        self._client.loop_start()
        self._subscribed.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def repeats(self) -> int:
        """How many messages came again."""
        return self.got.total() - len(self.got)

    def _came(self, client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        time.sleep(self._slow_s)
        payload = bytes(message.payload)
        id_ = self._id_of(payload)
        self.payloads[id_] = payload
        self.got[id_] += 1
        if self._receipts is not None:
            client.publish(self._receipts, json.dumps({"ids": [id_]}), 1)
