"""Who is to be erased, and how the history knows him again without knowing him. Sans-IO.

The journal of incidents keeps its steps. So that it does not bring a name back that was erased, the history
keeps a salted digest of what was erased, and looks at each name that comes from the journal.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from radiobridge.history.records import IncidentRecord, ResponderRecord

ERASED = "erased"
"""Stands in place of a name or an id."""
Kind = Literal["unit", "name", "callin"]


@dataclass(frozen=True, slots=True)
class Person:
    """By what somebody is known: ids of radios, names, call-ins that he made."""

    units: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    callins: frozenset[str] = frozenset()

    def known_by(self) -> Iterator[tuple[Kind, str]]:
        """Each of them."""
        yield from (("unit", unit) for unit in sorted(self.units))
        yield from (("name", name) for name in sorted(self.names))
        yield from (("callin", callin) for callin in sorted(self.callins))


@dataclass(frozen=True, slots=True)
class Digest:
    """Something by which a person was known until he was erased `at` (UTC seconds)."""

    kind: str
    digest: str
    salt: str
    at: float

    @classmethod
    def of(cls, kind: Kind, value: str, at: float) -> Digest:
        """A new one, with a salt of its own."""
        salt = secrets.token_hex(16)
        return cls(kind, _digest(salt, kind, value), salt, at)

    def means(self, kind: Kind, value: str | None) -> bool:
        """Whether it was made of this."""
        return bool(value) and kind == self.kind and _digest(self.salt, kind, value or "") == self.digest


def without(incident: IncidentRecord, digests: Iterable[Digest]) -> tuple[IncidentRecord, int]:
    """The incident without those who were erased after it, and how many entries of them were in it."""
    known = [digest for digest in digests if digest.at >= incident.opened_at]
    if not known:
        return incident, 0
    count = 0
    if _is_erased(known, incident.caller_unit, incident.caller_name, incident.callin):
        count = 1
        incident = replace(
            incident,
            caller_name=ERASED,
            caller_unit=ERASED if incident.caller_unit else None,
            callin=ERASED if incident.callin else None,
        )
    responders: list[ResponderRecord] = []
    for each in incident.responders:
        if _is_erased(known, each.unit, each.name):
            count += 1
            responders.append(replace(each, name=ERASED, unit=ERASED if each.unit else None))
        else:
            responders.append(each)
    return replace(incident, responders=tuple(responders)), count


def _is_erased(digests: list[Digest], unit: str | None, name: str, callin: str | None = None) -> bool:
    return any(
        digest.means("unit", unit) or digest.means("name", name) or digest.means("callin", callin)
        for digest in digests
    )


def _digest(salt: str, kind: str, value: str) -> str:
    return hashlib.sha256(f"{salt}\0{kind}\0{value}".encode()).hexdigest()
