"""What the outbox asks of its messages on disk: what waits, what a receiver lacks, what a replay sends."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from radiobridge.bus.sqlite_errors import translated
from radiobridge.bus.stored import Outgoing, Selection, Stored
from radiobridge.errors import OutboxFull

_COLUMNS = "seq, id, topic, payload, channel, at"


class StoreReader:
    """The questions; `Store` opens the file and writes. Raises OutboxFull and StoreDamaged as it does."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def waiting_after(self, seq: int, limit: int) -> list[Stored]:
        """The next messages after number `seq` that have not arrived, in order."""
        with translated(self._path):
            rows = self._opened.execute(
                f"SELECT {_COLUMNS} FROM messages INDEXED BY waiting"  # noqa: S608  constant
                " WHERE done_at IS NULL AND seq > ? ORDER BY seq LIMIT ?",
                (seq, limit),
            )
            return [_stored(row) for row in rows]

    def missing(self, receiver: str, after: int, up_to: int, limit: int) -> list[Stored]:
        """Waiting messages with numbers in (after, up_to] that `receiver` has not confirmed, in order."""
        with translated(self._path):
            rows = self._opened.execute(
                f"SELECT {_COLUMNS} FROM messages INDEXED BY waiting"  # noqa: S608  constant
                " WHERE done_at IS NULL AND seq > ? AND seq <= ? AND NOT EXISTS ("
                "SELECT 1 FROM receipts r WHERE r.seq = messages.seq AND r.receiver = ?)"
                " ORDER BY seq LIMIT ?",
                (after, up_to, receiver, limit),
            )
            return [_stored(row) for row in rows]

    def count_missing(self, receiver: str, up_to: int, most: int) -> int:
        """How many messages up to number `up_to` the receiver has not confirmed, counted to `most`."""
        with translated(self._path):
            row = self._opened.execute(
                "SELECT count(*) FROM (SELECT seq FROM messages INDEXED BY waiting"
                " WHERE done_at IS NULL AND seq <= ? AND NOT EXISTS ("
                "SELECT 1 FROM receipts r WHERE r.seq = messages.seq AND r.receiver = ?) LIMIT ?)",
                (up_to, receiver, most),
            ).fetchone()
        return int(row[0])

    def newest_waiting(self, up_to: int, count: int) -> int:
        """The lowest number of the `count` newest waiting messages up to `up_to`; `up_to` + 1 if none."""
        with translated(self._path):
            row = self._opened.execute(
                "SELECT min(seq) FROM (SELECT seq FROM messages INDEXED BY waiting"
                " WHERE done_at IS NULL AND seq <= ? ORDER BY seq DESC LIMIT ?)",
                (up_to, count),
            ).fetchone()
        return up_to + 1 if row[0] is None else int(row[0])

    def count(self, selection: Selection) -> tuple[int, int]:
        """How many messages a replay sends, and the number of the last of them."""
        where, values = selection.where()
        with translated(self._path):
            row = self._opened.execute(
                "SELECT count(*), coalesce(max(seq), 0) FROM ("  # noqa: S608  built from constants
                f"SELECT seq FROM messages WHERE {where} ORDER BY seq LIMIT :limit)",
                {**values, "limit": selection.limit},
            ).fetchone()
        return int(row[0]), int(row[1])

    def selected(self, selection: Selection, after: int, up_to: int, limit: int) -> list[Stored]:
        """A page of the messages of a replay: numbers in (after, up_to], in order."""
        where, values = selection.where()
        with translated(self._path):
            rows = self._opened.execute(
                f"SELECT {_COLUMNS} FROM messages"  # noqa: S608  built from constants
                f" WHERE {where} AND seq > :after AND seq <= :up_to ORDER BY seq LIMIT :page",
                {**values, "after": after, "up_to": up_to, "page": limit},
            )
            return [_stored(row) for row in rows]

    @property
    def _opened(self) -> sqlite3.Connection:
        if self._db is None:
            raise OutboxFull(f"{self._path}: the outbox is not open")
        return self._db


def _stored(row: tuple[int, str, str, bytes, str, float]) -> Stored:
    seq, id_, topic, payload, channel, at = row
    return Stored(seq, Outgoing(id=id_, topic=topic, payload=payload, channel=channel, at=at))
