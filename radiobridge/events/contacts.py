"""Contacts: alarm buttons and whatever else closes a circuit, and how each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ContactState(StrEnum):
    """How a contact is."""

    RESTING = "resting"
    PRESSED = "pressed"
    FAULT = "fault"
    """Neither: its line is cut or shorted."""


@dataclass(frozen=True, slots=True)
class ContactRead:
    """A contact is so since `at` (UTC seconds); also a sign of life where nothing has changed."""

    name: str
    at: float
    state: ContactState


@dataclass(frozen=True, slots=True)
class ContactKept:
    """What is remembered of a contact; times UTC seconds, None where it never was."""

    name: str
    since: float
    """Since when it is known to the station."""
    state: ContactState = ContactState.RESTING
    seen_at: float | None = None
    """When it last gave a sign of life."""
    pressed_at: float | None = None
    tested_at: float | None = None
    """When it was last seen to work: pressed in a test, in a drill, or in earnest."""
