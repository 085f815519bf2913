"""The history behind a running station: nobody waits for it, and it waits for a broken disk."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from radiobridge.events import Condition, Health
from radiobridge.history.records import CheckInRecord, CheckInState, Fault
from radiobridge.history.writer import HistoryWriter
from tests.builders import Clock
from tests.dispatch.incidents.builders import AT
from tests.history.builders import STATION, history_in, url_in

WHEN = (AT - 999, AT + 999)
CAME = CheckInRecord("01", "morning", AT, CheckInState.IN, AT + 5)


class Told:
    """What was told of the history's own health."""

    def __init__(self) -> None:
        self.all: list[Health] = []
        self._news = asyncio.Event()

    def __call__(self, event: Health) -> None:
        self.all.append(event)
        self._news.set()

    async def wait_for(self, condition: Condition) -> Health:
        async with asyncio.timeout(20):
            while not self.all or self.all[-1].condition is not condition:
                self._news.clear()
                await self._news.wait()
        return self.all[-1]


def writer(folder: Path, told: Told, *, keep_days: int | None = None) -> HistoryWriter:
    return HistoryWriter(
        url_in(folder), STATION, keep_days=keep_days, on_health=told, clock=Clock(AT), retry_s=0.05
    )


def test_what_was_handed_over_is_written_when_the_station_ends(tmp_path: Path) -> None:
    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told) as history:
            await told.wait_for(Condition.OK)
            history.health(Health("mqtt", AT, Condition.FAILED, "gone"))
            history.check_in(CAME)
            history.health(Health("mqtt", AT + 9, Condition.OK))

    asyncio.run(live())
    with history_in(tmp_path) as history:
        assert history.faults(*WHEN) == [Fault("mqtt", Condition.FAILED, AT, AT + 9, "gone")]
        assert history.check_ins(*WHEN) == [CAME]


def test_a_start_ends_the_faults_of_before(tmp_path: Path) -> None:
    with history_in(tmp_path) as history:
        history.health(Health("mqtt", AT - 60, Condition.FAILED, "gone"))

    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told):
            await told.wait_for(Condition.OK)

    asyncio.run(live())
    with history_in(tmp_path) as history:
        assert history.faults(*WHEN) == [Fault("mqtt", Condition.FAILED, AT - 60, AT, "gone")]


def test_a_database_that_does_not_open_is_told_and_all_is_written_when_it_does(tmp_path: Path) -> None:
    (tmp_path / "history.db").write_bytes(b"no database at all" * 100)

    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told) as history:
            history.check_in(CAME)
            bad = await told.wait_for(Condition.DEGRADED)
            assert (bad.part, bad.at) == ("history", AT)
            assert "in memory alone" in bad.why
            assert "file is not a database" in bad.why
            (tmp_path / "history.db").unlink()
            await told.wait_for(Condition.OK)

    asyncio.run(live())
    with history_in(tmp_path) as history:
        assert history.check_ins(*WHEN) == [CAME]


def test_what_could_not_be_written_until_the_end_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "history.db").write_bytes(b"no database at all" * 100)

    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told) as history:
            history.check_in(CAME)
            await told.wait_for(Condition.DEGRADED)

    with caplog.at_level(logging.WARNING):
        asyncio.run(live())
    assert "1 entries of the history were not written and are gone" in caplog.text


def test_an_error_of_ours_costs_its_entries_and_no_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told) as history:
            await told.wait_for(Condition.OK)
            history.check_in("no record")  # type: ignore[arg-type]
            bad = await told.wait_for(Condition.DEGRADED)
            assert "lost by an error of radiobridge" in bad.why
            history.check_in(CAME)
            await told.wait_for(Condition.OK)

    asyncio.run(live())
    assert "Traceback" in caplog.text
    with history_in(tmp_path) as history:
        assert history.check_ins(*WHEN) == [CAME]


def test_what_is_too_old_is_forgotten(tmp_path: Path) -> None:
    with history_in(tmp_path) as history:
        history.check_in(*(CheckInRecord("01", "m", AT - n * 86_400, CheckInState.IN) for n in range(5)))

    async def live() -> None:
        told = Told()
        async with writer(tmp_path, told, keep_days=2):
            await told.wait_for(Condition.OK)

    asyncio.run(live())
    with history_in(tmp_path) as history:
        assert len(history.check_ins(0, AT + 1)) == 3
