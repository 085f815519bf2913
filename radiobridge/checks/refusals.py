"""What a rule of another room has against a value."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from radiobridge.settings import Finding, Place

T = TypeVar("T")


def refused(place: Place, rule: Callable[[T], object], value: T) -> list[Finding]:
    """What `rule` has against the value: the ValueError that it raises."""
    try:
        rule(value)
    except ValueError as error:
        return [Finding(place, str(error))]
    return []
