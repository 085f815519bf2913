"""What supervision remembers: its rounds, drills, and when each post was heard, in one SQLite file.

Where the file cannot be written that is a health event, and supervision goes on from memory: after a restart
it would not know who has checked in, and would ask again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

from pydantic import TypeAdapter, ValidationError

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Condition, ContactKept, Drill, Health, Round
from radiobridge.file_thread import FileThread
from radiobridge.sqlite_file import SqliteFile

PART = "supervision"
_VERSION = 1
_TABLES = """
CREATE TABLE rounds (id TEXT PRIMARY KEY, name TEXT NOT NULL, begins_at REAL NOT NULL, body BLOB NOT NULL);
CREATE INDEX by_begin ON rounds (begins_at);
CREATE TABLE drills (id TEXT PRIMARY KEY, begins_at REAL NOT NULL, body BLOB NOT NULL);
CREATE TABLE contacts (name TEXT PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE heard (post TEXT NOT NULL, type TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (post, type));
"""
_PUT_ROUND = "INSERT OR REPLACE INTO rounds (id, name, begins_at, body) VALUES (?, ?, ?, ?)"
_PUT_HEARD = "INSERT OR REPLACE INTO heard (post, type, at) VALUES (?, ?, ?)"
_PUT_CONTACT = "INSERT OR REPLACE INTO contacts (name, body) VALUES (?, ?)"
_PUT_DRILL = "INSERT OR REPLACE INTO drills (id, begins_at, body) VALUES (?, ?, ?)"
_ROUND = TypeAdapter(Round)
_DRILL = TypeAdapter(Drill)
_CONTACT = TypeAdapter(ContactKept)
ANY = ""
"""In place of a type of alert: whatever was heard of the post."""


@dataclass(frozen=True, slots=True)
class HeardOf:
    """A post was heard at `at` (UTC seconds), with an alert of this type, or with anything."""

    post: str
    type: str
    at: float


Row: TypeAlias = Round | HeardOf | Drill | ContactKept
T = TypeVar("T")


class Remembered(NamedTuple):
    """What was known before a restart."""

    rounds: list[Round]
    heard: list[HeardOf]
    contacts: list[ContactKept]


class SupervisionUnusable(RadiobridgeError):
    """The file cannot be read or written: say so, and go on from memory."""


class SupervisionFile:
    """The file; every method raises SupervisionUnusable where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(
            file,
            _TABLES,
            _VERSION,
            unusable=SupervisionUnusable,
            what_to_do="check its owner and its disk, or move it away: a new one is made",
        )

    def keep(self, rows: Sequence[Row]) -> None:
        """They are on the disk, each in place of what was known of it before."""
        with self._file.writing() as db:
            for row in rows:
                match row:
                    case HeardOf():
                        db.execute(_PUT_HEARD, (row.post, row.type, row.at))
                    case ContactKept():
                        db.execute(_PUT_CONTACT, (row.name, _CONTACT.dump_json(row)))
                    case Drill():
                        db.execute(_PUT_DRILL, (row.id, row.begins_at, _DRILL.dump_json(row)))
                    case Round():
                        body = _ROUND.dump_json(row)
                        db.execute(_PUT_ROUND, (row.id, row.plan.name, row.begins_at, body))

    def rounds(self, since: float) -> list[Round]:
        """Those that began since (UTC seconds), and the last one of each name, the earliest first."""
        query = """SELECT body FROM rounds WHERE begins_at >= ? OR begins_at =
            (SELECT max(begins_at) FROM rounds AS other WHERE other.name = rounds.name) ORDER BY begins_at"""
        with self._file.reading() as db:
            rows = db.execute(query, (since,)).fetchall() if db else []
        return [self._read(_ROUND, row[0]) for row in rows]

    def contacts(self) -> list[ContactKept]:
        """What is known of each contact."""
        with self._file.reading() as db:
            rows = db.execute("SELECT body FROM contacts").fetchall() if db else []
        return [self._read(_CONTACT, row[0]) for row in rows]

    def last_drill(self) -> Drill | None:
        """The one that began last."""
        with self._file.reading() as db:
            query = "SELECT body FROM drills ORDER BY begins_at DESC LIMIT 1"
            row = db.execute(query).fetchone() if db else None
        return self._read(_DRILL, row[0]) if row else None

    def heard(self) -> list[HeardOf]:
        """When each post was last heard."""
        with self._file.reading() as db:
            rows = db.execute("SELECT post, type, at FROM heard").fetchall() if db else []
        return [HeardOf(*row) for row in rows]

    def _read(self, kind: TypeAdapter[T], body: bytes) -> T:
        try:
            return kind.validate_json(body)
        except ValidationError as error:
            raise SupervisionUnusable(f"{self._file.file}: a row cannot be read: {error}") from error


class SupervisionStore(FileThread):
    """The file behind a thread of its own; `async with SupervisionStore(...)`. `clock`: UTC seconds."""

    def __init__(
        self, file: Path, *, on_health: Callable[[Health], None], clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(PART)
        self._file = SupervisionFile(file)
        self._on_health = on_health
        self._clock = clock
        self._unsaved: dict[tuple[str, str], Row] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def read(self, since: float) -> Remembered:
        """What was known before the restart; nothing where the file cannot be read."""
        try:
            return await self._in_thread(
                lambda: Remembered(self._file.rounds(since), self._file.heard(), self._file.contacts())
            )
        except SupervisionUnusable as error:
            self._tell(error, "who has checked in before the restart is not known")
            return Remembered([], [], [])

    async def last_drill(self) -> Drill | None:
        """The drill that began last; None where that is not known: then there is none."""
        try:
            return await self._in_thread(self._file.last_drill)
        except SupervisionUnusable as error:
            self._tell(error, "whether there was a drill before the restart is not known")
            return None

    def keep_soon(self, *rows: Row) -> None:
        """They will be in the file; with them what it did not take before."""
        task = asyncio.create_task(self.keep(*rows))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def keep(self, *rows: Row) -> None:
        """They are in the file, or are tried again with the next ones, and health says why."""
        for row in rows:
            self._unsaved[_key(row)] = row
        if not self._unsaved:
            return
        saving, self._unsaved = self._unsaved, {}
        try:
            await self._in_thread(lambda: self._file.keep([*saving.values()]))
        except SupervisionUnusable as error:
            self._unsaved = saving | self._unsaved
            self._tell(error, "after a restart it would not be known who has checked in")
        else:
            self._on_health(Health(PART, self._clock(), Condition.OK))

    def _tell(self, error: SupervisionUnusable, what: str) -> None:
        self._on_health(Health(PART, self._clock(), Condition.DEGRADED, f"{what}: {error}"))


def _key(row: Row) -> tuple[str, str]:
    """The same for all rows of which the last one counts."""
    match row:
        case HeardOf():
            return row.post, row.type
        case ContactKept():
            return "contact", f"/{row.name}"
        case Round() | Drill():
            return "", row.id
