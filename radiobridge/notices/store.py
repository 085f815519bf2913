"""The notices on disk, and the texts that came in, in one SQLite file; used by one thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from radiobridge.errors import RadiobridgeError
from radiobridge.events import IncomingText, Notice
from radiobridge.notices.kept import Kept, NoticeState
from radiobridge.ports import Received
from radiobridge.sqlite_file import SqliteFile

_VERSION = 1
_TABLES = """
CREATE TABLE notices (id TEXT PRIMARY KEY, at REAL NOT NULL, notifier TEXT NOT NULL, address TEXT NOT NULL,
    text TEXT NOT NULL, title TEXT NOT NULL, cause TEXT NOT NULL, state TEXT NOT NULL, unit TEXT);
CREATE INDEX live ON notices (at) WHERE state != 'ended';
CREATE INDEX by_age ON notices (at);
CREATE TABLE texts (id TEXT PRIMARY KEY, at REAL NOT NULL, notifier TEXT NOT NULL, sender TEXT NOT NULL,
    text TEXT NOT NULL, ref TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0, UNIQUE (notifier, ref));
"""
_COLUMNS = tuple(column.name for column in fields(Notice))
_PUT = f"""INSERT INTO notices ({", ".join(_COLUMNS)}, state, unit)
    VALUES ({", ".join("?" * len(_COLUMNS))}, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, unit = excluded.unit"""  # noqa: S608  constant
_LIVE = f"SELECT {', '.join(_COLUMNS)}, state, unit FROM notices WHERE state != 'ended' ORDER BY at, id"  # noqa: S608
_PUT_TEXT = "INSERT OR IGNORE INTO texts (id, at, notifier, sender, text, ref) VALUES (?, ?, ?, ?, ?, ?)"
_TEXT = "SELECT id, at, notifier, sender, text, told FROM texts WHERE notifier = ? AND ref = ?"
_KEPT_S = 30 * 86_400.0
_MOST = 20_000


class NoticesUnusable(RadiobridgeError):
    """The file cannot be read or written: say so, and go on from memory."""


class NoticeStore:
    """The file; every method raises NoticesUnusable where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._file = SqliteFile(
            file,
            _TABLES,
            _VERSION,
            unusable=NoticesUnusable,
            what_to_do="check its owner and that its disk has room; move it away only if it is damaged: it "
            "holds the notices that wait",
        )

    def keep(self, kept: Iterable[Kept]) -> None:
        """These are on the disk itself, as they are now."""
        rows = [(*_values(each.notice), each.state.value, each.unit) for each in kept]
        with self._file.writing(survives_power_cut=True) as db:
            db.executemany(_PUT, rows)

    def live(self) -> list[Kept]:
        """Those that are not over, the oldest first."""
        with self._file.reading() as db:
            rows = db.execute(_LIVE).fetchall() if db else []
        return [Kept(Notice(*row[:-2]), NoticeState(row[-2]), row[-1]) for row in rows]

    def take(self, notifier: str, received: Received, new_id: str) -> tuple[IncomingText, bool]:
        """A text that came in is on the disk; it, and whether it was told before."""
        with self._file.writing(survives_power_cut=True) as db:
            what = (new_id, received.at, notifier, received.sender, received.text, received.ref)
            db.execute(_PUT_TEXT, what)
            *row, told = db.execute(_TEXT, (notifier, received.ref)).fetchone()
        return IncomingText(*row), bool(told)

    def told(self, id_: str) -> None:
        """The text was told; it is not told again."""
        with self._file.writing() as db:
            db.execute("UPDATE texts SET told = 1 WHERE id = ?", (id_,))

    def untold(self) -> list[IncomingText]:
        """What was taken over and not told before the process ended."""
        with self._file.reading() as db:
            query = "SELECT id, at, notifier, sender, text FROM texts WHERE NOT told ORDER BY at"
            rows = db.execute(query).fetchall() if db else []
        return [IncomingText(*row) for row in rows]

    def trim(self, now: float) -> None:
        """What has been over for a month is gone, and what is beyond the newest 20,000."""
        with self._file.writing() as db:
            db.execute("DELETE FROM notices WHERE state = 'ended' AND at < ?", (now - _KEPT_S,))
            db.execute("DELETE FROM texts WHERE told AND at < ?", (now - _KEPT_S,))
            for table, over in (("notices", "state = 'ended'"), ("texts", "told")):
                db.execute(
                    f"DELETE FROM {table} WHERE {over} AND id IN"  # noqa: S608  constants
                    f" (SELECT id FROM {table} ORDER BY at DESC LIMIT -1 OFFSET ?)",
                    (_MOST,),
                )


def _values(notice: Notice) -> tuple[object, ...]:
    return tuple(getattr(notice, column) for column in _COLUMNS)
