"""What is remembered of codes and lock-outs, on disk before anybody is let in."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from radiobridge.access import Access, AccessFile
from radiobridge.dispatch.access.admission import AccessState, Decision, Lock, NotAdmitted
from radiobridge.dispatch.access.hotp import one_time_code
from radiobridge.events import Act, ActionAsked, Condition, Health, Who
from radiobridge.settings import AccessSettings, OperatorSettings
from tests.dispatch.access.test_admission import LI, SECRET


def asked(code: str) -> ActionAsked:
    return ActionAsked("A", 0, Act.CLOSE, 1, Who(unit="12", channel="police"), needs="otp", otp=code)


def let_in(file: Path, *codes: str, told: list[Health] | None = None) -> list[str]:
    """The names of those who were let in, or why they were not; each call is a new process's."""

    async def run() -> list[str]:
        health = [] if told is None else told
        operators = [OperatorSettings.model_validate(LI)]
        async with Access(file, AccessSettings(), operators, on_health=health.append) as access:
            admissions = [await access.admit(asked(code)) for code in codes]
        return [str(each.why) if each.why else each.name for each in admissions]

    return asyncio.run(run())


def test_a_code_that_was_used_before_a_restart_is_not_good_after_it(tmp_path: Path) -> None:
    code = one_time_code(SECRET, 0)
    assert let_in(tmp_path / "access.db", code) == ["Sergeant Li"]
    assert let_in(tmp_path / "access.db", code) == [NotAdmitted.REPLAY]


def test_lock_outs_and_cards_out_of_step_survive_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "access.db"
    assert let_in(file, one_time_code(SECRET, 50)) == [NotAdmitted.WRONG]
    assert let_in(file, one_time_code(SECRET, 51)) == ["Sergeant Li"]
    let_in(file, *["000000"] * 5)
    assert let_in(file, one_time_code(SECRET, 52)) == [NotAdmitted.LOCKED]


def test_who_is_unlocked_by_hand_may_try_again_at_once(tmp_path: Path) -> None:
    file = tmp_path / "access.db"
    let_in(file, *["000000"] * 5)
    assert AccessFile(file).unlock("unit 12")
    assert not AccessFile(file).unlock("unit 12")
    assert let_in(file, one_time_code(SECRET, 0)) == ["Sergeant Li"]


def test_what_cannot_be_written_lets_nobody_in_and_is_said(tmp_path: Path) -> None:
    (tmp_path / "access.db").write_text(
        "no database, and long enough to be taken for one" * 30, encoding="utf-8"
    )
    told: list[Health] = []
    assert let_in(tmp_path / "access.db", one_time_code(SECRET, 0), told=told) == [NotAdmitted.NO_STATE]
    assert told[-1].condition is Condition.FAILED
    assert "nobody is let in by PIN or code" in told[-1].why
    assert "give every operator a new secret" in told[-1].why


def test_a_decision_that_is_not_on_disk_is_none(tmp_path: Path) -> None:
    """The file is written before the decision comes back: whoever is told can rely on it."""
    file = AccessFile(tmp_path / "access.db")
    file.decide(
        lambda state: Decision(AccessState({**state.counters, "07": 9}, {}, {"unit 1": Lock(failures=2)}))
    )
    with closing(sqlite3.connect(tmp_path / "access.db")) as db:
        assert db.execute("SELECT counter FROM counters").fetchall() == [(9,)]
    assert file.state() == AccessState({"07": 9}, {}, {"unit 1": Lock(failures=2)})


def test_without_a_need_nobody_is_asked(tmp_path: Path) -> None:
    async def run() -> None:
        async with Access(tmp_path / "access.db", AccessSettings(), (), on_health=lambda _: None) as access:
            free = ActionAsked("A", 0, Act.COME, 1, Who())
            assert (await access.admit(free)).why is None

    asyncio.run(run())
    assert not (tmp_path / "access.db").exists()
