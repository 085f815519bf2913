"""A small SQLite file, as it is found after a kill, and by those who may only read it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from radiobridge.errors import RadiobridgeError
from radiobridge.sqlite_file import SqliteFile

TABLES = "CREATE TABLE things (name TEXT);"
KILLED = """
import os, signal, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA cache_size = 5")
db.execute("UPDATE things SET name = name || 'changed'")
os.kill(os.getpid(), signal.SIGKILL)
"""


def things(folder: Path) -> SqliteFile:
    file = SqliteFile(folder / "things.db", TABLES, 1, unusable=RadiobridgeError, what_to_do="mend it")
    with file.writing() as db:
        db.executemany("INSERT INTO things VALUES (?)", [("x" * 500,) for _ in range(2000)])
    return file


def names(file: SqliteFile) -> set[str]:
    with file.reading() as db:
        assert db
        return {name for (name,) in db.execute("SELECT name FROM things")}


def test_after_a_kill_in_the_middle_of_a_write_it_reads_what_was_before(tmp_path: Path) -> None:
    file = things(tmp_path)
    subprocess.run([sys.executable, "-c", KILLED, str(file.file)], check=False)
    assert file.file.with_name("things.db-journal").exists()
    assert names(file) == {"x" * 500}


def test_whoever_may_only_read_it_reads_it(tmp_path: Path) -> None:
    file = things(tmp_path)
    file.file.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert names(file) == {"x" * 500}
    finally:
        tmp_path.chmod(0o755)


def test_it_is_not_made_by_reading(tmp_path: Path) -> None:
    file = SqliteFile(tmp_path / "none.db", TABLES, 1, unusable=RadiobridgeError, what_to_do="mend it")
    with file.reading() as db:
        assert db is None
    assert [*tmp_path.iterdir()] == []
