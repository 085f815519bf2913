"""What the desk makes of what was heard: call-ins and alerts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from radiobridge.events.sending import Reply
from radiobridge.events.signals import Digit, Selcall, UnitId
from radiobridge.events.speech import Word, Words


class Source(StrEnum):
    """How an alert came in."""

    DTMF = "dtmf"
    VOICE = "voice"
    MDC1200 = "mdc1200"
    SELCALL = "selcall"
    """Five-tone, two-tone, tone burst, CTCSS or DCS."""
    TEXT = "text"
    """A code in an SMS or another text to the station."""
    CONTACT = "contact"
    """An alarm button, or another contact."""
    SUPERVISION = "supervision"
    """Nobody called: somebody who should have been heard from was not."""


class Certainty(StrEnum):
    """How sure the bridge is, in the words of OASIS CAP 1.2."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who speaks, as far as his radio and the settings tell; `post` is where he belongs."""

    unit: str | None = None
    """Id of the radio, where it sent one."""
    name: str = ""
    role: str | None = None
    phone: str | None = None
    post: str | None = None
    system: str = ""
    """In which the radio sent its id: `mdc1200`, `dtmf`, `ccir` …; '' where it sent none."""


@dataclass(frozen=True, slots=True)
class CallIn:
    """One transmission that held keys, other signals or words, whether or not they meant anything.

    Or a text that somebody wrote: then `channel` is the notifier, `written` the text, and there is no level.
    """

    id: str
    channel: str
    at: float
    duration_s: float
    level_dbfs: float | None
    digits: tuple[Digit, ...]
    signals: tuple[UnitId | Selcall, ...]
    utterances: tuple[Words, ...]
    speech_complete: bool
    alerts: tuple[str, ...]
    recording: str = ""
    caller: Caller = Caller()
    written: str = ""


@dataclass(frozen=True, slots=True)
class Amendment:
    """What became known of a call-in after it, and its alerts, went out.

    `by`: what it is known by: `key`, `vosk`, or another recogniser. `certainties`: of alerts that are more,
    or less, sure now. `text`: all that was said, empty where that is not news.
    """

    id: str
    channel: str
    at: float
    callin: str | None
    by: str
    certainties: dict[str, Certainty]
    language: str = ""
    text: str = ""
    words: tuple[Word, ...] = ()
    reply: Reply = field(default_factory=Reply)
    """What whoever called is told on the air."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that somebody must act on; `heard_at` is the end of the code's last tone or word."""

    id: str
    channel: str
    at: float
    heard_at: float
    type: str
    severity: str
    urgency: str
    certainty: Certainty
    status: str
    source: Source
    callin: str | None
    post: str | None
    fields: dict[str, str]
    text: dict[str, str]
    reply: Reply = field(default_factory=Reply)
    """What whoever called is told on the air."""
    unit: str | None = None
    """Id of the radio that called, where it sent one."""
    caller: Caller = Caller()
    """Who called; his post need not be the one that the alert speaks of."""
    recording: str = ""
    keys: str = ""
    digits: tuple[Digit, ...] = ()
    signal: UnitId | Selcall | None = None
    phrase: str = ""
    language: str = ""
    confidence: float | None = None
