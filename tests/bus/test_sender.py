"""What the sender makes of connections that end over a message."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from radiobridge.bus.connection import ConnectionEnded, Welcome
from radiobridge.bus.sender import Sender
from tests.bus.builders import message, outbox, run, until

WELCOME = Welcome("3.1.1", 20, None)


def test_a_connection_that_ends_while_a_message_is_handed_over_counts_against_it(tmp_path: Path) -> None:
    """A broker may close while a message that it does not take is still being written."""
    sent: list[bytes] = []

    class Connection:
        def __init__(self) -> None:
            self.is_gone = False

        def publish(self, _topic: str, payload: bytes, qos: int) -> int:
            assert qos == 1
            if payload.startswith(b"1"):
                raise ConnectionEnded("the connection is lost")
            sent.append(payload)
            return len(sent)

        def drop(self, _why: str) -> None:
            self.is_gone = True

    connections: list[Any] = []

    async def scenario() -> None:
        async with outbox(tmp_path) as box:
            sender = Sender(box, time.monotonic, lambda: None)
            for n in (1, 2, 3):
                await box.put(message(n))
            for _ in range(6):
                connections.append(Connection())
                running = asyncio.create_task(sender.run(connections[-1], WELCOME))
                await until(lambda: connections[-1].is_gone or bool(sent))
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
                if sent:
                    break
                sender.connection_ended()
            assert sent[0] == b"2"
            assert "message 00000000000000000000000001" in sender.trouble

    run(scenario())
