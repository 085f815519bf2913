"""Types of alert that something names: something must raise them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from radiobridge.near import did_you_mean
from radiobridge.settings import Finding, Place, Settings

_RAISING = frozenset({"alert", "code", "phrase", "signal", "check_in", "lone_worker", "contact"})


def types_raised(settings: Settings) -> set[str]:
    """All types that the settings know."""
    return {
        *settings.alert,
        *(each.alert for each in chain(settings.code, settings.phrase) if each.alert),
        *(each.alert for each in settings.signal),
        *(each.alert for each in settings.check_in if each.alert),
        *(each.alert for each in settings.lone_worker),
        *(each.alert for each in settings.contact),
    }


def unknown_type(place: Place, name: str, types: set[str], broken: frozenset[str]) -> Iterator[Finding]:
    """Nothing raises an alert of this type; not known where a table that may is broken."""
    if name not in types and not broken & _RAISING:
        yield Finding(place, f"nothing raises {name!r}{did_you_mean(name, types)}")
