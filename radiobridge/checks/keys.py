"""Keys that mean something by themselves must not be the beginning of a code."""

from __future__ import annotations

from radiobridge.dispatch.codebook import Pattern
from radiobridge.dispatch.keypad_test import codes_and_test
from radiobridge.settings import Finding, Place, Settings


def begins_a_code(place: Place, keys: str, settings: Settings) -> list[Finding]:
    """The first code that begins with one of the keys at `place`."""
    for row in codes_and_test(settings):
        try:
            first = Pattern.parse(row.keys).keys[0]
        except ValueError:
            continue  # said with the codes
        if shared := sorted(first & {*keys}):
            return [Finding(place, f"the code {row.keys!r} begins with {shared[0]!r}: give another key here")]
    return []
