"""Which line of a TOML file a key stands on.

The standard parser gives values without their places, and a mistake without a line is hard to find
in a file of 33 posts. This reads table headers and keys only, of a text that parsed already.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)([^\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_QUOTES = ('"""', "'''")


def _parts(dotted: str) -> list[str]:
    """The names of a dotted key, unquoted."""
    table = tomllib.loads(f"{dotted} = 0")
    names = []
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        names.append(name)
    return names


class Lines:
    """The places of a text's keys; `find` gives the line of a key or of what encloses it."""

    def __init__(self, text: str) -> None:
        self._line: dict[Place, int] = {}
        self._tables: Counter[tuple[str, ...]] = Counter()
        here: Place = ()
        open_quotes = ""
        for number, line in enumerate(text.splitlines(), 1):
            if open_quotes:
                open_quotes = "" if open_quotes in line else open_quotes
                continue
            if header := _HEADER.match(line):
                here = self._enter(_parts(header[2].strip()), is_array=header[1] == "[[")
                self._line.setdefault(here, number)
            elif key := _KEY.match(line):
                self._note(here, _parts(key[1]), number)
                value = line[key.end() :]
                open_quotes = next((q for q in _QUOTES if value.count(q) % 2), "")

    def _enter(self, names: list[str], *, is_array: bool) -> Place:
        if is_array:
            self._tables[tuple(names)] += 1
        place: Place = ()
        for depth, name in enumerate(names, 1):
            place = (*place, name)
            count = self._tables[tuple(names[:depth])]
            if count:
                place = (*place, count - 1)
        return place

    def _note(self, here: Place, names: list[str], number: int) -> None:
        for depth in range(1, len(names) + 1):
            self._line.setdefault((*here, *names[:depth]), number)

    def find(self, place: Place) -> int | None:
        """The line of the key at `place`, or of the nearest table around it, or None."""
        while place:
            if place in self._line:
                return self._line[place]
            place = place[:-1]
        return None
