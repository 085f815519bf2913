"""paho's client as the bridge needs it: it tells of its thread's end, and its socket does not dawdle."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode

log = logging.getLogger(__name__)


class TellingClient(paho.Client):
    """paho's client, telling of its thread's end however it came."""

    on_thread_end: Callable[[str], None]

    def loop_forever(self, timeout: float = 1.0, retry_first_connection: bool = False) -> MQTTErrorCode:
        """As paho's; an error in it (a malformed packet) is the end of this connection."""
        why = "the connection is closed"
        try:
            return super().loop_forever(timeout, retry_first_connection)
        except Exception as error:
            log.exception("MQTT")
            why = f"the broker sent what MQTT does not know: {error!r}"
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        finally:
            self.on_thread_end(why)


def tuned(client: paho.Client, _data: Any, sock: Any) -> None:
    """Small packets leave at once, and data that nobody confirms ends the connection in time."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, client.keepalive * 1000)
