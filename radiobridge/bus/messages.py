"""The wire messages, version 1, as pydantic models: the single source of schemas and of AsyncAPI.

Every published field and its unit is described here and nowhere else. Times are RFC 3339 in UTC with
milliseconds. Unknown fields in what others send are ignored, so that a newer sender is understood.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, model_validator

from radiobridge.events import Activity, Certainty, Condition, Source
from radiobridge.settings.models import Severity, Status, Urgency


def _rfc3339(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_rfc3339, return_type=str, when_used="json")]
"""A moment: RFC 3339, UTC, milliseconds."""


def moment(seconds: float) -> datetime:
    """The moment `seconds` after 1970 in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


class _Part(BaseModel):
    """Something inside a message."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", use_attribute_docstrings=True, serialize_by_alias=True
    )


class Message(_Part):
    """The envelope of everything that the station publishes."""

    topic: ClassVar[str]
    """Topic below `radiobridge/v1/<station>/`; names in braces stand for levels."""
    retained: ClassVar[bool] = False
    qos: ClassVar[Literal[0, 1]] = 1

    kind: str = Field(alias="schema")
    """Which message this is, and its version."""
    id: str
    """ULID; a message that arrives twice has the same id both times."""
    at: Time
    """When the message was made."""
    station: str
    """The station's name."""

    def payload(self) -> bytes:
        """The message as it goes over the wire: JSON, UTF-8; fields without a value are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True).encode()


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
    """`channel/<name>`, `outbox`, `mqtt`, `broker`, `speech/<language>`, `settings` …"""
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


class PartialTranscript(Message):
    """The words of a transmission so far."""

    topic = "channel/{channel}/partial"
    qos = 0

    kind: Literal["radiobridge.partial/1"] = Field("radiobridge.partial/1", alias="schema")
    channel: str
    transmission: str
    text: str


class KeyedDigit(_Part):
    """One DTMF key as it was heard."""

    key: str
    at: Time
    """Start of the tone."""
    duration_s: float
    level_dbfs: float
    """Power of the tone pair, dBFS."""
    twist_db: float
    """High tone over low tone."""
    snr_db: float
    """The pair over everything else in its band, dB; 30 is the most that can be measured."""


class SpokenWord(_Part):
    """One recognised word."""

    text: str
    start_s: float
    """From the start of the transmission's audio, in seconds."""
    end_s: float
    confidence: float
    """0 to 1."""


class CallInMessage(Message):
    """A transmission that held keys or words, whether or not they meant anything."""

    topic = "callin"

    kind: Literal["radiobridge.callin/1"] = Field("radiobridge.callin/1", alias="schema")
    channel: str
    started: Time
    duration_s: float
    level_dbfs: float
    """Mean level, dBFS RMS, hang time left out."""
    keys: str
    """What was keyed, one character a key."""
    digits: tuple[KeyedDigit, ...] = ()
    text: str
    """What was said."""
    language: str | None = None
    words: tuple[SpokenWord, ...] = ()
    speech_complete: bool
    """False when the recogniser could not keep up, and some sound was left out."""
    alerts: tuple[str, ...] = ()
    """Ids of the alerts that it raised."""


class Place(_Part):
    """The post that an alert speaks of."""

    id: str
    known: bool
    """False when the settings have no post of this id."""
    name: dict[str, str] = Field(default_factory=dict)
    """By language."""
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    contacts: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


class Evidence(_Part):
    """Why the bridge raised the alert."""

    keys: str | None = None
    digits: tuple[KeyedDigit, ...] = ()
    phrase: str | None = None
    language: str | None = None
    confidence: float | None = None
    """Of the least sure word, 0 to 1."""


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
    fields: dict[str, str] = Field(default_factory=dict)
    """The fields of the code that was keyed."""
    text: dict[str, str]
    """What happened, by language."""
    callin: str | None = None
    """Id of the call-in that raised it."""
    evidence: Evidence


class Receipt(_Part):
    """A named receiver has stored these messages; it publishes this itself."""

    topic: ClassVar[str] = "receipt/{receiver}"

    ids: tuple[str, ...] = Field(min_length=1, max_length=10_000)
    """Ids of alerts and call-ins."""


class ReplayCommand(_Part):
    """Asks for stored messages again; they come on their own topics, unchanged, with the same ids."""

    topic: ClassVar[str] = "command/replay"

    since_id: str | None = Field(None, pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")
    """All that came after this id; give it or `since`."""
    since: datetime | None = None
    """All from this moment on (RFC 3339, with its zone)."""
    until: datetime | None = None
    limit: int = Field(10_000, ge=1, le=1_000_000)
    """The most messages to send."""
    topics: tuple[Literal["alert", "callin"], ...] = ("alert", "callin")

    @model_validator(mode="after")
    def _one_beginning(self) -> ReplayCommand:
        if (self.since_id is None) == (self.since is None):
            raise ValueError("give since_id or since, one of the two")
        if any(t is not None and t.tzinfo is None for t in (self.since, self.until)):
            raise ValueError("since and until need a zone, such as 2026-01-31T06:00:00Z")
        return self


class CommandAnswer(Message):
    """The answer to a command: on its MQTT 5 response topic, and always on `answer/<verb>`."""

    topic = "answer/{verb}"
    qos = 0

    kind: Literal["radiobridge.answer/1"] = Field("radiobridge.answer/1", alias="schema")
    verb: str
    ok: bool
    text: str
    """What was done, or why not."""
    count: int | None = None
    """How many messages a replay will send."""


PUBLISHED: tuple[type[Message], ...] = (
    StationStatus,
    PartHealth,
    ChannelStatus,
    TransmissionReport,
    PartialTranscript,
    CallInMessage,
    AlertMessage,
    CommandAnswer,
)
ACCEPTED: tuple[type[Receipt | ReplayCommand], ...] = (Receipt, ReplayCommand)
