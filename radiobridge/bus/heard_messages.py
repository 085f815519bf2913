"""The wire messages of what was heard: words so far, call-ins, alerts, amendments, keypad tests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from radiobridge.bus.envelope import Message
from radiobridge.bus.parts import (
    Evidence,
    HeardSignal,
    KeyedDigit,
    OfIncident,
    OtherReading,
    Place,
    Recording,
    Speaker,
    SpokenWord,
)
from radiobridge.events import Certainty, KeypadFault, Source, Verdict
from radiobridge.moments import Time
from radiobridge.settings.models import Severity, Status, Urgency


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
    level_dbfs: float | None = None
    """Mean level, dBFS RMS, hang time left out; none of a text."""
    unit: str | None = None
    """Id of the radio, where it sent one."""
    caller: Speaker | None = None
    """Who speaks, where anything is known of him."""
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
    caller: Speaker | None = None
    """Who called, where anything is known of him."""
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
