"""Messages, clocks and an outbox for the tests of the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.events import Condition, Health

START = 1_800_000_000.0
Result = TypeVar("Result")


def message(number: int, channel: str = "yard", *, topic: str = "t/alert", size: int = 0) -> Outgoing:
    """The message with this number; its payload is the number."""
    payload = str(number).encode().ljust(size, b" ")
    return Outgoing(f"{number:026d}", topic, payload, channel, START + number)


class HealthLog:
    """Keeps health events, and lets a test wait for one."""

    def __init__(self) -> None:
        self.events: list[Health] = []
        self._news = asyncio.Event()

    def __call__(self, health: Health) -> None:
        self.events.append(health)
        self._news.set()

    def last(self, part: str) -> Health | None:
        return next((e for e in reversed(self.events) if e.part == part), None)

    async def wait_for(self, part: str, condition: Condition, containing: str = "") -> Health:
        """The part's last event, once it has this condition and text."""

        def found() -> Health | None:
            last = self.last(part)
            return last if last and last.condition is condition and containing in last.why else None

        async def wait() -> Health:
            while (health := found()) is None:
                self._news.clear()
                await self._news.wait()
            return health

        try:
            return await asyncio.wait_for(wait(), 20)
        except TimeoutError:
            raise AssertionError(f"no {condition} {containing!r} of {part} in {self.events}") from None


def outbox(folder: Path, health: HealthLog | None = None, **options: Any) -> Outbox:
    """An outbox in `folder`."""
    return Outbox(folder / "outbox.db", on_health=health or HealthLog(), **options)


def run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """The result; a coroutine that hangs does not hold up the tests."""
    return asyncio.run(asyncio.wait_for(coroutine, 100))


async def until(holds: Callable[[], bool], timeout_s: float = 20) -> None:
    """Returns when `holds()`."""

    async def look() -> None:
        while not holds():  # noqa: ASYNC110  what holds may come from any thread or process
            await asyncio.sleep(0.005)

    await asyncio.wait_for(look(), timeout_s)
