"""Incidents at work: what is written, told and said, and what happens when the disk hangs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from radiobridge import incidents as module
from radiobridge.access import Access
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.bus.wire import Wire
from radiobridge.events import ActionAnswered, Alert, Reply
from radiobridge.incident_journal import Entry, IncidentJournal
from radiobridge.incidents import Incidents
from radiobridge.settings import Settings
from tests.dispatch.incidents.builders import alert, new_id
from tests.dispatch.incidents.test_called_posts import school, table


class FakeLink:
    """Stands for the connection to a broker."""

    def __init__(self) -> None:
        self.is_connected = True
        self.states: dict[str, dict[str, Any]] = {}

    def set_state(self, topic: str, payload: bytes, _qos: int = 1) -> None:
        self.states[topic] = json.loads(payload)

    def clear_state(self, topic: str) -> None:
        del self.states[topic]


class FakeAir:
    """Stands for voices, transmitters and radios."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.calls: list[tuple[str, Reply]] = []

    def answer(self, channel: str, reply: Reply, _language: str, _cause: str) -> None:
        self.said.append((channel, reply.text["en"]))

    def call(self, channel: str, what: Reply, *, wait_s: float, cause: str) -> str:
        self.calls.append((channel, what))
        return new_id()

    def withdraw(self, channel: str, announcement: str) -> None:
        pass


class HangingJournal(IncidentJournal):
    """A disk that takes nothing until it is back."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, on_health=lambda _: None)
        self.is_back = asyncio.Event()

    async def append(self, *entries: Entry) -> None:
        await self.is_back.wait()
        await super().append(*entries)


class Bench:
    def __init__(
        self, folder: Path, journal: IncidentJournal, outbox: Outbox, settings: Settings | None = None
    ) -> None:
        self.link = FakeLink()
        self.air = FakeAir()
        self.outbox = outbox
        self.incidents = Incidents(
            settings or Settings(),
            wire=Wire("test", time.time, new_id, url_of=lambda _: None),
            journal=journal,
            outbox=outbox,
            link=self.link,  # type: ignore[arg-type]  # the fake
            sender=self.air,  # type: ignore[arg-type]  # the fake
            access=Access(folder / "access.db", Settings().access, (), on_health=lambda _: None),
            drill=lambda asked: ActionAnswered(asked, done=True, text={"en": "A drill."}),
            posts=dict,
            clock=time.time,
            timer=time.monotonic,
            new_id=new_id,
        )

    async def call(self, called: Alert) -> float:
        """As the intake does it; how long the alert was held up, in seconds."""
        opened = self.incidents.called(called)
        assert opened
        began = time.monotonic()
        await self.incidents.keep(opened, Outgoing(called.id, "t/alert", b"{}", "gate", called.at))
        held_s = time.monotonic() - began
        await self.incidents.follow(opened)
        return held_s


async def until(is_so: Callable[[], bool]) -> None:
    """It is so; whoever waits for ever is ended by the time of the whole test."""
    while not is_so():  # noqa: ASYNC110  what it asks is not asynchronous
        await asyncio.sleep(0.01)


def run(
    folder: Path,
    act: Callable[[Bench], Awaitable[None]],
    journal: type[IncidentJournal] | None = None,
    settings: Settings | None = None,
) -> None:
    async def scenario() -> None:
        kept = (
            HangingJournal(folder / "incidents.db")
            if journal
            else IncidentJournal(folder / "incidents.db", on_health=lambda _: None)
        )
        async with Outbox(folder / "outbox.db", on_health=lambda _: None) as outbox, kept:
            await act(Bench(folder, kept, outbox, settings))

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_a_disk_that_hangs_holds_up_the_first_alert_for_a_moment_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_JOURNAL_WAIT_S", 0.2)

    async def act(bench: Bench) -> None:
        held = [await bench.call(alert(post=str(post), at=time.time())) for post in range(5)]
        assert held[0] >= 0.2
        assert max(held[1:]) < 0.2
        journal = bench.incidents._journal
        assert isinstance(journal, HangingJournal)
        journal.is_back.set()
        await bench.incidents.settled(5)
        live, _ = await journal.read(0, 0)
        assert len(live) == 5

    run(tmp_path, act, HangingJournal)


def test_a_fault_in_the_journal_holds_up_no_alert(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def act(bench: Bench) -> None:
        monkeypatch.setattr(bench.incidents._journal, "append", broken)
        assert await bench.call(alert(at=time.time())) < 1

    run(tmp_path, act)
    assert "incidents: report this" in caplog.text


def test_an_incident_that_is_over_stays_on_the_bus_for_a_while_and_then_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from radiobridge import incident_news
    from radiobridge.bus.incident_messages import CloseCommand

    monkeypatch.setattr(incident_news, "_FADES_S", 0.0)

    async def act(bench: Bench) -> None:
        await bench.call(alert(at=time.time()))
        await until(lambda: bool(bench.link.states))
        ((topic, state),) = bench.link.states.items()
        assert state["state"] == "open"
        await bench.incidents.command(CloseCommand(incident=1, by="duty officer"))
        await until(lambda: bench.link.states[topic]["state"] == "closed")
        bench.link.is_connected = False
        await bench.incidents.tick()
        assert topic in bench.link.states
        bench.link.is_connected = True
        await bench.incidents.tick()
        assert bench.link.states == {}

    run(tmp_path, act)


def test_the_three_nearest_schools_are_called_by_their_selective_calls_and_named_in_the_log(
    tmp_path: Path,
) -> None:
    schools = [
        school(f"0{n}", 0.01 * n) | ({"neighbours": ["02"], "lat": None, "lon": None} if n == 5 else {})
        for n in range(1, 7)
    ]
    stage = {"channels": ["police"], "kinds": ["school"], "nearest": 3}
    settings = table(post=schools, response=[{"kinds": ["school"], "stage": [stage]}])

    async def act(bench: Bench) -> None:
        await bench.call(alert(post="02", at=time.time()))
        await until(lambda: len(bench.air.calls) == 2 and bool(bench.link.states))
        (police, to_police), (channel, to_schools) = bench.air.calls
        assert (police, to_police.selcalls) == ("police", ())
        # 05 has no coordinates and is a neighbour; of the others 01 and 03 are as near, 04 is not.
        assert channel == "schools"
        assert to_schools.selcalls == ("ccir:10005", "ccir:10001", "ccir:10003")
        assert to_schools.text["en"] == to_police.text["en"] == "Incident 1. fire at School 02. Who comes?"
        await until(lambda: next(iter(bench.link.states.values()))["steps"] == 2)
        step = next(iter(bench.link.states.values()))["log"][1]
        assert (step["kind"], step["posts"]) == ("called-out", ["05", "01", "03"])
        assert step["text"] == "police, post 05, post 01, post 03"
        live, _ = await bench.incidents._journal.read(0, 0)
        assert live[0].log[1].posts == ("05", "01", "03")

    run(tmp_path, act, settings=settings)
