"""`[recordings]`: whether, where and how long the sound of transmissions is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from radiobridge.settings.table import Table


def _prefix(value: str) -> str:
    """An address that ends in a slash, so that the names of files can follow."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"{value!r} is not the address of a folder such as https://host/recordings/")
    return value if value.endswith("/") else f"{value}/"


class RecordingSettings(Table):
    """`[recordings]`: each transmission as a FLAC file."""

    enabled: bool = True
    """False: no sound is kept; what is there already stays."""
    dir: Path | None = None
    """Folder of the recordings; default: recordings in the state folder."""
    keep_days: int = Field(30, ge=1, le=3660)
    """Days after which a recording is removed."""
    max_mb: int = Field(4000, ge=100, le=100_000_000)
    """Size of all recordings in megabytes; beyond it the oldest are removed."""
    keep_free_mb: int = Field(1000, ge=10, le=100_000_000)
    """Megabytes that stay free on their disk: below this the oldest are removed, then recording stops."""
    url: Annotated[str, AfterValidator(_prefix)] | None = None
    """Where a web server shows the folder; messages then carry a link to each recording."""
