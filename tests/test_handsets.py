import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from radiobridge.events import CallIn, Condition, Digit, Health, Selcall, Signal, UnitId
from radiobridge.handsets import (
    KEPT_TESTS,
    Handsets,
    HandsetStore,
    HandsetsUnusable,
    Heard,
    KeptTest,
    heard_in,
)

ID = UnitId("gate", 9.6, "mdc1200", "1234", 0.17, -12, 25)
KEY = Digit("gate", 10.0, "5", 0.1, -20, 3, 15)


def kept(test: str, handset: str = "12", at: float = 1.0) -> KeptTest:
    return KeptTest(test, handset, at, b"{}")


def callin(*inside: Signal) -> CallIn:
    digits = tuple(s for s in inside if isinstance(s, Digit))
    signals = tuple(s for s in inside if not isinstance(s, Digit))
    return CallIn("C", "gate", 9.5, 3.0, -10, digits, signals, (), True, ())


def kept_by_the_daemon(file: Path, *jobs: KeptTest | Heard) -> list[Health]:
    """What the health of the file was while these were kept."""
    said: list[Health] = []

    async def run() -> None:
        async with Handsets(file, on_health=said.append, clock=lambda: 7.0) as handsets:
            for job in jobs:
                await (handsets.keep(job) if isinstance(job, KeptTest) else handsets.hear(job))

    asyncio.run(run())
    return said


def test_tests_are_kept_by_handset_the_last_ones_first(tmp_path: Path) -> None:
    store = HandsetStore(tmp_path / "state" / "handsets.db")
    for each in (kept("A", at=1), kept("B", "13", at=2), kept("C", at=3)):
        store.keep(each)
    assert store.tests() == [kept("C", at=3), kept("B", "13", at=2), kept("A", at=1)]


def test_the_last_twenty_of_each_handset_stay(tmp_path: Path) -> None:
    store = HandsetStore(tmp_path / "handsets.db")
    store.keep(kept("other", "13", at=0))
    for number in range(KEPT_TESTS + 5):
        store.keep(kept(f"T{number}", at=1 + number))
    assert [t.test for t in store.tests()] == [*(f"T{n}" for n in range(KEPT_TESTS + 4, 4, -1)), "other"]


def test_a_later_report_of_a_test_replaces_the_first(tmp_path: Path) -> None:
    store = HandsetStore(tmp_path / "handsets.db")
    store.keep(kept("A", "unknown on gate"))
    store.keep(kept("A", "1234"))
    assert store.tests() == [kept("A", "1234")]


def test_call_ins_are_averaged(tmp_path: Path) -> None:
    store = HandsetStore(tmp_path / "handsets.db")
    for heard in (Heard("12", 1, -20, 30, None), Heard("12", 2, -30, 20, 4), Heard("12", 3, -40, 10, 8)):
        store.hear(heard)
    assert store.heard() == [Heard("12", 3, -30, 20, 6 - 2 / 3, calls=3)]


def test_a_call_in_counts_for_the_handset_that_sent_its_id() -> None:
    assert heard_in(callin(ID, KEY)) == Heard("1234", 9.5, -16, 20, 3)
    assert heard_in(callin(ID)) == Heard("1234", 9.5, -12, 25, None)
    assert heard_in(callin(KEY)) is None
    assert heard_in(callin(Selcall("gate", 9.6, "zvei1", "12345", 0.3, -12, 25))) is None


def test_nothing_is_known_where_there_is_no_file(tmp_path: Path) -> None:
    store = HandsetStore(tmp_path / "handsets.db")
    assert (store.tests(), store.heard()) == ([], [])
    assert not list(tmp_path.iterdir())


def test_what_the_daemon_keeps_is_in_the_file_and_its_health_is_ok(tmp_path: Path) -> None:
    file = tmp_path / "handsets.db"
    said = kept_by_the_daemon(file, kept("A"), Heard("12", 1, -20, 30, None))
    assert {(h.part, h.condition) for h in said} == {("handsets", Condition.OK)}
    assert (len(HandsetStore(file).tests()), len(HandsetStore(file).heard())) == (1, 1)


def test_a_broken_file_is_a_health_event_until_it_is_moved_away(tmp_path: Path) -> None:
    file = tmp_path / "handsets.db"
    file.write_bytes(b"no database at all" * 100)
    *_, said = kept_by_the_daemon(file, kept("A"))
    assert (said.part, said.condition) == ("handsets", Condition.DEGRADED)
    assert "handsets.db: file is not a database; check its owner" in said.why
    file.unlink()
    assert kept_by_the_daemon(file, kept("A"))[-1].condition is Condition.OK


def test_a_file_that_cannot_be_written_is_a_health_event(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    assert kept_by_the_daemon(tmp_path / "state" / "handsets.db")[-1].condition is Condition.DEGRADED


def test_a_locked_file_is_a_health_event(tmp_path: Path) -> None:
    file = tmp_path / "handsets.db"
    HandsetStore(file).create()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert "locked" in kept_by_the_daemon(file, kept("A"))[-1].why


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "handsets.db"
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    with pytest.raises(HandsetsUnusable, match="newer radiobridge"):
        HandsetStore(file).keep(kept("A"))
    assert file.read_bytes() == before
