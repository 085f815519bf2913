"""Latin letters and Arabic digits, as texts of any language have them, and the spelling alphabet.

An item is what one or more words stand for: a capital letter, or a word that is part of a number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, product

from radiobridge.spelling import ICAO_LETTERS

Way = tuple[str, ...]
"""How an identifier is said: its words in turn."""

LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

SPELLING = dict(zip(LETTERS, (word.lower().replace("-", "") for word in ICAO_LETTERS), strict=True))
"""The words as the standard spells them."""

COMMON_SPELLING = SPELLING | {"A": "alpha", "J": "juliet", "W": "whisky", "X": "x ray"}
"""The words as vocabularies have them. Source for Alpha and Juliet: US Federal Standard 1037C."""

PLAIN = {letter: letter.lower() for letter in LETTERS}

LETTER_OF = {
    word.replace(" ", ""): letter
    for table in (SPELLING, COMMON_SPELLING, PLAIN)
    for letter, word in table.items()
}

LETTER_WORDS = (*LETTER_OF, "ray")
"""What a grammar needs for letters; X-ray is two words where a vocabulary has no hyphens."""

_ORDINAL = re.compile(r"[0-9]+(?:st|nd|rd|th)")


def with_x_ray(words: Iterable[str]) -> tuple[str, ...]:
    """The words, with `x ray` as one."""
    joined: list[str] = []
    for word in words:
        if word == "ray" and joined[-1:] == ["x"]:
            joined[-1] = "xray"
        else:
            joined.append(word)
    return tuple(joined)


def written(word: str) -> tuple[str, ...]:
    """The items of `alpha`, `b`, `12` or `a12`; none for other words, also for `2nd`."""
    if word in LETTER_OF:
        return (LETTER_OF[word],)
    if not re.fullmatch("[a-z0-9]*", word) or word.isalpha() or _ORDINAL.fullmatch(word):
        return ()
    return tuple(re.findall("[A-Z]|[0-9]+", word.upper()))


def identifier(items: Iterable[str], number: Callable[[tuple[str, ...]], str]) -> str:
    """The letters as they are, and what `number` makes of the items between them; '' where it makes ''."""
    read = ""
    for is_letters, grouped in groupby(items, str.isupper):
        run = tuple(grouped)
        part = "".join(run) if is_letters else number(run)
        if not part:
            return ""
        read += part
    return read


def ways(
    said: str, letters: Sequence[dict[str, str]], number: Callable[[str], Sequence[Way]]
) -> Iterator[Way]:
    """The identifier with its letters by each table, and with its numbers in each way."""
    parts = re.findall("[A-Z]+|[0-9]+", said)
    numbers = {part: number(part) for part in parts if part.isdigit()}
    tables = letters if len(numbers) < len(parts) else letters[:1]
    for table, way in product(tables, range(max(map(len, numbers.values()), default=1))):
        words: list[str] = []
        for part in parts:
            if part.isdigit():
                words += numbers[part][min(way, len(numbers[part]) - 1)]
            else:
                words += " ".join(table[letter] for letter in part).split()
        yield tuple(words)
