"""The outbox's messages on disk, in one SQLite file: what was written here survives a power cut.

Synchronous and used by one thread. Every write is one transaction with one fsync (WAL,
`synchronous=FULL`), and `transaction` makes many writes one. A damaged file is moved aside, never
deleted, and what can still be read of it is carried over.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from radiobridge.bus.reader import StoreReader
from radiobridge.bus.salvage import move_aside, salvage
from radiobridge.bus.sqlite_errors import StoreDamaged, translated
from radiobridge.bus.stored import Outgoing, Receipted, StoreFigures
from radiobridge.bus.tables import create_tables
from radiobridge.errors import OutboxFull

_ROW_BYTES = "(length(payload) + length(topic) + length(channel) + 160)"
"""What a row takes, roughly: 160 bytes stand for the id, the numbers and the four indexes."""
_BUSY_MS = 2000
"""How long another program (a backup, a shell) may hold the file before it counts as trouble."""
_HEADROOM = 1.25
"""SQLite's own limit over the outbox's: marking rows as sent must work in a full outbox."""
_LEAST_PAGES = 64
_CARRY_AT_ONCE = 500


class Store(StoreReader):
    """The messages of one outbox; `with` opens the file and creates what is missing.

    `damage`: a sentence about a damaged file that was moved aside at opening, else empty.
    Every method raises OutboxFull when the disk does not take or give the data, and StoreDamaged.
    """

    def __init__(self, path: Path, max_bytes: int, *, clock: Callable[[], float]) -> None:
        super().__init__(path)
        self._max_bytes = max_bytes
        self._clock = clock
        self._waiting = self._waiting_bytes = self._last_seq = 0
        self.damage = ""

    def open(self) -> None:
        """The file is open with this version's tables; a damaged one has been moved aside.

        Raises:
            OutboxFull: the file cannot be opened or written now.
            RadiobridgeError: it was written by a newer radiobridge.
        """
        try:
            self._open()
        except StoreDamaged as error:
            self.begin_anew(str(error))

    def begin_anew(self, damage: str) -> None:
        """A new file is open, the damaged one moved aside, and its unsent messages are in the new one."""
        self.close()
        aside = move_aside(self._path, self._clock())
        known_seq = self._last_seq
        self._open()
        self._number_after(known_seq)
        self.damage = (
            f"{self._path} was damaged ({damage}) and is now {aside}; {self._carry_over(aside)}. "
            "Check the disk, and keep that file if messages are missing"
        )

    def close(self) -> None:
        """The file is closed; may be called twice."""
        if self._db is not None:
            with suppress(sqlite3.Error):
                self._db.close()
            self._db = None

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside reaches the disk together, or not at all."""
        db = self._opened
        if db.in_transaction:
            yield db
            return
        before = (self._waiting, self._waiting_bytes, self._last_seq)
        try:
            with translated(self._path):
                db.execute("BEGIN IMMEDIATE")
                yield db
                db.execute("COMMIT")
        except BaseException:
            self._waiting, self._waiting_bytes, self._last_seq = before
            with suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise

    def append(self, messages: Sequence[Outgoing]) -> list[int]:
        """The messages wait here, in this order; returns their numbers (an id's first, if it repeats)."""
        with self.transaction() as db:
            return [self._append_one(db, message) for message in messages]

    def mark_done(self, seqs: Iterable[int]) -> None:
        """These messages have arrived; they stay for replay until they are trimmed."""
        now = self._clock()
        with self.transaction() as db:
            for seq in seqs:
                self._finish(db, seq, now)

    def mark_acknowledged(self, when: Iterable[tuple[int, float | None]]) -> None:
        """The broker took these messages over at these times, UTC seconds, or may have lost them (None).

        They still wait.
        """
        with self.transaction() as db:
            db.executemany(
                "UPDATE messages SET acknowledged_at = ? WHERE seq = ?", ((at, seq) for seq, at in when)
            )

    def add_receipts(self, receipts: Iterable[tuple[str, str]], required: Sequence[str]) -> list[Receipted]:
        """Stored the (id, receiver) pairs; a message that every `required` receiver has is done.

        Returns those that were new and belong to a message here.
        """
        now = self._clock()
        added = []
        with self.transaction() as db:
            for id_, receiver in receipts:
                row = db.execute("SELECT seq FROM messages WHERE id = ?", (id_,)).fetchone()
                if row is None:
                    continue
                new = db.execute(
                    "INSERT OR IGNORE INTO receipts (seq, receiver, at) VALUES (?, ?, ?)",
                    (row[0], receiver, now),
                )
                if new.rowcount:
                    added.append(Receipted(seq=row[0], receiver=receiver))
                    if self._has_all(db, row[0], required):
                        self._finish(db, row[0], now)
        return added

    def settle(self, required: Sequence[str], after_s: float) -> None:
        """What had arrived when the bridge ended without a farewell is done.

        These are the waiting messages with a receipt of every `required` receiver (names may change) or,
        where none is required, those that the broker acknowledged and was seen alive `after_s` later.
        """
        with self.transaction() as db:
            if required:
                rows = db.execute("SELECT DISTINCT seq FROM receipts").fetchall()
                arrived = [seq for (seq,) in rows if self._has_all(db, seq, required)]
            else:
                rows = db.execute(
                    "SELECT seq FROM messages INDEXED BY waiting WHERE done_at IS NULL AND acknowledged_at"
                    " <= (SELECT max(acknowledged_at) FROM messages WHERE done_at IS NULL) - ?",
                    (after_s,),
                ).fetchall()
                arrived = [seq for (seq,) in rows]
            self.mark_done(arrived)

    def trim(self, keep_after: float, limit: int) -> int:
        """Removed at the most `limit` arrived messages; returns how many. Those that wait always stay.

        These are the ones done before `keep_after`, and, while the file holds more than `max_bytes`,
        the oldest.
        """
        with self.transaction() as db:
            before = self._clock() + 1 if self._used_bytes(db) > self._max_bytes else keep_after
            return db.execute(
                "DELETE FROM messages WHERE seq IN (SELECT seq FROM messages INDEXED BY done"
                " WHERE done_at IS NOT NULL AND done_at < ? ORDER BY done_at LIMIT ?)",
                (before, limit),
            ).rowcount

    def figures(self) -> StoreFigures:
        """How much is here, and since when the oldest message waits."""
        with translated(self._path):
            db = self._opened
            oldest = db.execute(
                "SELECT at FROM messages INDEXED BY waiting WHERE done_at IS NULL ORDER BY seq LIMIT 1"
            ).fetchone()
            return StoreFigures(
                last_seq=self._last_seq,
                waiting=self._waiting,
                waiting_bytes=self._waiting_bytes,
                oldest_waiting_at=oldest[0] if oldest else None,
                used_bytes=self._used_bytes(db),
            )

    def _open(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutboxFull(
                f"{self._path}: the folder cannot be created ({error.strerror}): check its owner, or set "
                "[outbox] file to another place"
            ) from error
        with translated(self._path):
            self._db = db = sqlite3.connect(self._path, timeout=_BUSY_MS / 1000, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA foreign_keys = ON")
            self._limit_pages(db)
            create_tables(db, self._path)
            self._waiting, self._waiting_bytes = db.execute(
                f"SELECT count(*), coalesce(sum({_ROW_BYTES}), 0) FROM messages INDEXED BY waiting"  # noqa: S608
                " WHERE done_at IS NULL"
            ).fetchone()
            last = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'messages'").fetchone()
            self._last_seq = last[0] if last else 0

    def _limit_pages(self, db: sqlite3.Connection) -> None:
        page_bytes = db.execute("PRAGMA page_size").fetchone()[0]
        pages = max(int(self._max_bytes * _HEADROOM) // page_bytes, _LEAST_PAGES)
        db.execute(f"PRAGMA max_page_count = {pages}")

    def _number_after(self, seq: int) -> None:
        """Numbers that were given out before the damage do not come again."""
        with self.transaction() as db:
            db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('messages', ?)", (seq,))
        self._last_seq = seq

    def _append_one(self, db: sqlite3.Connection, message: Outgoing) -> int:
        new = db.execute(
            "INSERT OR IGNORE INTO messages (id, topic, payload, channel, at) VALUES (?, ?, ?, ?, ?)",
            (message.id, message.topic, message.payload, message.channel, message.at),
        )
        row = db.execute(f"SELECT seq, {_ROW_BYTES} FROM messages WHERE id = ?", (message.id,)).fetchone()  # noqa: S608
        if new.rowcount:
            self._waiting += 1
            self._waiting_bytes += row[1]
            self._last_seq = row[0]
        return int(row[0])

    def _finish(self, db: sqlite3.Connection, seq: int, now: float) -> None:
        row = db.execute(
            f"SELECT {_ROW_BYTES} FROM messages WHERE seq = ? AND done_at IS NULL",  # noqa: S608  constant
            (seq,),
        ).fetchone()
        if row is not None:
            db.execute("UPDATE messages SET done_at = ? WHERE seq = ?", (now, seq))
            self._waiting -= 1
            self._waiting_bytes -= row[0]

    @staticmethod
    def _has_all(db: sqlite3.Connection, seq: int, required: Sequence[str]) -> bool:
        rows = db.execute("SELECT receiver FROM receipts WHERE seq = ?", (seq,))
        return set(required) <= {receiver for (receiver,) in rows}

    @staticmethod
    def _used_bytes(db: sqlite3.Connection) -> int:
        pages, free, size = (
            int(db.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def _carry_over(self, aside: Path) -> str:
        """The unsent messages of a damaged file wait here; returns how many, in words."""
        count = 0
        try:
            for messages in batched(salvage(aside), _CARRY_AT_ONCE):
                self.append(messages)
                count += len(messages)
        except OutboxFull as error:
            return f"{count} unsent messages were carried over, then no more: {error}"
        return f"{count} unsent messages were carried over"


def batched(messages: Iterable[Outgoing], size: int) -> Iterator[list[Outgoing]]:
    """The messages in lists of at the most `size`."""
    rest = iter(messages)
    while batch := list(islice(rest, size)):
        yield batch
