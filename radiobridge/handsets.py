"""How well each handset is heard: its last keypad tests, and the average of its call-ins, in one SQLite file.

The file is a record, and nothing that an alert depends on: where it cannot be written, that is a health
event, and everything else goes on. It is opened for each write and closed again, so that a file that was
mended, moved or copied back is used from the next test on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Self

from radiobridge.errors import RadiobridgeError
from radiobridge.events import CallIn, Condition, Digit, Health, UnitId
from radiobridge.file_thread import FileThread
from radiobridge.sqlite_file import SqliteFile

PART = "handsets"
KEPT_TESTS = 20
"""Tests of one handset."""
_MOST_TESTS, _MOST_HEARD = 5000, 2000
"""Rows of each table: noise that is taken for ids must not fill the disk. Some 20 MB."""
_VERSION = 1
_AVERAGED = 20
"""Call-ins that the average goes back to."""
_TABLES = """
CREATE TABLE tests (test TEXT PRIMARY KEY, handset TEXT NOT NULL, at REAL NOT NULL, report BLOB NOT NULL);
CREATE INDEX by_handset ON tests (handset, at);
CREATE TABLE heard (handset TEXT PRIMARY KEY, at REAL NOT NULL, calls INTEGER NOT NULL,
    level_dbfs REAL NOT NULL, snr_db REAL NOT NULL, twist_db REAL);
"""
_PUT_TEST = "INSERT OR REPLACE INTO tests (test, handset, at, report) VALUES (?, ?, ?, ?)"
_TRIM_HANDSET = """DELETE FROM tests WHERE handset = ? AND test NOT IN
    (SELECT test FROM tests WHERE handset = ? ORDER BY at DESC LIMIT ?)"""
_TRIM_TESTS = "DELETE FROM tests WHERE test IN (SELECT test FROM tests ORDER BY at DESC LIMIT -1 OFFSET ?)"
_PUT_HEARD = f"""INSERT INTO heard (handset, at, calls, level_dbfs, snr_db, twist_db)
    VALUES (?, ?, 1, ?, ?, ?) ON CONFLICT (handset) DO UPDATE SET at = excluded.at, calls = calls + 1,
    level_dbfs = level_dbfs + (excluded.level_dbfs - level_dbfs) / min(calls + 1, {_AVERAGED}),
    snr_db = snr_db + (excluded.snr_db - snr_db) / min(calls + 1, {_AVERAGED}),
    twist_db = coalesce(twist_db + (excluded.twist_db - twist_db) / min(calls + 1, {_AVERAGED}),
        excluded.twist_db, twist_db)"""  # noqa: S608  constant
_TRIM_HEARD = """DELETE FROM heard WHERE handset IN
    (SELECT handset FROM heard ORDER BY at DESC LIMIT -1 OFFSET ?)"""


@dataclass(frozen=True, slots=True)
class KeptTest:
    """A keypad test; `report` is its message on the bus, JSON. The same `test` again replaces it."""

    test: str
    handset: str
    at: float
    report: bytes


@dataclass(frozen=True, slots=True)
class Heard:
    """How a handset was heard in its call-ins, on average; `twist_db` is None while it has keyed nothing."""

    handset: str
    at: float
    level_dbfs: float
    snr_db: float
    twist_db: float | None
    calls: int = 1


def heard_in(callin: CallIn) -> Heard | None:
    """How the handset was heard that sent its id in a call-in; None where none did."""
    ids = [signal for signal in callin.signals if isinstance(signal, UnitId)]
    if not ids:
        return None
    tones: list[Digit | UnitId] = [*callin.digits, *ids]
    return Heard(
        handset=ids[0].unit,
        at=callin.at,
        level_dbfs=median(tone.level_dbfs for tone in tones),
        snr_db=median(tone.snr_db for tone in tones),
        twist_db=median(digit.twist_db for digit in callin.digits) if callin.digits else None,
    )


class HandsetsUnusable(RadiobridgeError):
    """The file cannot be read or written: say so, and go on without it."""


class HandsetStore:
    """The file; every method raises HandsetsUnusable where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(
            file,
            _TABLES,
            _VERSION,
            unusable=HandsetsUnusable,
            what_to_do="check its owner and its disk, or move it away: a new one is made",
        )

    def create(self) -> None:
        """The file is there, with its tables."""
        with self._file.writing():
            pass

    def keep(self, kept: KeptTest) -> None:
        """The test is in the file, and the oldest of its handset are not."""
        with self._file.writing() as db:
            db.execute(_PUT_TEST, (kept.test, kept.handset, kept.at, kept.report))
            db.execute(_TRIM_HANDSET, (kept.handset, kept.handset, KEPT_TESTS))
            db.execute(_TRIM_TESTS, (_MOST_TESTS,))

    def hear(self, heard: Heard) -> None:
        """One more call-in of a handset counts."""
        with self._file.writing() as db:
            db.execute(_PUT_HEARD, (heard.handset, heard.at, heard.level_dbfs, heard.snr_db, heard.twist_db))
            db.execute(_TRIM_HEARD, (_MOST_HEARD,))

    def tests(self) -> list[KeptTest]:
        """All tests, the last ones first; none where there is no file yet."""
        return [KeptTest(*row) for row in self._read("SELECT test, handset, at, report FROM tests")]

    def heard(self) -> list[Heard]:
        """How each handset was heard in its call-ins."""
        columns = "handset, at, level_dbfs, snr_db, twist_db, calls"
        return [Heard(*row) for row in self._read(f"SELECT {columns} FROM heard")]  # noqa: S608  constant

    def _read(self, query: str) -> list[tuple[Any, ...]]:
        with self._file.reading() as db:
            return db.execute(f"{query} ORDER BY at DESC").fetchall() if db else []


class Handsets(FileThread):
    """The file behind a thread of its own; `async with Handsets(...) as handsets`. `clock`: UTC seconds."""

    def __init__(
        self, file: Path, *, on_health: Callable[[Health], None], clock: Callable[[], float] = time.time
    ) -> None:
        self._store = HandsetStore(file)
        self._on_health = on_health
        self._clock = clock
        super().__init__(PART)

    async def __aenter__(self) -> Self:
        await self._do(self._store.create)
        return self

    async def keep(self, kept: KeptTest) -> None:
        """The test is in the file, or its health says why not."""
        await self._do(lambda: self._store.keep(kept))

    async def hear(self, heard: Heard) -> None:
        """A call-in of a handset counts, or the health of the file says why not."""
        await self._do(lambda: self._store.hear(heard))

    async def _do(self, job: Callable[[], None]) -> None:
        try:
            await self._in_thread(job)
        except HandsetsUnusable as error:
            self._on_health(Health(PART, self._clock(), Condition.DEGRADED, f"no test is kept: {error}"))
        else:
            self._on_health(Health(PART, self._clock(), Condition.OK))
