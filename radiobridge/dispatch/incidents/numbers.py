"""The short numbers of incidents: keyed, said, and used again when nobody can mean the old one."""

from __future__ import annotations

from collections.abc import Container, Iterator
from itertools import chain, count


def next_number(taken: Container[int], last: int, digits: int) -> int:
    """The number after `last` that is free, round and round in so many digits; longer where all are taken."""
    most = int("9" * digits)
    round_trip = (*range(last + 1, most + 1), *range(1, min(last, most) + 1))
    numbers: Iterator[int] = chain(round_trip, count(most + 1))
    return next(number for number in numbers if number not in taken)
