"""What supervision remembers, over a restart, and when its disk takes nothing."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from radiobridge.events import Condition, Duty, DutyState, Health, Round, RoundKind, RoundPlan
from radiobridge.supervision_store import HeardOf, SupervisionStore

PLAN = RoundPlan("morning", RoundKind.CHECK_IN, ("01", "02"), ("check-in",), say={"zh": "请报到"})


def round_(number: int, name: str = "morning", *, state: DutyState = DutyState.WAITING) -> Round:
    plan = RoundPlan(name, RoundKind.CHECK_IN, PLAN.posts, PLAN.counts, say=PLAN.say)
    return Round(f"{name}/{number}", plan, 1000.0 * number, (Duty("01", state, 5.0), Duty("02")))


def test_what_was_kept_last_is_what_is_read(tmp_path: Path) -> None:
    async def run() -> None:
        said: list[Health] = []
        async with SupervisionStore(tmp_path / "s.db", on_health=said.append) as store:
            assert await store.read(0) == ([], [], [])
            await store.keep(round_(1), HeardOf("01", "check-in", 5.0))
            again = (HeardOf("01", "check-in", 7.0), HeardOf("01", "", 8.0))
            await store.keep(round_(1, state=DutyState.IN), *again)
            rounds, heard, _ = await store.read(0)
        assert rounds == [round_(1, state=DutyState.IN)]
        assert {*heard} == {*again}
        assert {each.condition for each in said} == {Condition.OK}

    asyncio.run(run())


def test_the_last_round_of_each_name_is_read_however_old_it_is(tmp_path: Path) -> None:
    async def run() -> None:
        async with SupervisionStore(tmp_path / "s.db", on_health=lambda _: None) as store:
            await store.keep(*(round_(number) for number in range(5)), round_(1, "evening"))
            rounds, _, _ = await store.read(3500.0)
        assert [each.id for each in rounds] == ["evening/1", "morning/4"]

    asyncio.run(run())


def test_a_disk_that_takes_nothing_is_told_of_and_all_is_kept_when_it_is_back(tmp_path: Path) -> None:
    async def run() -> None:
        said: list[Health] = []
        file = tmp_path / "folder" / "s.db"
        file.parent.write_text("a file where a folder should be")
        async with SupervisionStore(file, on_health=said.append) as store:
            await store.keep(round_(1))
            assert "after a restart it would not be known who has checked in" in said[-1].why
            file.parent.unlink()
            await store.keep(HeardOf("02", "", 9.0))
            assert [health.condition for health in said] == [Condition.DEGRADED, Condition.OK]
            assert await store.read(0) == ([round_(1)], [HeardOf("02", "", 9.0)], [])
        shutil.rmtree(file.parent)

    asyncio.run(run())


def test_a_file_that_is_none_is_told_of_and_supervision_begins_anew(tmp_path: Path) -> None:
    async def run() -> None:
        said: list[Health] = []
        (tmp_path / "s.db").write_bytes(b"no database at all, and long enough to be taken for one" * 20)
        async with SupervisionStore(tmp_path / "s.db", on_health=said.append) as store:
            assert await store.read(0) == ([], [], [])
        assert "s.db" in said[-1].why
        assert "move it away" in said[-1].why

    asyncio.run(run())
