"""Notices: short texts to people who carry no radio, by SMS or another service, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class NoticeOutcome(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    """The modem or the service took it; whether a person has it is not known."""
    DELIVERED = "delivered"
    """The recipient's telephone has it. Follows `sent`, where the network reports it."""
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    """It was not needed any more before it was sent."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A text for one address; `id` is a ULID, `at` UTC seconds.

    `address` is whatever the notifier sends to: a telephone number, the name of a service.
    """

    id: str
    at: float
    notifier: str
    address: str
    text: str
    title: str = ""
    cause: str = ""
    """Id of what it is about, such as an incident: with it the notice can be withdrawn."""


@dataclass(frozen=True, slots=True)
class NoticeEnded:
    """What became of a notice; `why` where it failed."""

    notice: Notice
    at: float
    outcome: NoticeOutcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class IncomingText:
    """A text that somebody sent to the station; `id` is a ULID, the same where it is told again."""

    id: str
    at: float
    notifier: str
    sender: str
    """The number or name that it came from, as the network says it."""
    text: str
