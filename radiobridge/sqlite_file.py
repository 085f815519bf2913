"""A small SQLite file that is opened for each piece of work: one that was mended is used at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from radiobridge.errors import RadiobridgeError

_BUSY_S = 1.0


class SqliteFile:
    """The file, made with `tables` (SQL statements) where it is missing; `version`: of these tables.

    Whatever goes wrong is raised as `unusable`, whose message says what to do.
    """

    def __init__(
        self, file: Path, tables: str, version: int, *, unusable: type[RadiobridgeError], what_to_do: str
    ) -> None:
        self.file = file
        self._tables = f"BEGIN IMMEDIATE;\n{tables}\nPRAGMA user_version = {version};\nCOMMIT;"
        self._version = version
        self._unusable = unusable
        self._what_to_do = what_to_do

    @contextmanager
    def writing(self, *, survives_power_cut: bool = False) -> Iterator[sqlite3.Connection]:
        """The file, for one transaction; `survives_power_cut`: on the disk itself when it ends."""
        with self._translated():
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=_BUSY_S)) as db:
                db.execute(f"PRAGMA synchronous = {'FULL' if survives_power_cut else 'NORMAL'}")
                version = db.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    db.executescript(self._tables)
                elif version > self._version:
                    raise self._unusable(
                        f"{self.file} was written by a newer radiobridge: install that version again, or "
                        "move the file away"
                    )
                with db:
                    yield db

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The file, to be read; None where there is none yet."""
        if not self.file.exists():
            yield None
            return
        with (
            self._translated(),
            # Not `mode=ro`: after a kill in the middle of a write SQLite has to undo that before it can read.
            # Whoever may not write the file opens it for reading all the same.
            closing(sqlite3.connect(f"{self.file.absolute().as_uri()}?mode=rw", uri=True)) as db,
        ):
            yield db

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise self._unusable(f"{self.file}: {error}; {self._what_to_do}") from error
