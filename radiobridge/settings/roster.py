"""`[roster]`: posts and units in files of their own, as spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

from radiobridge.settings.table import Table


class RosterSettings(Table):
    """`[roster]`: CSV files whose rows join `[[post]]` and `[[unit]]`; relative to the settings file."""

    posts: Path | None = None
    units: Path | None = None
