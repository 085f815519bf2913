"""Words as a recogniser gives them, and tables of what was said and what it means."""

from __future__ import annotations

from radiobridge.speech.numbers import readings
from radiobridge.speech.text import words_of


def read(text: str, language: str) -> set[str]:
    return set(readings(words_of(text), language))


def table(text: str) -> list[tuple[str, set[str]]]:
    """Of lines such as `one two = 12`, several a line apart by commas; `=` and two readings by `|`."""
    entries = [entry.split("=") for line in text.strip().splitlines() for entry in line.split(",")]
    return [(said.strip(), {each.strip() for each in meant.split("|")}) for said, meant in entries]


def lines(text: str) -> list[str]:
    return [entry.strip() for line in text.strip().splitlines() for entry in line.split(",")]
