"""The embedded broker's process: `python -m radiobridge.bus.embedded_child PORT`; it ends with its parent."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading

MOST_BYTES = 1 << 20
"""Longest payload in bytes; iotcore's own limit of 20 kB would end the connection of a long call-in."""
_SETTINGS = """
id = 0
[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 200
max_segment_size = 4194304
max_segment_count = 8
[v4.1]
name = "mqtt"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[v4.1.connections]
connection_timeout_ms = 10000
max_payload_size = {most_bytes}
max_inflight_count = 100
"""
"""At the most 32 MB of memory a subscribed filter, by the segments; iotcore's defaults allow 1 GB."""


def main() -> None:
    """Listens on loopback until the parent's end of stdin closes."""
    from iotcore import IotCoreBroker

    logging.basicConfig(level=logging.WARNING)
    # Its routing logs every packet as an error.
    logging.getLogger("rumqttd").setLevel(logging.CRITICAL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(_SETTINGS.format(port=int(sys.argv[1]), most_bytes=MOST_BYTES))
        file.flush()
        broker = IotCoreBroker(config_path=file.name)
    broker.run_forever()


def _end_with_parent() -> None:
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
