"""What is to be sent on a channel, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Priority(StrEnum):
    """What goes first where several announcements wait; the least urgent comes first."""

    BULLETIN = "bulletin"
    REPLY = "reply"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """A larger one goes first."""
        return list(Priority).index(self)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said to whoever called, or is called: tones, then words by language; empty: nothing is."""

    text: Mapping[str, str] = field(default_factory=dict)
    tones: str = ""
    selcalls: tuple[str, ...] = ()
    """Selective calls that open radios, before the tones."""

    def __bool__(self) -> bool:
        return bool(self.text or self.tones)


@dataclass(frozen=True, slots=True)
class Announcement:
    """Tones, words or both that somebody wants sent; `at` is when.

    `tones` is written as the settings write it (`attention`, `dtmf:*1#`), empty for none, as is each of
    `selcalls`; selective calls come first, then tones, then words. `text`: the words by language; `language`:
    that of whoever is answered, empty where unknown. `cause`: id of the alert that it answers, or of the
    command.
    """

    id: str
    channel: str
    at: float
    priority: Priority
    wait_s: float
    """How long it may wait for a free channel."""
    text: Mapping[str, str] = field(default_factory=dict)
    selcalls: tuple[str, ...] = ()
    tones: str = ""
    language: str = ""
    cause: str = ""
    hears_itself: bool = False
    """The channel listens to it meanwhile: a self-test over a loop-back."""


class Outcome(StrEnum):
    """What became of an announcement."""

    SENT = "sent"
    EXPIRED = "expired"
    """The channel was not free in time."""
    BROKEN_OFF = "broken-off"
    """The time-out timer ended it, or the station stopped."""
    REFUSED = "refused"
    """It must not be sent: hours, frequency, or longer than the time-out timer allows."""
    WITHDRAWN = "withdrawn"
    """Nobody needs it any more: it waited for a call to respond that somebody has taken."""
    FAILED = "failed"
    """The voice, the sound output or the radio failed."""


@dataclass(frozen=True, slots=True)
class AnnouncementEnded:
    """An announcement or a relay was sent, or will not be; `at` is when its first sample left, or now.

    `duration_s`: how long PTT was held for it; 0 where it was not. `why` says what went wrong, what to do.
    `cause`: id of what it answers, or of the transmission that was relayed from channel `relayed_from`.
    """

    id: str
    channel: str
    at: float
    outcome: Outcome
    duration_s: float = 0.0
    why: str = ""
    cause: str = ""
    relayed_from: str = ""
