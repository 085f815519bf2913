"""What supervision remembers: its rounds, and when each post was heard, in one SQLite file.

Where the file cannot be written that is a health event, and supervision goes on from memory: after a restart
it would not know who has checked in, and would ask again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Condition, Health, Round
from radiobridge.file_thread import FileThread
from radiobridge.sqlite_file import SqliteFile

PART = "supervision"
_VERSION = 1
_TABLES = """
CREATE TABLE rounds (id TEXT PRIMARY KEY, name TEXT NOT NULL, begins_at REAL NOT NULL, body BLOB NOT NULL);
CREATE INDEX by_begin ON rounds (begins_at);
CREATE TABLE heard (post TEXT NOT NULL, type TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (post, type));
"""
_PUT_ROUND = "INSERT OR REPLACE INTO rounds (id, name, begins_at, body) VALUES (?, ?, ?, ?)"
_PUT_HEARD = "INSERT OR REPLACE INTO heard (post, type, at) VALUES (?, ?, ?)"
_ROUND = TypeAdapter(Round)
ANY = ""
"""In place of a type of alert: whatever was heard of the post."""


@dataclass(frozen=True, slots=True)
class HeardOf:
    """A post was heard at `at` (UTC seconds), with an alert of this type, or with anything."""

    post: str
    type: str
    at: float


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

    def keep(self, rows: Sequence[Round | HeardOf]) -> None:
        """They are on the disk, each in place of what was known of it before."""
        with self._file.writing() as db:
            for row in rows:
                if isinstance(row, HeardOf):
                    db.execute(_PUT_HEARD, (row.post, row.type, row.at))
                else:
                    db.execute(_PUT_ROUND, (row.id, row.plan.name, row.begins_at, _ROUND.dump_json(row)))

    def rounds(self, since: float) -> list[Round]:
        """Those that began since (UTC seconds), and the last one of each name, the earliest first."""
        query = """SELECT body FROM rounds WHERE begins_at >= ? OR begins_at =
            (SELECT max(begins_at) FROM rounds AS other WHERE other.name = rounds.name) ORDER BY begins_at"""
        with self._file.reading() as db:
            rows = db.execute(query, (since,)).fetchall() if db else []
        return [self._round(row[0]) for row in rows]

    def heard(self) -> list[HeardOf]:
        """When each post was last heard."""
        with self._file.reading() as db:
            rows = db.execute("SELECT post, type, at FROM heard").fetchall() if db else []
        return [HeardOf(*row) for row in rows]

    def _round(self, body: bytes) -> Round:
        try:
            return _ROUND.validate_json(body)
        except ValidationError as error:
            raise SupervisionUnusable(f"{self._file.file}: a round cannot be read: {error}") from error


class SupervisionStore(FileThread):
    """The file behind a thread of its own; `async with SupervisionStore(...)`. `clock`: UTC seconds."""

    def __init__(
        self, file: Path, *, on_health: Callable[[Health], None], clock: Callable[[], float] = time.time
    ) -> None:
        super().__init__(PART)
        self._file = SupervisionFile(file)
        self._on_health = on_health
        self._clock = clock
        self._unsaved: dict[tuple[str, str], Round | HeardOf] = {}

    async def read(self, since: float) -> tuple[list[Round], list[HeardOf]]:
        """What was known before the restart; nothing where the file cannot be read."""
        try:
            return await self._in_thread(lambda: (self._file.rounds(since), self._file.heard()))
        except SupervisionUnusable as error:
            self._tell(error, "who has checked in before the restart is not known")
            return [], []

    async def keep(self, *rows: Round | HeardOf) -> None:
        """They are in the file, or are tried again with the next ones, and health says why."""
        for row in rows:
            key = (row.post, row.type) if isinstance(row, HeardOf) else ("", row.id)
            self._unsaved[key] = row
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
