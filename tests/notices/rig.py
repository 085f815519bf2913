"""The board with fake notifiers, and what it told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from ulid import ULID

from radiobridge.events import Condition, Health, IncomingText, Notice, NoticeEnded, NoticeOutcome
from radiobridge.notices import Notices
from radiobridge.settings import DriverChoice, NotifierSettings


def notice(
    text: str = "火警", to: str = "138", *, by: str = "sms", cause: str = "", at: float | None = None
) -> Notice:
    return Notice(str(ULID()), at or time.time(), by, to, text, cause=cause)


def notifier(name: str = "sms", modem: str = "1", **how: float) -> NotifierSettings:
    choice = DriverChoice.model_validate({"driver": "fake", "modem": modem})
    return NotifierSettings(name=name, driver=choice, **how)


class Told:
    """What the board told, in its order."""

    def __init__(self) -> None:
        self.events: list[NoticeEnded | IncomingText] = []
        self.health: list[Health] = []
        self.fails = False

    async def event(self, event: NoticeEnded | IncomingText) -> None:
        if self.fails:
            raise RuntimeError("the listener is broken")
        self.events.append(event)

    def outcomes(self) -> list[tuple[str, NoticeOutcome]]:
        return [(e.notice.text, e.outcome) for e in self.events if isinstance(e, NoticeEnded)]

    def texts(self) -> list[IncomingText]:
        return [event for event in self.events if isinstance(event, IncomingText)]

    def condition(self, part: str) -> Condition | None:
        return next((each.condition for each in reversed(self.health) if each.part == part), None)

    def why(self, part: str) -> str:
        return next((each.why for each in reversed(self.health) if each.part == part), "")


@asynccontextmanager
async def board(
    file: Path, told: Told, *notifiers: NotifierSettings, hang_s: float = 60
) -> AsyncIterator[Notices]:
    kinds = notifiers or (notifier(gap_s=0),)
    made = Notices(file, kinds, on_event=told.event, on_health=told.health.append, poll_s=0.02, hang_s=hang_s)
    async with made as notices:
        yield notices


async def until(fact: Callable[[], object], timeout_s: float = 10) -> None:
    end = time.monotonic() + timeout_s
    while not fact():
        assert time.monotonic() < end, "it does not come true"
        await asyncio.sleep(0.01)
