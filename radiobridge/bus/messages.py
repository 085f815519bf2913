"""The wire messages, version 1, as pydantic models: the single source of schemas and of AsyncAPI.

Every published field and its unit is described here and nowhere else. Times are RFC 3339 in UTC with
milliseconds. Unknown fields in what others send are ignored, so that a newer sender is understood.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from pydantic import Field

from radiobridge.bus.command_messages import (
    AnyCommand,
    CommandAnswer,
    Receipt,
    ReplayCommand,
    SayCommand,
    SelfTestCommand,
)
from radiobridge.bus.drill_messages import DrillCommand, DrillMessage
from radiobridge.bus.envelope import Message
from radiobridge.bus.heard_messages import (
    AlertMessage,
    AmendedMessage,
    CallInMessage,
    KeypadTestMessage,
    PartialTranscript,
)
from radiobridge.bus.incident_messages import (
    INCIDENT_COMMANDS,
    AnyIncidentCommand,
    IncidentMessage,
    RefusedActionMessage,
    SirenMessage,
    StepMessage,
)
from radiobridge.bus.notice_messages import NoticeMessage
from radiobridge.bus.parts import Recording
from radiobridge.bus.supervision_messages import (
    AnySupervisionCommand,
    BulletinCommand,
    ContactTestCommand,
    PostMessage,
    RoundMessage,
)
from radiobridge.events import (
    Activity,
    Condition,
    Outcome,
    TestResult,
)
from radiobridge.moments import Time


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
    RoundMessage,
    PostMessage,
    DrillMessage,
    NoticeMessage,
    CommandAnswer,
)
AcceptedCommand: TypeAlias = AnyCommand | AnyIncidentCommand | AnySupervisionCommand | DrillCommand
COMMANDS: tuple[type[AcceptedCommand], ...] = (
    ReplayCommand,
    SayCommand,
    SelfTestCommand,
    BulletinCommand,
    ContactTestCommand,
    DrillCommand,
    *INCIDENT_COMMANDS,
)
ACCEPTED: tuple[type[Receipt | AcceptedCommand], ...] = (Receipt, *COMMANDS)
