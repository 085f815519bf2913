"""CSV files as spreadsheets write them: read whole, with every mistake and the cell that it stands in.

Excel writes UTF-8 with a byte order mark, UTF-16 with tabs, or the code page of its country, GB18030 in
China; it separates by commas, or by semicolons where the comma is the decimal sign. It also makes numbers of
ids and telephone numbers, which must not go unnoticed.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from radiobridge.errors import CellMistake, Mistake
from radiobridge.settings.columns import Column, Columns

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""Beginnings of .xlsx, .ods and .xls."""
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How people keep Excel from making a number of it."""
_MADE_A_NUMBER = re.compile(r"-?\d([.,]\d+)?E\+\d+")
_BROKEN_FORMULAS = frozenset(
    ("#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)
_LOST = re.compile(r"[?\s]*\?[?\s]*|.*\ufffd.*")
"""What is left of letters that a code page does not have."""
_HIDDEN = frozenset(("Cc", "Cf", "Co", "Zl", "Zp"))
"""Unicode categories: control characters, invisible ones, and those that only one machine knows."""


@dataclass(slots=True)
class Sheet:
    """What a file says: its rows as a table has them, the line of each, and what is wrong with the file."""

    path: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    spoilt: set[tuple[int, str]] = field(default_factory=set)
    """Row and key of cells that cannot be used: said already."""
    lacking: list[str] = field(default_factory=list)
    """Keys that must be given and have no column: said once, and not for each row."""
    is_whole: bool = True
    """No row is missing, and no column: what is not there is not there."""
    is_gb18030: bool = False

    def refuse(self, line: int | None, heading: str, why: str) -> None:
        """Something in the file is wrong, so that rows or columns are missing."""
        self.is_whole = False
        self.mistakes.append(CellMistake(str(self.path), line, heading, why))

    def refuse_cell(self, line: int, column: Column, why: str) -> None:
        """A cell of the row that is read is wrong; it stays there, and nothing more is said of it."""
        self.mistakes.append(CellMistake(str(self.path), line, column.heading, why))
        self.spoilt.add((len(self.rows), column.key))


def read_sheet(path: Path, columns: Columns, table: str) -> Sheet:
    """The file as rows of `table`, as far as it can be read; nothing is raised."""
    sheet = Sheet(path)
    text = _text(sheet, table)
    if text is None:
        return sheet
    if not text.strip():
        sheet.refuse(None, "", f"is empty; `radiobridge roster --template {table}s` writes what to fill in")
        return sheet
    records = _records(sheet, text)
    line, headings = next(records, (1, []))
    known = _columns(sheet, line, headings, columns)
    nameless = [place for place, heading in enumerate(headings) if not heading.strip()]
    has_nameless = False
    for row_line, cells in records:
        full = {place for place, cell in enumerate(cells) if cell.strip()}
        has_nameless = has_nameless or not full.isdisjoint(nameless)
        if full:
            if max(full) < len(headings):
                _add_row(sheet, row_line, cells, known)
            else:
                sheet.refuse(row_line, "", _too_many(cells, headings))
    if has_nameless:
        sheet.refuse(line, "", "a column has cells and no heading")
    if not sheet.rows and not sheet.mistakes:
        sheet.refuse(None, "", f"has no {table} below its first row")
    return sheet


def _too_many(cells: Sequence[str], headings: Sequence[str]) -> str:
    """What to say of a row whose cells stand in the wrong columns."""
    return (
        f"has {len(cells)} cells, the first row {len(headings)}: put a cell with a separator in it in quotes"
    )


def _text(sheet: Sheet, table: str) -> str | None:
    try:
        content = sheet.path.read_bytes()
    except FileNotFoundError:
        sheet.refuse(
            None, "", f"no such file; `radiobridge roster --template {table}s` writes one to fill in"
        )
        return None
    except OSError as error:
        sheet.refuse(None, "", f"cannot be read: {error.strerror}")
        return None
    if content.startswith(_WORKBOOKS):
        sheet.refuse(None, "", "is a workbook: save it as CSV UTF-8 in the spreadsheet")
        return None
    return _decoded(sheet, content)


def _decoded(sheet: Sheet, content: bytes) -> str | None:
    encoding = "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        sheet.refuse(line, "", "neither UTF-8 nor GB18030 text: save it as CSV UTF-8")
        return None
    sheet.is_gb18030 = True
    return text


def _records(sheet: Sheet, text: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line that it begins on; a quote that stays open ends them."""
    first = text.lstrip("\r\n").splitlines()[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = f"not CSV from here on: {error}; write a quote in a cell twice, and the cell in quotes"
            sheet.refuse(line, "", why)
            return
        if record:
            yield line, record


def _separator(first_line: str) -> str:
    """What separates the headings; none has it inside."""
    return max(",;\t", key=first_line.count)


def _columns(sheet: Sheet, line: int, headings: Sequence[str], columns: Columns) -> list[tuple[int, Column]]:
    """The columns that can be read, by their places; what is wrong with the others is said."""
    known: dict[Column, int] = {}
    for place, heading in enumerate(headings):
        if not heading.strip():
            continue
        try:
            column = columns.column(heading)
        except ValueError as error:
            sheet.refuse(line, heading.strip(), str(error))
            continue
        if column in known:
            sheet.refuse(line, column.heading, "stands twice")
        known.setdefault(column, place)
    keys = {column.key for column in known}
    for key in columns.required:
        if key not in keys:
            sheet.lacking.append(key)
            ways = [column.heading for column in columns.all(("zh", "en")) if column.key == key]
            sheet.refuse(line, " or ".join(ways), "is missing; each row must have it")
    return [(place, column) for column, place in known.items()]


def _add_row(sheet: Sheet, line: int, cells: Sequence[str], known: Sequence[tuple[int, Column]]) -> None:
    row: dict[str, Any] = {}
    for place, column in known:
        cell = cells[place].strip() if place < len(cells) else ""
        if as_text := _AS_TEXT.fullmatch(cell):
            cell = as_text[1].strip()
        if why := _unusable(cell):
            sheet.refuse_cell(line, column, why)
        if cell:
            column.put(cell, row)
    sheet.rows.append(row)
    sheet.lines.append(line)


def _unusable(cell: str) -> str:
    """Why nobody can have meant this; '' where somebody can."""
    for character in cell:
        if unicodedata.category(character) in _HIDDEN:
            what = "a line break" if character in "\r\n" else f"a hidden character (U+{ord(character):04X})"
            return f"has {what} in {cell!r}: type it anew, in one line"
    if _LOST.fullmatch(cell):
        return f"{cell!r}: its letters were lost when it was saved; type it anew, and save as CSV UTF-8"
    if cell.startswith("=") or cell in _BROKEN_FORMULAS:
        return f"{cell!r} is a formula: copy its value in place of it"
    if _MADE_A_NUMBER.fullmatch(cell):
        return f"the spreadsheet made the number {cell} of it: make the column one of text, and type it anew"
    return ""


def sheet_text(columns: Columns, rows: Sequence[dict[str, Any]], languages: tuple[str, ...]) -> str:
    """The rows as a CSV file has them, headings first."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    used = columns.all(languages)
    writer.writerow([column.heading for column in used])
    writer.writerows([[column.cell(row) for column in used] for row in rows])
    return written.getvalue()
