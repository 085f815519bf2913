"""The wire messages, version 1, as pydantic models: the single source of schemas and of AsyncAPI.

Every published field and its unit is described here and nowhere else. Times are RFC 3339 in UTC with
milliseconds. Unknown fields in what others send are ignored, so that a newer sender is understood.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from radiobridge.bus.command_messages import (
    AnyCommand,
    CommandAnswer,
    Receipt,
    ReplayCommand,
    SayCommand,
    SelfTestCommand,
)
from radiobridge.bus.envelope import Message
from radiobridge.bus.incident_messages import (
    INCIDENT_COMMANDS,
    AnyIncidentCommand,
    IncidentMessage,
    RefusedActionMessage,
    SirenMessage,
    StepMessage,
)
from radiobridge.bus.parts import (
    Evidence,
    HeardSignal,
    KeyedDigit,
    OfIncident,
    OtherReading,
    Place,
    Recording,
    SpokenWord,
)
from radiobridge.events import (
    Activity,
    Certainty,
    Condition,
    KeypadFault,
    Outcome,
    Source,
    TestResult,
    Verdict,
)
from radiobridge.moments import Time
from radiobridge.settings.models import Severity, Status, Urgency


class StationStatus(Message):
    """Whether the station is there; also its will, so the broker says `offline` when it dies."""

    topic = "status"
    retained = True

    kind: Literal["radiobridge.status/1"] = Field("radiobridge.status/1", alias="schema")
    state: Literal["online", "offline"]
    version: str
    """Version of radiobridge."""
    health: Condition
    """The worst condition of all parts."""
    since: Time
    """Since when the station is in this state."""
    waiting: int = 0
    """Messages in the outbox that have not left it."""


class PartHealth(Message):
    """The condition of one part of the station."""

    topic = "health/{part}"
    retained = True

    kind: Literal["radiobridge.health/1"] = Field("radiobridge.health/1", alias="schema")
    part: str
    """`channel/<name>`, `outbox`, `mqtt`, `broker`, `speech/<language>`, `settings`, `recordings`,
    `handsets` …"""
    condition: Condition
    why: str = ""
    """What is wrong and what to try, in one or two sentences; empty when ok."""
    since: Time
    """Since when the part is in this condition."""


class ChannelStatus(Message):
    """What a channel is doing."""

    topic = "channel/{channel}/state"
    retained = True
    qos = 0

    kind: Literal["radiobridge.channel/1"] = Field("radiobridge.channel/1", alias="schema")
    channel: str
    activity: Activity
    level_dbfs: float | None = None
    """Level of the last sound, dBFS RMS."""
    last_heard: Time | None = None
    """End of the last transmission."""


class TransmissionReport(Message):
    """A transmission began or ended."""

    topic = "channel/{channel}/transmission"
    qos = 0

    kind: Literal["radiobridge.transmission/1"] = Field("radiobridge.transmission/1", alias="schema")
    channel: str
    transmission: str
    """ULID of the transmission; the call-in that it becomes has the same."""
    phase: Literal["start", "end"]
    started: Time
    duration_s: float | None = None
    level_dbfs: float | None = None
    """Mean level, dBFS RMS, hang time left out."""
    peak_dbfs: float | None = None
    cut: bool | None = None
    """True when it reached the longest allowed length and was cut."""
    recording: Recording | None = None
    """Complete soon after the end of the transmission."""


class PartialTranscript(Message):
    """The words of a transmission so far."""

    topic = "channel/{channel}/partial"
    qos = 0

    kind: Literal["radiobridge.partial/1"] = Field("radiobridge.partial/1", alias="schema")
    channel: str
    transmission: str
    text: str


class CallInMessage(Message):
    """A transmission that held keys, other signals or words, whether or not they meant anything."""

    topic = "callin"

    kind: Literal["radiobridge.callin/1"] = Field("radiobridge.callin/1", alias="schema")
    channel: str
    started: Time
    duration_s: float
    level_dbfs: float
    """Mean level, dBFS RMS, hang time left out."""
    unit: str | None = None
    """Id of the radio, where it sent one."""
    keys: str
    """What was keyed, one character a key."""
    digits: tuple[KeyedDigit, ...] = ()
    signals: tuple[HeardSignal, ...] = ()
    text: str
    """What was said."""
    language: str | None = None
    words: tuple[SpokenWord, ...] = ()
    alternatives: tuple[OtherReading, ...] = ()
    """What its utterances that are not sure may have been besides, those of each the likeliest first."""
    speech_complete: bool
    """False when the recogniser could not keep up, and some sound was left out."""
    alerts: tuple[str, ...] = ()
    """Ids of the alerts that it raised."""
    recording: Recording | None = None
    """Complete about a second after the end of the transmission."""


class AlertMessage(Message):
    """Something that somebody must act on: the one topic that most subscribers want."""

    topic = "alert"

    kind: Literal["radiobridge.alert/1"] = Field("radiobridge.alert/1", alias="schema")
    type: str
    """From the codebook: emergency, fire, medical, intruder …"""
    severity: Severity
    """OASIS CAP 1.2, as are urgency, certainty and status."""
    urgency: Urgency
    certainty: Certainty
    status: Status
    channel: str
    heard: Time
    """When its last key or word ended on the air."""
    source: Source
    post: Place | None = None
    unit: str | None = None
    """Id of the radio that called, where it sent one."""
    fields: dict[str, str] = Field(default_factory=dict)
    """The fields of the code that was keyed."""
    text: dict[str, str]
    """What happened, by language."""
    callin: str | None = None
    """Id of the call-in that raised it."""
    incident: OfIncident | None = None
    """The incident that it opened or joined."""
    evidence: Evidence
    recording: Recording | None = None
    """The call's sound; the alert goes out before it is complete."""


class AmendedMessage(Message):
    """What became known of a call-in after it, and its alerts, went out."""

    topic = "amended"

    kind: Literal["radiobridge.amended/1"] = Field("radiobridge.amended/1", alias="schema")
    channel: str
    callin: str | None = None
    """Id of the call-in."""
    by: str
    """What it is known by: `key` (the caller confirmed it), `vosk` (a free decoding), another recogniser."""
    certainties: dict[str, Certainty] = Field(default_factory=dict)
    """How sure alerts are now, by their ids; only those that are more, or less, sure than before."""
    text: str = ""
    """All that was said; empty where that is not news."""
    language: str | None = None
    words: tuple[SpokenWord, ...] = ()


class KeypadTestMessage(Message):
    """An operator asked by the code of the keypad test how well the station hears his handset."""

    topic = "keypad-test"

    kind: Literal["radiobridge.keypad-test/1"] = Field("radiobridge.keypad-test/1", alias="schema")
    test: str
    """Id of the first message about this test; a later one has more keys and replaces those before it."""
    channel: str
    started: Time
    """Start of its first key."""
    handset: str
    """The name under which it is kept: the unit, `post <id>`, or `unknown on <channel>`."""
    unit: str | None = None
    """Id that the handset sent, or else the one that was keyed in the code."""
    post: Place | None = None
    callin: str
    """Id of the call-in with its last keys."""
    keys: str
    """What was heard, one character a key."""
    digits: tuple[KeyedDigit, ...]
    row: str = ""
    """The row of keys that was gone through, empty where it was none."""
    missing: str = ""
    """Keys of the row that were not heard."""
    level_dbfs: float
    """Median of the keys, as are snr_db, twist_db and key_s."""
    snr_db: float
    twist_db: float
    key_s: float
    """Length of a key."""
    verdict: Verdict
    faults: tuple[KeypadFault, ...] = ()
    text: dict[str, str]
    """The result in a sentence that may be said on the air, by language."""
    advice: dict[str, tuple[str, ...]]
    """What to do about each fault, by language, in the order of `faults`."""


class AnnouncementMessage(Message):
    """An announcement or a relay was sent on the air, or will not be."""

    topic = "channel/{channel}/announcement"

    kind: Literal["radiobridge.announcement/1"] = Field("radiobridge.announcement/1", alias="schema")
    channel: str
    announcement: str
    """ULID of the announcement."""
    outcome: Outcome
    sent: Time | None = None
    """When its first sound left; only where it was on the air."""
    held_s: float | None = None
    """How long PTT was held for it."""
    why: str = ""
    """What went wrong and what to try; empty when it was sent."""
    cause: str | None = None
    """Id of the alert, call-in or command that it answers, or of the transmission that was relayed."""
    relayed_from: str | None = None
    """The channel whose transmission it was; only for a relay."""


class SelfTestMessage(Message):
    """What became of a channel's last over-the-air self-test."""

    topic = "self-test/{channel}"
    retained = True

    kind: Literal["radiobridge.self-test/1"] = Field("radiobridge.self-test/1", alias="schema")
    channel: str
    """The channel that sent."""
    heard_on: str
    """The channel that had to hear it."""
    ended: Time
    result: TestResult
    keys: str
    """What was sent."""
    heard: str
    """What was heard meanwhile."""
    level_dbfs: float | None = None
    """The least of the keys that were heard, as is snr_db."""
    snr_db: float | None = None
    why: str = ""
    """What went wrong and what to try; empty when it passed."""


PUBLISHED: tuple[type[Message], ...] = (
    StationStatus,
    PartHealth,
    ChannelStatus,
    TransmissionReport,
    PartialTranscript,
    CallInMessage,
    AlertMessage,
    AmendedMessage,
    KeypadTestMessage,
    AnnouncementMessage,
    SelfTestMessage,
    IncidentMessage,
    StepMessage,
    RefusedActionMessage,
    SirenMessage,
    CommandAnswer,
)
ACCEPTED: tuple[type[Receipt | AnyCommand | AnyIncidentCommand], ...] = (
    Receipt,
    ReplayCommand,
    SayCommand,
    SelfTestCommand,
    *INCIDENT_COMMANDS,
)
