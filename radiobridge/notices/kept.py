"""A notice as it is kept: how far it is, and with which others it was handed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiobridge.events import Notice


class NoticeState(StrEnum):
    """How far a notice is."""

    WAITING = "waiting"
    TAKEN = "taken"
    """The notifier has it, and it has not gone out."""
    SENT = "sent"
    """It has gone out, and may be reported as delivered."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Kept:
    """`unit` is the id under which it is handed over, with others for the same address; None: not yet."""

    notice: Notice
    state: NoticeState = NoticeState.WAITING
    unit: str | None = None
