"""The orders in which people go through all keys of a handset, and which keys of one were not heard."""

from __future__ import annotations

from collections.abc import Iterable

ROWS = ("123A456B789C*0#D", "123456789*0#", "1234567890*#")
"""Row by row with and without the fourth column, and in the order of the digits."""
_GONE_THROUGH = 0.6
"""Share of a row that must have been heard, in its order, to take it for the row that was meant. Somebody who
tries half the keypad and stops has not lost the other half."""


def row_of(heard: Iterable[str]) -> tuple[str, str]:
    """The row that was gone through and its keys that are missing, by the nearest of several readings.

    Both are empty where `heard` (each a text of keys) is no row, nor nearly one. Nearest is the pair with the
    fewest keys too many or too few.
    """
    best = ("", "")
    least: int | None = None
    for keys in heard:
        for row in ROWS:
            missing = _missing(row, keys)
            found = len(row) - len(missing)
            distance = len(missing) + len(keys) - found
            if found >= _GONE_THROUGH * len(row) and (least is None or distance < least):
                least = distance
                best = (row, missing)
    return best


def _missing(row: str, keys: str) -> str:
    """The keys of `row` that are left over when it is laid beside `keys` with the fewest gaps.

    `left[i][j]`: how many keys of row[i:] have no partner in keys[j:].
    """
    left = [[len(row) - i] * (len(keys) + 1) for i in range(len(row) + 1)]
    for i in range(len(row) - 1, -1, -1):
        for j in range(len(keys) - 1, -1, -1):
            left[i][j] = left[i + 1][j + 1] if row[i] == keys[j] else min(left[i + 1][j] + 1, left[i][j + 1])
    missing, i, j = "", 0, 0
    while i < len(row):
        if j < len(keys) and row[i] == keys[j]:
            i, j = i + 1, j + 1
        elif j < len(keys) and left[i][j] == left[i][j + 1]:
            j += 1
        else:
            missing += row[i]
            i += 1
    return missing
