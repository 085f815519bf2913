"""Notices on the bus, version 1: what became of each SMS or other text to people who carry no radio."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from radiobridge.bus.envelope import Message
from radiobridge.events import NoticeOutcome


class NoticeMessage(Message):
    """A notice was sent, delivered, or will not be."""

    topic = "notice"

    kind: Literal["radiobridge.notice/1"] = Field("radiobridge.notice/1", alias="schema")
    notice: str
    """ULID of the notice."""
    notifier: str
    """Name of the `[[notifier]]`."""
    address: str
    """Telephone number, or the name of a service."""
    outcome: NoticeOutcome
    why: str = ""
    """Why it failed and what to try; empty otherwise."""
    cause: str | None = None
    """Id of the incident or bulletin that it tells of, or `answer:` and the id of what it answers."""
    text: str
