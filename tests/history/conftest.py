"""The databases that a history can be in."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from tests.history.builders import url_in
from tests.postgresql import PASSWORD, postgresql

_numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The URL of a real PostgreSQL, without a database."""
    with postgresql() as port:
        yield f"postgresql://radiobridge:{quote(PASSWORD)}@127.0.0.1:{port}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "sqlite":
        return url_in(tmp_path)
    return new_database(request.getfixturevalue("server"))


def new_database(server: str) -> str:
    name = f"history{next(_numbers)}"
    engine = sa.create_engine(
        sa.make_url(f"{server}/postgres").set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as db:
        db.execute(sa.text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return f"{server}/{name}"
