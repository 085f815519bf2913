"""SQLite's errors in the words of the outbox: what happened to which file, and what to do about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radiobridge.errors import OutboxFull, RadiobridgeError

_PRIMARY = 0xFF
"""The lower byte of an extended SQLite error code is its primary code."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LOCKED = "another program keeps the file locked: end it (a backup, a database shell)"
_ADVICE = {
    sqlite3.SQLITE_FULL: "free space on the disk, or raise [outbox] max_mb",
    sqlite3.SQLITE_IOERR: "the disk does not read or write: look at the kernel's log, replace the disk",
    sqlite3.SQLITE_READONLY: "check the file's owner, and that the disk is not mounted read-only",
    sqlite3.SQLITE_PERM: "check the owner of the file and of its folder",
    sqlite3.SQLITE_CANTOPEN: "check that its folder exists, has space and belongs to the bridge's user",
    sqlite3.SQLITE_BUSY: _LOCKED,
    sqlite3.SQLITE_LOCKED: _LOCKED,
}


_PASSING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})


class StoreDamaged(RadiobridgeError):
    """The file is no sound database any more: begin a new one."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """An error of SQLite inside leaves as OutboxFull or StoreDamaged."""
    try:
        yield
    except sqlite3.Error as error:
        code = _code(error)
        if code in _DAMAGED:
            raise StoreDamaged(str(error)) from error
        advice = _ADVICE.get(code, "try another [outbox] file, and report this")
        raise OutboxFull(f"{path}: {error}; {advice}") from error


def will_pass(error: RadiobridgeError) -> bool:
    """True when the open file is sound and the same write may work later; else open it again."""
    return isinstance(error.__cause__, sqlite3.Error) and _code(error.__cause__) in _PASSING


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
