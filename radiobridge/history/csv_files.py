"""A report as CSV files that a spreadsheet opens by a double click."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from radiobridge.errors import RadiobridgeError
from radiobridge.history.sections import Cell, Column, Section, Unit

_ENCODING = "utf-8-sig"
"""Without the mark at its beginning Excel takes Chinese for something else."""
_DECIMALS = 4
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Source: OWASP, CSV injection: what a spreadsheet takes for the beginning of a formula."""


def write_csv(folder: Path, sections: Sequence[Section], period: str) -> list[Path]:
    """A file for each section is in the folder, such as 2026-11-summary.csv; the files.

    Times are in seconds, shares from 0 to 1, both as numbers with a decimal point.

    Raises:
        RadiobridgeError: they cannot be written.
    """
    files = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for section in sections:
            path = folder / f"{period}-{section.id}.csv"
            with path.open("w", encoding=_ENCODING, newline="") as file:
                rows = csv.writer(file)
                rows.writerow([_heading(column) for column in section.columns])
                rows.writerows([[_plain(cell) for cell in row] for row in section.rows])
            files.append(path)
    except OSError as error:
        raise RadiobridgeError(
            f"{error.filename or folder}: cannot be written: {error.strerror}; name another folder in --csv"
        ) from error
    return files


def _heading(column: Column) -> str:
    unit = {Unit.SECONDS: " (s)", Unit.SHARE: " (share)", Unit.CHANGE: " (change)"}.get(column.unit, "")
    return str(_plain(column.name)) + unit


def _plain(cell: Cell) -> Cell:
    """The cell as it goes into the file; a text that would be a formula is one no more."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return round(cell, _DECIMALS) if isinstance(cell, float) else cell
