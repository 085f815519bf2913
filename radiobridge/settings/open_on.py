"""`open_on` of a channel's squelch: which sources open it, joined by `and` and `or`.

    carrier
    level or carrier
    (noise and voice) or dcs

`and` binds tighter than `or`. A mistake is told with what was found, what may stand there, and the nearest
name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from radiobridge.near import did_you_mean

SOURCES = ("carrier", "ctcss", "dcs", "level", "noise", "voice")
"""What a squelch can open on."""

_JOINTS = ("and", "or")
_TOKEN = re.compile(r"\w+|\S")


@dataclass(frozen=True, slots=True)
class AllOf:
    """Open while each part is."""

    parts: tuple[Opening, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Open while any part is."""

    parts: tuple[Opening, ...]


Opening: TypeAlias = str | AllOf | AnyOf
"""The name of a source, or parts that are joined."""


def sources_of(opening: Opening) -> set[str]:
    """The names of all sources in it."""
    if isinstance(opening, str):
        return {opening}
    return {name for part in opening.parts for name in sources_of(part)}


def parsed(text: str) -> Opening:
    """What `text` says.

    Raises:
        ValueError: it says nothing that can be understood.
    """
    reader = _Reader(text.lower())
    opening = reader.any_of()
    if reader.next:
        raise ValueError(reader.misplaced("the end"))
    return opening


class _Reader:
    """The words of the text, taken from left to right."""

    def __init__(self, text: str) -> None:
        self._words = _TOKEN.findall(text)
        self._at = 0

    @property
    def next(self) -> str:
        """The word that has not been taken yet; empty at the end."""
        return self._words[self._at] if self._at < len(self._words) else ""

    def any_of(self) -> Opening:
        """Parts between `or`."""
        parts = [self._all_of()]
        while self._took("or"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _all_of(self) -> Opening:
        parts = [self._one()]
        while self._took("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _one(self) -> Opening:
        if self._took("("):
            opening = self.any_of()
            if not self._took(")"):
                raise ValueError(self.misplaced(")"))
            return opening
        word = self.next
        if word in SOURCES:
            self._at += 1
            return word
        if word in (*_JOINTS, ")", ""):
            found = f"{word!r} stands" if word else "it ends"
            raise ValueError(f"{found} {self._after()}, where a source or ( may stand ({', '.join(SOURCES)})")
        near = did_you_mean(word, SOURCES)
        raise ValueError(f"no squelch source is called {word!r}{near}; there are: {', '.join(SOURCES)}")

    def misplaced(self, closing: str) -> str:
        """What to say of the next word, where a part of the expression is over."""
        found = f"{self.next!r} stands" if self.next else "it ends"
        near = did_you_mean(self.next, _JOINTS)
        return f"{found} {self._after()}, where 'and', 'or' or {closing} may stand{near}"

    def _after(self) -> str:
        return f"after {self._words[self._at - 1]!r}" if self._at else "at the beginning"

    def _took(self, word: str) -> bool:
        taken = self.next == word
        self._at += taken
        return taken
