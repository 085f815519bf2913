"""Brings a database to the tables of this version, and refuses one of a newer version."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from radiobridge.errors import RadiobridgeError

VERSION_TABLE = "radiobridge_history_version"
"""A name of its own: a PostgreSQL database may have others that use Alembic."""


class HistoryUnusable(RadiobridgeError):
    """The database cannot be opened, read or written: say so, and go on without it."""


def migrate(db: Connection, name: str, to: str = "head") -> None:
    """The tables in `db`, inside its transaction, are those of revision `to`; `name` is for people.

    Raises:
        HistoryUnusable: a newer radiobridge has made them.
        SQLAlchemyError: it does not work.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    _refuse_newer(db, scripts, name)

    def steps(heads: str | tuple[str, ...], _: MigrationContext) -> list[RevisionStep]:
        return list(scripts._upgrade_revs(to, heads))  # type: ignore[arg-type]  # noqa: SLF001  Alembic's documented way

    with EnvironmentContext(config, scripts, fn=steps) as environment:
        environment.configure(connection=db, version_table=VERSION_TABLE)
        environment.run_migrations()


def _refuse_newer(db: Connection, scripts: ScriptDirectory, name: str) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    found = MigrationContext.configure(db, opts={"version_table": VERSION_TABLE}).get_current_heads()
    for revision in found:
        if revision not in known:
            raise HistoryUnusable(
                f"{name}: its tables (version {revision}) are of a newer radiobridge; this one knows "
                f"versions up to {max(known)}: install the newer one again, or name another database in "
                "[history] url"
            )
