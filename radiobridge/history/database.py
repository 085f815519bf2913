"""The database of the history: SQLite, or whatever SQLAlchemy reaches by a URL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from radiobridge.errors import MissingPart
from radiobridge.history.migrating import HistoryUnusable, migrate

_BUSY_S = 10.0
"""A report may wait for the station's own writing, which takes milliseconds."""
_LOCK_TIMEOUT = text(f"SET LOCAL lock_timeout = '{_BUSY_S:.0f}s'")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_POSTGRESQL_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""Seconds, and milliseconds: a network that is cut is noticed. Source: PostgreSQL, libpq, 34.1.2."""
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """The database at `url`, with its tables; connections are opened for each piece of work.

    Raises:
        HistoryUnusable: it cannot be opened, or is of a newer version.
        MissingPart: the driver that the URL needs is not installed.
    """

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.name = self._url.render_as_string(hide_password=True)
        """The URL without its password."""
        self._engine = self._made()
        with self.transaction(alone_in="tables") as db:
            migrate(db, self.name)

    @contextmanager
    def transaction(self, *, alone_in: str = "") -> Iterator[Connection]:
        """A transaction, which is kept when the block ends well. Raises HistoryUnusable.

        `alone_in`: others that name the same wait for its end. (In SQLite all wait for each other.)
        """
        try:
            with self._engine.begin() as db:
                if alone_in and db.dialect.name == "postgresql":
                    db.execute(_LOCK_TIMEOUT)
                    db.execute(_LOCK, {"name": f"radiobridge {alone_in}"})
                yield db
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise HistoryUnusable(f"{self.name}: {_reason(error)}; {self._advice()}") from error

    def close(self) -> None:
        """Nothing of it is open."""
        self._engine.dispose()

    def _made(self) -> Engine:
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        try:
            if file:
                Path(file).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self._url, poolclass=NullPool, connect_args=_patience(self._url))
        except ModuleNotFoundError as error:
            hint = "'radiobridge[postgresql]'" if "psycopg" in str(error) else str(error.name)
            raise MissingPart(f"{self.name}: {error}; try: pip install {hint}") from error
        except NoSuchModuleError as error:
            raise MissingPart(
                f"{self.name}: SQLAlchemy has no {self._url.drivername!r}; write sqlite:///FILE or "
                "postgresql://USER@HOST/DATABASE, or install its driver"
            ) from error
        except (SQLAlchemyError, OSError) as error:
            raise HistoryUnusable(f"{self.name}: {_reason(error)}; {self._advice()}") from error
        if file:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _advice(self) -> str:
        if self._url.get_backend_name() == "sqlite":
            return "check the file's owner and its disk, and run this as the user of the service"
        return "check [history] url, that the server runs, and that this user may make tables there"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The text is not repeated: there may be a password in it.
        raise HistoryUnusable(
            "[history] url is no URL of a database; write sqlite:///FILE or postgresql://USER@HOST/DATABASE"
        ) from error
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise HistoryUnusable(f"{parsed}: a history in memory is lost at once; write sqlite:///FILE")
    return parsed.set(drivername=_DRIVERS.get(parsed.drivername, parsed.drivername))


def _patience(url: URL) -> dict[str, float]:
    """How long the driver waits; what the URL itself says goes before it."""
    if url.get_backend_name() == "sqlite":
        return {"timeout": _BUSY_S}
    if url.drivername != "postgresql+psycopg":
        return {}
    return {key: value for key, value in _POSTGRESQL_PATIENCE.items() if key not in url.query}


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # Python's sqlite3 would begin transactions late, and none for changes of tables.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")
    # What is erased is overwritten; Debian's SQLite does so anyway.
    connection.execute("PRAGMA secure_delete = ON")


def _begin_sqlite(db: Connection) -> None:
    db.exec_driver_sql("BEGIN IMMEDIATE")


def _reason(error: Exception) -> str:
    """What the database itself says, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())
