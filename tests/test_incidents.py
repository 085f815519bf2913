"""Incidents at work: what is written, told and said, and what happens when the disk hangs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from radiobridge import incidents as module
from radiobridge.access import Access
from radiobridge.bus.incident_messages import ComeCommand
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.bus.wire import Wire
from radiobridge.events import (
    Act,
    ActionAnswered,
    ActionAsked,
    Alert,
    Notice,
    NoticeEnded,
    NoticeOutcome,
    Reply,
    Source,
    Who,
)
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


class FakePaging:
    """Stands for notifiers: what it is asked to do, in order."""

    def __init__(self) -> None:
        self.done: list[tuple[str, ...]] = []

    async def page(self, groups: tuple[str, ...], texts: Mapping[str, str], _cause: str) -> None:
        self.done.append(("page", *groups, texts["en"]))

    async def answer(self, notifier: str, address: str, texts: Mapping[str, str], _cause: str) -> None:
        self.done.append(("answer", notifier, address, texts["en"]))

    async def withdraw(self, _cause: str) -> None:
        if "withdraw" not in [what for what, *_ in self.done]:
            self.done.append(("withdraw",))


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
        self.paging = FakePaging()
        self.incidents = Incidents(
            settings or Settings(),
            wire=Wire("test", time.time, new_id, url_of=lambda _: None),
            journal=journal,
            outbox=outbox,
            link=self.link,  # type: ignore[arg-type]  # the fake
            sender=self.air,  # type: ignore[arg-type]  # the fake
            access=Access(folder / "access.db", Settings().access, (), on_health=lambda _: None),
            drill=lambda asked: ActionAnswered(asked, done=True, text={"en": "A drill."}),
            paging=self.paging,  # type: ignore[arg-type]  # the fake
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


PAGED = Settings.model_validate(
    {
        "post": [{"id": "03", "name": {"en": "School 3"}, "place": "Long Street 7"}],
        "response": [
            {
                "stage": [
                    {"channels": ["police"], "notify": ["duty"]},
                    {"after_s": 0.3, "notify": ["chief"]},
                ]
            }
        ],
    }
)


def test_who_should_respond_is_paged_until_somebody_takes_it(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        now = datetime.fromtimestamp(time.time()).astimezone()
        await bench.call(alert(at=now.timestamp()))
        await until(lambda: len(bench.paging.done) == 2)
        first, late = bench.paging.done
        text = f"Incident 1, {now:%H:%M}: fire at School 03 (Long Street 7)"
        assert first == ("page", "duty", text)
        assert late == ("page", "chief", f"Nobody has taken it. {text}")
        (incident,) = bench.incidents.opened_since(0)
        assert [step.text for step in incident.log if step.stage is not None] == [
            "police, group duty",
            "group chief",
        ]
        for outcome, why in ((NoticeOutcome.FAILED, "no network"), (NoticeOutcome.DELIVERED, "")):
            notice = Notice("N", 0.0, "sms", "+861380000000", text, cause=incident.id)
            bench.incidents.notice_ended(NoticeEnded(notice, 0.0, outcome, why))
        await until(lambda: "was delivered" in bench.incidents.opened_since(0)[0].log[-1].text)
        assert "by sms was not sent: no network" in bench.incidents.opened_since(0)[0].log[-2].text
        await bench.incidents.command(ComeCommand(incident=1, by="duty officer"))
        await until(lambda: bench.paging.done[-1] == ("withdraw",))

    run(tmp_path, act, settings=PAGED)


def test_a_stage_whose_incident_is_taken_pages_nobody(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        await bench.call(alert(at=time.time()))
        await bench.incidents.command(ComeCommand(incident=1, by="duty officer"))
        await asyncio.sleep(0.5)
        assert "chief" not in str(bench.paging.done)

    run(tmp_path, act, settings=PAGED)


def test_whoever_wrote_is_answered_where_he_wrote_and_hears_that_somebody_comes(tmp_path: Path) -> None:
    async def act(bench: Bench) -> None:
        called = replace(alert(at=time.time(), channel="sms"), source=Source.TEXT, unit="+8613700")
        await bench.call(called)
        asked = ActionAsked(
            new_id(),
            time.time(),
            Act.COME,
            1,
            Who(unit="+8613800", channel="sms", by="text"),
            answer_to="+8613800",
        )
        bench.incidents.act(asked)
        await until(lambda: sum(what == "answer" for what, *_ in bench.paging.done) == 2)
        answers = {each for each in bench.paging.done if each[0] == "answer"}
        assert answers == {
            ("answer", "sms", "+8613700", "Somebody is on the way to you."),
            ("answer", "sms", "+8613800", "Incident 1: you are on the way."),
        }
        assert not bench.air.said

    run(tmp_path, act)


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
