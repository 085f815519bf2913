"""From nothing, and from the tables of every earlier version with what is in them, to those of today."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from radiobridge.events import Condition
from radiobridge.history.database import Database
from radiobridge.history.migrating import VERSION_TABLE, HistoryUnusable, migrate
from radiobridge.history.records import CheckInState, Fault
from radiobridge.history.tables import tables
from tests.dispatch.incidents.builders import AT, Book
from tests.history.builders import STATION, history_in, journal_in, url_in

WHEN = (AT - 99, AT + 99)


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(sa.make_url(url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.begin() as db:
        yield db
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_has(url: str) -> None:
    Database(url).close()
    with connected(url) as db:
        context = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, tables) == []


def test_opening_again_changes_nothing(url: str) -> None:
    for _ in range(2):
        Database(url).close()
    with connected(url) as db:
        assert db.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars().all() == ["0002"]


def incident_1(id_: str, number: int, more: str) -> str:
    """A row of version 1."""
    what = f"'{id_}', '{STATION}', {number}, 'fire', '03', 'gate', 'Severe', 'Actual'"
    return f"INSERT INTO incidents VALUES ({what}, {more})"


def version_1(folder: Path) -> None:
    """A file as version 1 left it."""
    with connected(url_in(folder)) as db:
        migrate(db, "history.db", to="0001")
        for statement in (
            incident_1("01GONE", 7, f"'closed', 2, {AT}, {AT + 5}, {AT + 6}, {AT + 7}, {AT + 8}"),
            f"INSERT INTO responders VALUES ('01GONE', 0, 'Sergeant Li', '1234', {AT + 6}, {AT + 7})",
            f"INSERT INTO check_ins VALUES ('{STATION}', '01', 'morning', {AT}, 'late', {AT + 60})",
            f"INSERT INTO health VALUES ('{STATION}', 'mqtt', {AT}, 'failed', 'gone', NULL)",
            f"INSERT INTO journals VALUES ('{STATION}', 9, '01STEP')",
        ):
            db.execute(sa.text(statement))


def test_what_a_file_of_version_1_had_is_there(tmp_path: Path) -> None:
    version_1(tmp_path)
    with history_in(tmp_path) as kept:
        (incident,) = kept.incidents(*WHEN)
        (check_in,) = kept.check_ins(*WHEN)
        assert kept.faults(*WHEN) == [Fault("mqtt", Condition.FAILED, AT, None, "gone")]
    assert (incident.id, incident.calls, incident.closed_at) == ("01GONE", 2, AT + 8)
    assert (incident.caller_name, incident.caller_unit, incident.callin) == ("", None, None)
    assert incident.responders[0].name == "Sergeant Li"
    assert (check_in.state, check_in.at) == (CheckInState.LATE, AT + 60)


def test_the_callers_that_version_1_did_not_have_come_from_the_journal(tmp_path: Path) -> None:
    fire = Book().call()
    journal = journal_in(tmp_path, *fire.log, alert=b'{"callin": "01CALLIN"}')
    with connected(url_in(tmp_path)) as db:
        migrate(db, "history.db", to="0001")
        row = incident_1(fire.id, fire.number, f"'open', 1, {AT}, NULL, NULL, NULL, NULL")
        db.execute(sa.text(row))
        db.execute(sa.text(f"INSERT INTO journals VALUES ('{STATION}', 1, '{fire.log[0].id}')"))
    with history_in(tmp_path) as kept:
        kept.take_over(journal)
        (found,) = kept.incidents(*WHEN)
    assert (found.caller_unit, found.callin) == ("07", "01CALLIN")


def test_a_migration_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    version_1(tmp_path)
    with connected(url_in(tmp_path)) as db:
        db.execute(sa.text("CREATE TABLE erased (mine TEXT)"))
    before = (tmp_path / "history.db").read_bytes()
    with pytest.raises(HistoryUnusable, match="table erased already exists"):
        history_in(tmp_path)
    with closing(sqlite3.connect(tmp_path / "history.db")) as db:
        columns = {row[1] for row in db.execute("PRAGMA table_info(incidents)")}
        assert "callin" not in columns
        assert db.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [("0001",)]
    assert (tmp_path / "history.db").read_bytes() == before


def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    Database(url).close()
    with connected(url) as db:
        db.execute(sa.text(f"UPDATE {VERSION_TABLE} SET version_num = '9001'"))
    with pytest.raises(HistoryUnusable, match=r"\(version 9001\) are of a newer radiobridge.* up to 0002"):
        Database(url)
    with connected(url) as db:
        assert db.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "9001"
