"""The codebook: which keys mean which alert.

A code is a row of literal keys and fields of digits, so each has a fixed length. Codes are anchored at
the first key that can begin one, and no code may be the beginning of another: then a code counts the
moment its last key is heard, and never waits to see whether a longer one was meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from radiobridge.settings import CodeSettings

KEYS = "0123456789ABCD*#"
SECRET_FIELDS = ("pin", "otp")
"""What they hold is shown to nobody."""
SECRET_KEY = "•"  # noqa: S105  the opposite of one
"""Stands for a key that is part of one."""
_DIGITS = frozenset("0123456789")
_LONGEST_CODE = 64
_TOKEN = re.compile(r"\{([a-z][a-z0-9_]*):([1-9][0-9]?)\}|([0-9A-D*#])")


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a code's keys may be, position by position, and which positions are fields."""

    keys: tuple[frozenset[str], ...]
    fields: dict[str, slice]

    @classmethod
    def parse(cls, text: str) -> Pattern:
        """The pattern that `text` (`*1{post:2}#`) describes.

        Raises:
            ValueError: with what is wrong and what may stand there.
        """
        keys: list[frozenset[str]] = []
        fields: dict[str, slice] = {}
        at = 0
        while at < len(text):
            token = _TOKEN.match(text, at)
            if token is None:
                raise ValueError(
                    f"{text!r}: at {text[at:]!r}: a code is made of the keys 0-9 A-D * # and of fields "
                    "such as {post:2}, a name in small letters and a number of digits"
                )
            name, digits, key = token.groups()
            if key:
                keys.append(frozenset(key))
            elif name in fields:
                raise ValueError(f"{text!r}: the field {name!r} stands twice")
            else:
                fields[name] = slice(len(keys), len(keys) + int(digits))
                keys.extend([_DIGITS] * int(digits))
            at = token.end()
        if len(keys) > _LONGEST_CODE:
            raise ValueError(f"{text!r}: {len(keys)} keys; nobody keys more than {_LONGEST_CODE}")
        return cls(tuple(keys), fields)

    def begins_with(self, keyed: str) -> bool:
        """True if `keyed` may be the beginning of this code, or all of it."""
        return len(keyed) <= len(self.keys) and all(k in s for k, s in zip(keyed, self.keys, strict=False))

    def secrets_in(self, keyed: str) -> list[int]:
        """The places of `keyed` that are secret, if it begins as this code does up to its first secret."""
        places = [
            place
            for name, part in self.fields.items()
            if name in SECRET_FIELDS
            for place in range(part.start, part.stop)
        ]
        is_ours = bool(places) and len(keyed) > places[0] and self.begins_with(keyed[: places[0]])
        return [place for place in places if place < len(keyed)] if is_ours else []

    def values(self, keyed: str) -> dict[str, str]:
        """The fields of `keyed`, which is the whole code."""
        return {name: keyed[place] for name, place in self.fields.items()}


@dataclass(frozen=True, slots=True)
class CodeMatch:
    """A code was keyed: its index in the settings, the keys, and the fields' digits."""

    code: int
    keyed: str
    fields: dict[str, str]


class Codebook:
    """All codes of a station."""

    def __init__(self, codes: Sequence[CodeSettings]) -> None:
        self._patterns = [Pattern.parse(code.keys) for code in codes]

    def secret_keys(self, keyed: str) -> set[int]:
        """The places in `keyed` that are part of a PIN or a one-time code, or of one that was broken off."""
        return {
            start + place
            for pattern in self._patterns
            for start in range(len(keyed))
            for place in pattern.secrets_in(keyed[start:])
        }

    def step(self, keyed: str) -> tuple[str, CodeMatch | None]:
        """What of `keyed` may still become a code, and the code that its last key completed.

        Keys before a possible beginning are given up: a code begun again after a slip of the finger
        is heard.
        """
        for start in range(len(keyed)):
            rest = keyed[start:]
            for index, pattern in enumerate(self._patterns):
                if pattern.begins_with(rest):
                    if len(rest) == len(pattern.keys):
                        return "", CodeMatch(index, rest, pattern.values(rest))
                    return rest, None
        return "", None


def field_lengths(keys: str) -> dict[str, int] | None:
    """The fields of a code, each with its number of digits; None where the keys are no code."""
    try:
        fields = Pattern.parse(keys).fields
    except ValueError:
        return None
    return {name: part.stop - part.start for name, part in fields.items()}


def code_mistakes(codes: Sequence[CodeSettings]) -> list[tuple[int, str, int | None]]:
    """Every code that cannot stand, as (its index, why, the index of the code it collides with)."""
    found: list[tuple[int, str, int | None]] = []
    patterns: list[tuple[int, Pattern]] = []
    for index, code in enumerate(codes):
        try:
            pattern = Pattern.parse(code.keys)
        except ValueError as error:
            found.append((index, str(error), None))
            continue
        for other, before in patterns:
            if why := _collision(codes[other].keys, before, code.keys, pattern):
                found.append((index, why, other))
        patterns.append((index, pattern))
    return found


def _collision(a_text: str, a: Pattern, b_text: str, b: Pattern) -> str:
    if not all(x & y for x, y in zip(a.keys, b.keys, strict=False)):
        return ""
    if len(a.keys) == len(b.keys):
        return f"{b_text!r} and {a_text!r} can be the same keys"
    short, long = (a_text, b_text) if len(a.keys) < len(b.keys) else (b_text, a_text)
    return f"{short!r} is complete before {long!r} can be keyed to its end; begin or end one differently"


def lost_key_remarks(codes: Sequence[CodeSettings]) -> list[tuple[int, str, int]]:
    """Pairs of codes where losing the first keys of one leaves the other: (shorter, why, longer).

    The first key of a transmission is the one that a slow squelch cuts, so such a pair turns a badly
    heard code into another alert. It is allowed, and worth a remark.
    """
    patterns = [Pattern.parse(code.keys) for code in codes]
    return [
        (short, f"{codes[long].keys!r} with its beginning lost reads as {codes[short].keys!r}", long)
        for short, a in enumerate(patterns)
        for long, b in enumerate(patterns)
        if len(a.keys) < len(b.keys)
        and all(x & y for x, y in zip(a.keys, b.keys[-len(a.keys) :], strict=True))
    ]
