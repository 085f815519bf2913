"""Languages whose words are not known: what is written in Arabic digits is a number, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.speech.numbers.latin import Way

WORDS = tuple("0123456789")


def readings(words: Way) -> frozenset[str]:
    """The digits of all words together, if there is nothing else."""
    number = "".join(words)
    return frozenset({number} if number.isascii() and number.isdigit() else ())


def spoken(said: str) -> Iterator[Way]:
    """As it is written, and digit by digit."""
    yield (said,)
    yield tuple(said)
