"""The columns of a CSV file of the roster, and what a cell of each becomes in the table that it joins.

They follow from the table's own keys: a list stands in one cell, `a; b`; a text by language has a column for
each, `name.zh`; whatever else is a key has a column of its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, get_origin

from radiobridge.near import did_you_mean
from radiobridge.settings.table import Table

_SEPARATORS = re.compile(r"[;；]")
"""Of the items of a list; Chinese keyboards have the second."""
_OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {"latitude": "lat", "longitude": "lon", "neighbors": "neighbours"}
)
_EXAMPLES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key that its cells are for; `language` where that is a text by language."""

    key: str
    language: str = ""
    is_list: bool = False

    @property
    def heading(self) -> str:
        """As it stands in the first row."""
        return f"{self.key}.{self.language}" if self.language else self.key

    def put(self, cell: str, row: dict[str, Any]) -> None:
        """The cell, which is not empty, stands in the row of the table."""
        if self.language:
            row.setdefault(self.key, {})[self.language] = cell
        elif self.is_list:
            row[self.key] = [item.strip() for item in _SEPARATORS.split(cell) if item.strip()]
        else:
            row[self.key] = cell

    def cell(self, row: Mapping[str, Any]) -> str:
        """What stands for the row in this column; '' for nothing."""
        value = row.get(self.key)
        if self.language:
            value = (value or {}).get(self.language)
        if self.is_list:
            value = "; ".join(value or ())
        return "" if value is None else str(value)


class Columns:
    """The columns that the rows of a table may have."""

    def __init__(self, table: type[Table]) -> None:
        kinds = {name: get_origin(field.annotation) for name, field in table.model_fields.items()}
        self._by_language = [name for name, kind in kinds.items() if kind is dict]
        self._kinds = kinds
        self.required = [name for name, field in table.model_fields.items() if field.is_required()]

    def column(self, heading: str) -> Column:
        """The column of this heading, however it is written.

        Raises:
            ValueError: there is none; the message names the nearest and all that there are.
        """
        name, dot, language = heading.strip().partition(".")
        name = name.strip().lower()
        key = _OTHER_NAMES.get(name, name)
        if bool(dot) == (key in self._by_language) and key in self._kinds and bool(dot) == bool(language):
            tag, dash, region = language.strip().partition("-")
            return Column(key, tag.lower() + dash + region, self._kinds[key] is tuple)
        there = self.headings(_EXAMPLES)
        if key in self._by_language:
            ways = ", ".join(f"{key}.{language}" for language in _EXAMPLES)
            raise ValueError(f"needs a language: write {ways} …, a column for each")
        near = did_you_mean(heading.strip().lower(), [*there, *self._by_language])
        raise ValueError(f"unknown column{near} (there are: {', '.join(there)})")

    def all(self, languages: tuple[str, ...]) -> list[Column]:
        """Every column, texts in these languages."""
        return [
            Column(key, language, kind is tuple)
            for key, kind in self._kinds.items()
            for language in (languages if key in self._by_language else ("",))
        ]

    def headings(self, languages: tuple[str, ...]) -> list[str]:
        """The headings of every column."""
        return [column.heading for column in self.all(languages)]
