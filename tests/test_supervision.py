"""Supervision at work: what is said, told and raised, with a clock that is moved by hand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from radiobridge.bus.supervision_messages import BulletinCommand
from radiobridge.bus.wire import Wire
from radiobridge.errors import CommandRefused
from radiobridge.events import Alert, Caller, Health, Reply
from radiobridge.history.records import CheckInRecord
from radiobridge.settings import Settings
from radiobridge.supervision import Supervision
from radiobridge.supervision_store import SupervisionStore
from tests.builders import Clock
from tests.dispatch.incidents.builders import AT, alert, new_id

SETTINGS: dict[str, Any] = {
    "channel": [{"name": "gate"}, {"name": "deaf"}],
    "post": [{"id": "03", "name": {"en": "School 3"}}],
    "lone_worker": [
        {
            "name": "alone",
            "begins": ["alone"],
            "ends": ["back"],
            "minutes": 20,
            "remind_s": 60,
            "reminders": 2,
            "alert": "worker-silent",
        }
    ],
}


class FakeBus:
    """Stands for the connection to a broker."""

    def __init__(self) -> None:
        self.states: dict[str, dict[str, Any]] = {}

    def set_state(self, topic: str, payload: bytes, _qos: int = 1) -> None:
        self.states[topic.removeprefix("radiobridge/v1/test/")] = json.loads(payload)

    def clear_state(self, topic: str) -> None:
        del self.states[topic.removeprefix("radiobridge/v1/test/")]


class FakeAir:
    """Stands for voices, transmitters and radios; the channel `deaf` cannot send."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def meant(self, channels: tuple[str, ...]) -> tuple[str, ...]:
        if "deaf" in channels:
            raise CommandRefused("no channel 'deaf' that can send")
        return channels

    def tell(self, channel: str, what: Reply, *, wait_s: float) -> str:
        assert wait_s > 0
        self.said.append((channel, what.text["en"]))
        return new_id()


class FakePaging:
    """Stands for notifiers."""

    def __init__(self) -> None:
        self.paged: list[tuple[tuple[str, ...], str]] = []

    async def page(self, groups: tuple[str, ...], texts: Mapping[str, str], cause: str) -> None:
        assert cause
        self.paged.append((groups, texts["en"]))


class Bench:
    def __init__(self, store: SupervisionStore, settings: dict[str, Any]) -> None:
        self.clock = Clock(AT)
        self.bus = FakeBus()
        self.air = FakeAir()
        self.paging = FakePaging()
        self.raised: list[Alert] = []
        self.recorded: list[CheckInRecord] = []
        self.health: list[Health] = []
        self.supervision = Supervision(
            Settings.model_validate(settings),
            wire=Wire("test", self.clock, new_id, url_of=lambda _: None),
            link=self.bus,  # type: ignore[arg-type]  # the fake
            store=store,
            sender=self.air,  # type: ignore[arg-type]  # the fake
            on_health=self.health.append,
            raise_alert=self.raised.append,
            record=self.recorded.append,
            paging=self.paging,  # type: ignore[arg-type]  # the fake
            clock=self.clock,
            new_id=new_id,
        )

    def wait(self, seconds: float) -> None:
        """So much time passes, looked at as often as the station looks."""
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.clock.now = min(self.clock.now + 5, until)
            self.supervision.tick()

    def call(self, kind: str, unit: str = "12", **how: Any) -> None:
        caller = Caller(unit=unit, name={"12": "Li"}.get(unit, ""), post="03")
        self.supervision.alert(replace(alert(kind, None, at=self.clock.now), caller=caller, **how))


def run(folder: Path, test: Callable[[Bench], Coroutine[Any, Any, None]], **more: Any) -> None:
    async def opened() -> None:
        async with SupervisionStore(folder / "s.db", on_health=lambda _: None) as store:
            bench = Bench(store, SETTINGS | more)
            await bench.supervision.restore()
            await test(bench)

    asyncio.run(opened())


def test_somebody_alone_who_is_silent_is_reminded_by_name_then_looked_for(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.call("alone")
        assert bench.bus.states["round/alone:12"]["what"] == "lone-worker"
        bench.wait(1199)
        assert not bench.air.said
        bench.wait(61)
        assert bench.air.said == [("gate", "Li: please check in.")] * 2
        assert not bench.raised
        bench.wait(60)
        (raised,) = bench.raised
        assert (raised.type, raised.post, raised.channel) == ("worker-silent", "03", "gate")
        assert raised.text["en"] == "Li: no check-in"
        # He comes back at last: the bus knows nothing of him any more.
        bench.call("back")
        assert "round/alone:12" not in bench.bus.states

    run(tmp_path, test)


def test_whoever_renews_or_ends_it_in_time_is_not_looked_for(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.call("alone")
        bench.wait(1100)
        bench.call("alone")
        bench.wait(1100)
        assert bench.bus.states["round/alone:12"]["over"] is False
        bench.call("back")
        bench.wait(5000)
        assert not bench.air.said
        assert not bench.raised

    run(tmp_path, test)


def test_nobody_ends_it_for_another(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.call("alone", "12", fields={"minutes": "05"})
        bench.call("alone", "13", fields={"worker": "77", "minutes": "00"})
        bench.call("back", "13")
        assert {"round/alone:12", "round/alone:77"} <= bench.bus.states.keys()
        bench.call("back", "99", fields={"worker": "77"})
        assert "round/alone:77" not in bench.bus.states
        bench.wait(421)
        assert len(bench.raised) == 1

    run(tmp_path, test)


def test_somebody_alone_is_still_waited_for_after_a_restart(tmp_path: Path) -> None:
    async def before(bench: Bench) -> None:
        bench.call("alone")
        await asyncio.sleep(0.2)

    async def after(bench: Bench) -> None:
        assert bench.bus.states["round/alone:12"]["missing"] == 1
        bench.wait(1321)
        assert len(bench.raised) == 1

    run(tmp_path, before)
    run(tmp_path, after)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ({"posts": ["3"]}, "no [[post]] has the id '3'; did you mean '03'?"),
        ({"channels": ["deaf"]}, "no channel 'deaf' that can send"),
        ({"tones": "noise"}, "tones"),
    ],
)
def test_a_bulletin_that_cannot_be_is_refused_and_nothing_of_it_is_said(
    tmp_path: Path, command: dict[str, Any], why: str
) -> None:
    async def test(bench: Bench) -> None:
        asked = {"channels": ["gate"], "text": {"en": "A boy is missing."}} | command
        with pytest.raises(CommandRefused, match="^.*" + why.replace("[", r"\[").replace("?", r"\?")):
            bench.supervision.bulletin(BulletinCommand.model_validate(asked))
        bench.wait(10)
        assert not bench.air.said

    run(tmp_path, test)


def test_a_file_is_read_out_when_it_is_time_and_its_faults_are_told(tmp_path: Path) -> None:
    file = tmp_path / "daily.txt"
    bulletin = {
        "name": "daily",
        "at": ["12:00"],
        "channels": ["gate"],
        "file": str(file),
        "language": "en",
        "reminders": 0,
    }

    async def test(bench: Bench) -> None:
        noon = datetime.fromtimestamp(AT + 86_400).astimezone().replace(hour=12, minute=0, second=0)
        bench.clock.now = noon.timestamp() - 5
        bench.wait(10)
        assert "daily.txt" in bench.health[-1].why
        file.write_bytes("大雨".encode("gb18030"))
        bench.wait(5)
        assert "utf-8" in bench.health[-1].why.lower()
        file.write_text("\ufeffSchool bus 3 is late.\n", encoding="utf-8")
        bench.wait(60)
        assert bench.air.said == [("gate", "School bus 3 is late.")]

    run(tmp_path, test, bulletin=[bulletin])


def test_what_became_of_a_check_in_is_recorded_for_the_reports(tmp_path: Path) -> None:
    check_in = {"name": "morning", "at": ["12:00"], "counts": ["check-in"], "reminders": 0}

    async def test(bench: Bench) -> None:
        noon = datetime.fromtimestamp(AT + 86_400).astimezone().replace(hour=12, minute=0, second=0)
        bench.clock.now = noon.timestamp() - 5
        bench.wait(10)
        assert not bench.recorded
        bench.wait(900)
        bench.supervision.alert(alert("check-in", "03", at=bench.clock.now))
        missed, late = bench.recorded
        assert (missed.post, missed.kind, missed.state, missed.at) == ("03", "morning", "missed", None)
        assert (late.due_at, late.state, late.at) == (missed.due_at, "late", bench.clock.now)

    run(tmp_path, test, check_in=[check_in])


def test_a_bulletin_is_sent_by_sms_too_and_once(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        asked = {"channels": ["gate"], "text": {"en": "A boy is missing."}, "counts": ["seen"]}
        with pytest.raises(CommandRefused, match="'duti'; did you mean 'duty'"):
            bench.supervision.bulletin(BulletinCommand.model_validate(asked | {"notify": ["duti"]}))
        bench.supervision.bulletin(BulletinCommand.model_validate(asked | {"notify": ["duty"]}))
        bench.wait(1000)
        await asyncio.sleep(0.01)
        assert bench.paging.paged == [(("duty",), "A boy is missing.")]
        assert [text for _, text in bench.air.said].count("A boy is missing.") == 2

    run(tmp_path, test, group=[{"name": "duty", "to": {"sms": ["+861380000000"]}}])


def test_a_post_is_told_of_when_something_of_it_has_changed_and_gone_when_it_is_no_more(
    tmp_path: Path,
) -> None:
    posts = [{"id": id_, "name": {"en": f"School {id_}"}} for id_ in ("03", "04", "05")]
    check_in = {"name": "morning", "at": ["12:00"], "counts": ["check-in"], "reminders": 0}

    async def test(bench: Bench) -> None:
        noon = datetime.fromtimestamp(AT + 86_400).astimezone().replace(hour=12, minute=0, second=0)
        bench.clock.now = noon.timestamp() - 5
        bench.wait(10)
        told = dict(bench.bus.states)
        bench.supervision.alert(alert("check-in", "04", at=bench.clock.now))
        changed = {topic for topic, state in bench.bus.states.items() if state != told[topic]}
        assert changed == {"post/04", "round/morning"}
        refused = {"name": "morning", "channels": ["gate"], "text": {"en": "x"}}
        with pytest.raises(CommandRefused, match="'morning' is a check-in of the settings"):
            bench.supervision.bulletin(BulletinCommand.model_validate(refused))
        bench.supervision.reload(Settings.model_validate(SETTINGS | {"post": posts[:2]}))
        assert "post/05" not in bench.bus.states

    run(tmp_path, test, post=posts, check_in=[check_in])


def test_an_id_that_no_post_has_is_not_remembered(tmp_path: Path) -> None:
    async def test(bench: Bench) -> None:
        bench.supervision.alert(alert("fire", "99", at=AT))
        assert "post/99" not in bench.bus.states
        bench.supervision.alert(alert("fire", "03", at=AT))
        assert bench.bus.states["post/03"]["last_heard"]

    run(tmp_path, test)
