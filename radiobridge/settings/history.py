"""`[history]`: where the history of incidents, check-ins and faults is kept, and for how long."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from radiobridge.settings.table import Table


def _url(value: SecretStr) -> SecretStr:
    """Something that begins as a URL does; the rest is SQLAlchemy's."""
    if not re.match(r"[a-z0-9]+(\+[a-z0-9_]+)?://", value.get_secret_value()):
        raise ValueError("is no URL of a database: sqlite:////FOLDER/FILE or postgresql://USER@HOST/DATABASE")
    return value


class HistorySettings(Table):
    """`[history]`: what reports are made of."""

    url: Annotated[SecretStr, AfterValidator(_url)] | None = None
    """Database as SQLAlchemy names it; default: SQLite, history.db in the state folder."""
    keep_days: int | None = Field(None, ge=1, le=36_600)
    """Days after which an entry is removed; default: none is ever removed."""
