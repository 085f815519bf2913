"""The journal of incidents: on disk before anybody is told, and back after a crash."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from radiobridge.events import Act, Condition, Health, Incident
from radiobridge.incident_journal import Entry, IncidentJournal, JournalFile, JournalUnusable, Mark
from tests.builders import Clock
from tests.dispatch.incidents.builders import AT, Book, alert

WRITER = """
import sys
from pathlib import Path
from radiobridge.incident_journal import Entry, JournalFile
from tests.dispatch.incidents.builders import Book
at, journal = Book(), JournalFile(Path(sys.argv[1]))
for number in range(1_000_000):
    incident = at.call(post=str(number))
    journal.append([Entry(incident.log[-1], "alert", b"{}")])
    print(incident.id, flush=True)
"""


def entries(*incidents: Incident) -> list[Entry]:
    return [Entry(step) for incident in incidents for step in incident.log]


def some() -> tuple[Book, Incident, Incident]:
    """One that somebody comes for, and one that is over."""
    at = Book()
    open_, over = at.call("fire"), at.call("fight")
    at.ask(Act.COME, open_.number)
    at.ask(Act.CLOSE, over.number)
    return at, at.known(open_.id), at.known(over.id)


def test_what_is_written_comes_back_as_it_was(tmp_path: Path) -> None:
    _, open_, over = some()
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append(entries(open_, over))
    assert journal.live(since=AT - 1) == [open_, over]


def test_incidents_that_are_long_over_are_not_live_and_open_ones_are(tmp_path: Path) -> None:
    _, open_, over = some()
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append(entries(open_, over))
    assert journal.live(since=AT + 1) == [open_]


def test_one_that_was_opened_again_is_live(tmp_path: Path) -> None:
    at, _, over = some()
    at.ask(Act.REOPEN, over.number)
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append(entries(at.known(over.id)))
    assert journal.live(since=AT + 1) == [at.known(over.id)]


def test_the_same_step_twice_is_one(tmp_path: Path) -> None:
    _, open_, _ = some()
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append(entries(open_))
    journal.append(entries(open_))
    assert journal.live(since=AT) == [open_]


def test_a_reader_gets_whole_the_incidents_that_changed_since_his_mark(tmp_path: Path) -> None:
    at, open_, over = some()
    journal = JournalFile(tmp_path / "incidents.db")
    assert journal.changed(Mark()) == ([], Mark())
    journal.append(entries(open_, over))
    everything, mark = journal.changed(Mark())
    assert everything == entries(open_, over)
    assert mark == Mark(4, over.log[-1].id)
    assert journal.changed(mark) == ([], mark)
    at.ask(Act.CLOSE, open_.number)
    journal.append(entries(at.known(open_.id)))
    assert journal.changed(mark)[0] == entries(at.known(open_.id))
    assert journal.changed(Mark(4, "of another journal"))[0] == [
        *everything,
        *entries(at.known(open_.id))[2:],
    ]


def test_the_last_entries_come_with_the_messages_of_their_alerts(tmp_path: Path) -> None:
    step = Book().book.called(alert(at=AT))
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append([Entry(step, "radiobridge/v1/test/alert", b'{"type":"fire"}')])
    assert journal.last(since=AT - 1) == [Entry(step, "radiobridge/v1/test/alert", b'{"type":"fire"}')]
    assert journal.last(since=AT) == []


def test_steps_cannot_be_changed_by_mistake(tmp_path: Path) -> None:
    _, open_, _ = some()
    JournalFile(tmp_path / "incidents.db").append(entries(open_))
    with (
        closing(sqlite3.connect(tmp_path / "incidents.db")) as db,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        db.execute("UPDATE steps SET at = 0")


def test_without_a_file_there_is_nothing_yet(tmp_path: Path) -> None:
    assert JournalFile(tmp_path / "incidents.db").live(since=0) == []


def test_a_step_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    _, open_, _ = some()
    journal = JournalFile(tmp_path / "incidents.db")
    journal.append(entries(open_))
    with closing(sqlite3.connect(tmp_path / "incidents.db")) as db:
        db.execute("DROP TRIGGER steps_stay")
        db.execute("UPDATE steps SET step = '{}'")
        db.commit()
    with pytest.raises(JournalUnusable, match=r"incidents\.db: a step cannot be read"):
        journal.live(since=0)


def test_a_process_that_is_killed_loses_no_step_that_it_told_of(tmp_path: Path) -> None:
    file = tmp_path / "incidents.db"
    command = [sys.executable, "-c", WRITER, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        told = [process.stdout.readline().strip() for _ in range(20)]
        process.kill()
        told += process.stdout.read().split()
    there = [incident.id for incident in JournalFile(file).live(since=0)]
    assert there[: len(told)] == told


class Told:
    def __init__(self) -> None:
        self.events: list[Health] = []

    def __call__(self, health: Health) -> None:
        self.events.append(health)

    def last(self) -> Condition:
        return self.events[-1].condition


def test_where_the_disk_takes_nothing_steps_wait_and_health_says_so(tmp_path: Path) -> None:
    async def run() -> None:
        _, open_, over = some()
        told, timer = Told(), Clock(10.0)
        file = tmp_path / "away" / "incidents.db"
        file.parent.write_text("in the way", encoding="utf-8")
        async with IncidentJournal(file, on_health=told, timer=timer) as journal:
            await journal.append(*entries(open_))
            assert told.last() is Condition.FAILED
            assert "steps of incidents are in memory alone" in told.events[-1].why
            await journal.append(*entries(over))
            file.parent.unlink()
            timer.now += 10
            await journal.tick()
            assert told.last() is Condition.OK
            assert await journal.read(0, AT + 1) == ([open_, over], [])

    asyncio.run(run())


def test_what_waits_at_the_end_is_tried_once_more(tmp_path: Path) -> None:
    async def run() -> None:
        _, open_, _ = some()
        file = tmp_path / "away" / "incidents.db"
        file.parent.write_text("in the way", encoding="utf-8")
        async with IncidentJournal(file, on_health=Told()) as journal:
            await journal.append(*entries(open_))
            file.parent.unlink()
        assert JournalFile(file).live(since=0) == [open_]

    asyncio.run(run())


def test_a_file_that_cannot_be_read_is_said_and_the_station_starts(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "incidents.db").write_text(
            "no database, and long enough to be taken for one" * 30, encoding="utf-8"
        )
        told = Told()
        async with IncidentJournal(tmp_path / "incidents.db", on_health=told) as journal:
            assert await journal.read(0, 0) == ([], [])
        assert told.last() is Condition.FAILED
        assert "incidents from before the restart are not known" in told.events[-1].why

    asyncio.run(run())
