"""Numbers and letters as people say them on the air: from words to identifiers and back.

Words are those that `phrases` makes of a text: in lower case, each Chinese character by itself. Identifiers
are capital letters and digits, their leading zeros kept. What each language understands, and where it is
strict, stands at the head of its file; docs/spoken-numbers.md has it for users.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from radiobridge.speech.numbers import chinese, english, korean, numerals
from radiobridge.speech.numbers.latin import Way, with_x_ray

MOST_WORDS = 24
"""An identifier of more words is none; it is far more than people say in one breath."""


@dataclass(frozen=True, slots=True)
class _Speech:
    """One language: `readings` and `spoken` as below, without the limits; `words` is its vocabulary."""

    readings: Callable[[Way], frozenset[str]]
    spoken: Callable[[str], Iterator[Way]]
    words: tuple[str, ...]


_MANDARIN = _Speech(chinese.readings, partial(chinese.spoken, cantonese=False), chinese.WORDS)
_CANTONESE = _Speech(chinese.readings, partial(chinese.spoken, cantonese=True), chinese.WORDS)
_SPEECHES = {
    "en": _Speech(english.readings, english.spoken, english.WORDS),
    "ko": _Speech(korean.readings, korean.spoken, korean.WORDS),
    "zh": _MANDARIN,
    "cmn": _MANDARIN,
    "yue": _CANTONESE,
    "zh-yue": _CANTONESE,
    "zh-hk": _CANTONESE,
}
_NUMERALS = _Speech(numerals.readings, numerals.spoken, numerals.WORDS)


def _speech(language: str) -> _Speech:
    tag = language.casefold()
    return _SPEECHES.get("-".join(tag.split("-")[:2])) or _SPEECHES.get(tag.split("-")[0], _NUMERALS)


def readings(words: Sequence[str], language: str) -> frozenset[str]:
    """The identifiers that the words, all of them in their order, can stand for; empty if they are none."""
    if not 0 < len(words) <= MOST_WORDS:
        return frozenset()
    return _speech(language).readings(with_x_ray(words))


def number_words(language: str) -> tuple[str, ...]:
    """Every word that may be part of a spoken number or letter: what a grammar must hold."""
    return _speech(language).words


def spoken(identifier: str, language: str) -> tuple[Way, ...]:
    """The ways in which the identifier (digits, Latin letters, or both) is said, the most usual first.

    Each of them reads back as the identifier; none if it has other characters or is too long.
    """
    said = identifier.upper()
    if not said or not (said.isascii() and said.isalnum()):
        return ()
    ways = dict.fromkeys(_speech(language).spoken(said))
    return tuple(way for way in ways if said in readings(way, language))
