"""Where settings come from: the TOML file, and the CSV files whose rows join its tables.

Rows of a CSV file stand behind those of the TOML file, so that whoever checks the tables sees one list; here
it is known which file and line each came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from radiobridge.errors import CellMistake, Mistake
from radiobridge.settings.columns import Columns
from radiobridge.settings.lines import Lines, Place
from radiobridge.settings.post import PostSettings
from radiobridge.settings.sheet import Sheet, read_sheet
from radiobridge.settings.unit import UnitSettings

ROSTER_COLUMNS = {"post": Columns(PostSettings), "unit": Columns(UnitSettings)}
"""Of the tables that a CSV file may have rows of."""
_KEYS = {"post": "posts", "unit": "units"}
"""Key of `[roster]` that names the file."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A mistake or remark by the place of its key; `expected` says what would be right.

    `other` is the place of a second key that it collides with.
    """

    place: Place
    expected: str
    other: Place | None = None


class Sources:
    """The files of one state of the settings. Rows of `[roster]` files are added to `table`."""

    def __init__(self, path: Path, lines: Lines, table: dict[str, Any]) -> None:
        self._path = path
        self._lines = lines
        self._sheets: dict[str, tuple[int, Sheet]] = {}
        roster = table.get("roster")
        for name, key in _KEYS.items():
            file = roster.get(key) if isinstance(roster, dict) else None
            own = table.get(name, [])
            if isinstance(file, str) and isinstance(own, list):
                sheet = read_sheet(path.parent / Path(file).expanduser(), ROSTER_COLUMNS[name], name)
                self._sheets[name] = (len(own), sheet)
                table[name] = [*own, *sheet.rows]

    @property
    def mistakes(self) -> list[Mistake]:
        """What is wrong with the CSV files themselves, and with cells that cannot be read."""
        return [mistake for _, sheet in self._sheets.values() for mistake in sheet.mistakes]

    @property
    def broken(self) -> frozenset[str]:
        """The tables that are not whole because of that."""
        return frozenset(name for name, (_, sheet) in self._sheets.items() if not sheet.is_whole)

    @property
    def remarks(self) -> list[Finding]:
        """What is to be said of files that can be used."""
        why = (
            "is not UTF-8 and was read as GB18030: see in `radiobridge roster` whether its names are right, "
            "or save it as CSV UTF-8"
        )
        return [
            Finding(("roster", _KEYS[name]), why)
            for name, (_, sheet) in self._sheets.items()
            if sheet.is_gb18030
        ]

    def is_said(self, finding: Finding) -> bool:
        """Whether it only follows from what is wrong with a file or a cell."""
        match finding.place:
            case (str(name), int(index), str(key), *_) if name in self._sheets:
                first, sheet = self._sheets[name]
                return index >= first and (key in sheet.lacking or (index - first, key) in sheet.spoilt)
        return False

    def in_order(self, findings: Iterable[Finding], more: Iterable[Mistake] = ()) -> list[Mistake]:
        """All of them with file and line, in the order of the files."""
        files = [str(self._path), *(str(sheet.path) for _, sheet in self._sheets.values())]
        told = [*map(self._mistake, findings), *more]
        return sorted(told, key=lambda m: (files.index(m.file), m.line or 0, m.key))

    def _mistake(self, finding: Finding) -> Mistake:
        file, line, key, is_cell = self._where(finding.place)
        expected = finding.expected
        if finding.other:
            other_file, other_line, _, _ = self._where(finding.other)
            there = f"on line {other_line}" if other_file == file else f"in {other_file}, line {other_line}"
            expected += f" (the other is {there})"
        return (CellMistake if is_cell else Mistake)(file, line, key, expected)

    def _where(self, place: Place) -> tuple[str, int | None, str, bool]:
        """File, line and name of the key or cell, and whether it is a cell."""
        match place:
            case (str(name), int(index), *rest) if name in self._sheets:
                first, sheet = self._sheets[name]
                if index >= first:
                    heading = ".".join(part for part in rest if isinstance(part, str))
                    return str(sheet.path), sheet.lines[index - first], heading, True
        return str(self._path), self._lines.find(place), _dotted(place), False


def _dotted(place: Place) -> str:
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
