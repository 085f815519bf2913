"""The tables of the outbox's database, and which version of them a file holds."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from radiobridge.errors import RadiobridgeError

SCHEMA_VERSION = 1
_SCHEMA = (
    """CREATE TABLE messages (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        topic TEXT NOT NULL,
        payload BLOB NOT NULL,
        channel TEXT NOT NULL,
        at REAL NOT NULL,
        acknowledged_at REAL,
        done_at REAL)""",
    """CREATE TABLE receipts (
        seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
        receiver TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (seq, receiver)) WITHOUT ROWID""",
    "CREATE INDEX waiting ON messages (seq) WHERE done_at IS NULL",
    "CREATE INDEX done ON messages (done_at) WHERE done_at IS NOT NULL",
    "CREATE INDEX by_time ON messages (at)",
)


def create_tables(db: sqlite3.Connection, path: Path) -> None:
    """A new file has the tables.

    Raises:
        RadiobridgeError: the file was written by a newer radiobridge.
    """
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > SCHEMA_VERSION:
        raise RadiobridgeError(
            f"{path} was written by a newer radiobridge (tables of version {version}, this one knows "
            f"{SCHEMA_VERSION}): install that version again, or move the file away"
        )
    if version == 0:
        statements = "; ".join((*_SCHEMA, f"PRAGMA user_version = {SCHEMA_VERSION}"))
        db.executescript(f"BEGIN IMMEDIATE; {statements}; COMMIT")
