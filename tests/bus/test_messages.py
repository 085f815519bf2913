"""Every message of the bus, found by the lists that the schemas are made from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
from pydantic import BaseModel

from radiobridge.bus.envelope import Message
from radiobridge.bus.messages import ACCEPTED, PUBLISHED
from radiobridge.bus.schema import FOLDER
from radiobridge.bus.topics import topic_of

AT = datetime(2026, 1, 31, 6, 0, 0, 123000, UTC)
ULID = "01KAT7QZ3M5J2V8R4N6X0Y1B9C"
ENVELOPE = {"id": ULID, "at": AT, "station": "duty-room"}
DIGIT = {"key": "*", "at": AT, "duration_s": 0.1, "level_dbfs": -15.2, "twist_db": 1.5, "snr_db": 20.0}
STEP = {
    "id": ULID,
    "at": AT,
    "kind": "escalated",
    "who": {"name": "duty officer", "post": "03", "channel": "gate", "by": "mqtt"},
    "text": "police",
    "alert": ULID,
    "stage": 1,
    "siren": "yard",
}
FILLED: dict[str, dict[str, Any]] = {
    "StationStatus": {"state": "online", "version": "1", "health": "degraded", "since": AT, "waiting": 3},
    "PartHealth": {"part": "channel/gate", "condition": "failed", "why": "unplugged", "since": AT},
    "ChannelStatus": {"channel": "gate", "activity": "receiving", "level_dbfs": -20.5, "last_heard": AT},
    "TransmissionReport": {
        "channel": "gate",
        "transmission": ULID,
        "phase": "end",
        "started": AT,
        "duration_s": 2.5,
        "level_dbfs": -20.1,
        "peak_dbfs": -3.0,
        "cut": True,
    },
    "PartialTranscript": {"channel": "gate", "transmission": ULID, "text": "着火"},
    "CallInMessage": {
        "channel": "gate",
        "started": AT,
        "duration_s": 2.5,
        "level_dbfs": -20.1,
        "caller": {"unit": "1234", "name": "Patrol 7", "role": "patrol", "phone": "+86138", "post": "09"},
        "keys": "*",
        "digits": (DIGIT,),
        "text": "화재 위험",
        "language": "ko",
        "words": ({"text": "화재", "start_s": 0.1, "end_s": 0.5, "confidence": 0.9},),
        "alternatives": ({"text": "화제 위험", "start_s": 0.1, "end_s": 0.9, "share": 0.2},),
        "speech_complete": True,
        "alerts": (ULID,),
    },
    "AlertMessage": {
        "incident": {"id": ULID, "number": 7},
        "caller": {"unit": "1234", "name": "Patrol 7"},
        "type": "fire",
        "severity": "Extreme",
        "urgency": "Immediate",
        "certainty": "Likely",
        "status": "Exercise",
        "channel": "gate",
        "heard": AT,
        "source": "voice",
        "post": {"id": "03", "known": True, "name": {"zh": "第三小学"}, "lat": 22.27, "lon": 113.57},
        "fields": {"unit": "07"},
        "text": {"zh": "第三小学火警"},
        "callin": ULID,
        "evidence": {"keys": "*", "digits": (DIGIT,), "phrase": "화재", "language": "ko", "confidence": 0.9},
    },
    "KeypadTestMessage": {
        "test": ULID,
        "channel": "gate",
        "started": AT,
        "handset": "12",
        "unit": "12",
        "post": {"id": "03", "known": False},
        "callin": ULID,
        "keys": "*",
        "digits": (DIGIT,),
        "row": "123456789*0#",
        "missing": "5",
        "level_dbfs": -38.1,
        "snr_db": 11.5,
        "twist_db": 9.0,
        "key_s": 0.1,
        "verdict": "poor",
        "faults": ("missing-keys", "weak"),
        "text": {"en": "Unit 12: 11 of 12 keys heard, 5 missing, weak."},
        "advice": {"zh": ("没有收到：5。", "靠近话筒。")},
    },
    "AnnouncementMessage": {
        "channel": "gate",
        "announcement": ULID,
        "outcome": "broken-off",
        "sent": AT,
        "held_s": 60.0,
        "why": "the time-out timer ended it after 60 s (timeout_s)",
        "cause": ULID,
        "relayed_from": "desk",
    },
    "AmendedMessage": {
        "channel": "gate",
        "callin": ULID,
        "by": "vosk",
        "certainties": {ULID: "Likely"},
        "text": "화재 위험",
        "language": "ko",
        "words": [{"text": "화재", "start_s": 0.5, "end_s": 0.9, "confidence": 0.98}],
    },
    "SelfTestMessage": {
        "channel": "gate",
        "heard_on": "monitor",
        "ended": AT,
        "result": "failed",
        "keys": "DCBA",
        "heard": "DC",
        "level_dbfs": -22.5,
        "snr_db": 14.0,
        "why": "monitor heard only 'DC' of the keys 'DCBA' that gate sent",
    },
    "IncidentMessage": {
        "incident": ULID,
        "number": 7,
        "state": "responding",
        "since": AT,
        "type": "fire",
        "severity": "Extreme",
        "status": "Actual",
        "post": {"id": "03", "known": False},
        "channel": "gate",
        "text": {"zh": "第三小学火警"},
        "opened": AT,
        "calls": 2,
        "last_call": AT,
        "responders": ({"who": {"unit": "07", "by": "dtmf"}, "coming": AT, "arrived": AT},),
        "steps": 1,
        "log": (STEP,),
    },
    "StepMessage": {"incident": ULID, "number": 7, "state": "open", "step": STEP},
    "RefusedActionMessage": {
        "act": "close",
        "why": "over",
        "number": 7,
        "incident": ULID,
        "who": {"unit": "07", "channel": "gate", "by": "dtmf"},
        "callin": ULID,
        "text": {"en": "Incident 7 is over: closed."},
    },
    "SirenMessage": {"siren": "yard", "on": True, "incidents": (ULID,)},
    "RoundMessage": {
        "name": "morning",
        "what": "check-in",
        "round": "morning/2026-01-31T07:30",
        "began": AT,
        "due": AT,
        "over": True,
        "heard": 1,
        "missing": 1,
        "posts": ({"post": "03", "state": "in", "at": AT}, {"post": "04", "state": "missed"}),
        "text": {"en": "All schools, please check in."},
    },
    "PostMessage": {
        "post": "03",
        "place": {"id": "03", "known": True, "name": {"en": "School 3"}},
        "last_heard": AT,
        "rounds": ({"name": "morning", "what": "check-in", "state": "late", "due": AT, "at": AT},),
        "contacts": (
            {
                "name": "gate-3",
                "condition": "failed",
                "why": "no sign of life",
                "state": "resting",
                "seen": AT,
            },
        ),
    },
    "DrillMessage": {
        "on": False,
        "last": {
            "began": AT,
            "ended": AT,
            "by": "clock",
            "incidents": 2,
            "posts": ("03",),
            "responders": ("Li",),
            "acknowledged": {"count": 2, "median_s": 12.5, "longest_s": 20.0},
        },
    },
    "NoticeMessage": {
        "notice": ULID,
        "notifier": "sms",
        "address": "+8613800000001",
        "outcome": "failed",
        "why": "no network",
        "cause": ULID,
        "text": "1号警情",
    },
    "DrillCommand": {"on": True, "by": "duty officer", "minutes": 30},
    "ContactTestCommand": {"contact": "gate-3"},
    "BulletinCommand": {
        "name": "missing-girl",
        "channels": ("gate",),
        "text": {"en": "A girl is missing."},
        "posts": ("03",),
        "counts": ("seen",),
        "within_s": 600,
    },
    "AcknowledgeCommand": {"incident": 7, "by": "duty officer", "note": "on it", "ref": "screen 7"},
    "ComeCommand": {"incident": ULID, "by": "duty officer"},
    "ArriveCommand": {"by": "duty officer"},
    "CloseCommand": {"incident": 7, "by": "duty officer", "note": "a parent"},
    "FalseAlarmCommand": {"incident": 7, "by": "duty officer"},
    "DuplicateCommand": {"incident": 8, "of": 7, "by": "duty officer"},
    "ReopenCommand": {"incident": 7, "by": "duty officer"},
    "NoteCommand": {"incident": 7, "by": "duty officer", "note": "two patrols"},
    "CommandAnswer": {
        "verb": "replay",
        "ok": True,
        "text": "3 messages follow",
        "count": 3,
        "announcements": (ULID,),
        "ref": "screen 7",
    },
    "Receipt": {"ids": (ULID,)},
    "SayCommand": {
        "channels": ("gate", "*"),
        "text": {"en": "Bulletin", "zh": "通报"},
        "tones": "attention",
        "priority": "emergency",
        "wait_s": 10.0,
        "ref": "screen 7",
    },
    "SelfTestCommand": {"channel": "gate", "ref": "screen 7"},
    "ReplayCommand": {"since": AT, "until": AT, "limit": 5, "topics": ("alert",), "ref": "screen 7"},
}
"""Each message with every field that it may have."""

MODELS: tuple[type[BaseModel], ...] = (*PUBLISHED, *ACCEPTED)


def filled(model: type[BaseModel]) -> BaseModel:
    envelope = ENVELOPE if issubclass(model, Message) else {}
    return model.model_validate({**envelope, **FILLED[model.__name__]})


def payload(message: BaseModel) -> bytes:
    return message.payload() if isinstance(message, Message) else message.model_dump_json().encode()


@pytest.mark.parametrize("model", MODELS)
def test_every_message_comes_back_from_the_wire_as_it_was(model: type[BaseModel]) -> None:
    message = filled(model)
    assert model.model_validate_json(payload(message)) == message


@pytest.mark.parametrize("model", MODELS)
def test_every_message_is_what_its_published_schema_says(model: type[BaseModel]) -> None:
    schema = json.loads((FOLDER / f"{model.__name__}.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(payload(filled(model))), schema)


@pytest.mark.parametrize("model", PUBLISHED)
def test_every_topic_is_filled_in_from_the_message(model: type[Message]) -> None:
    message = filled(model)
    assert isinstance(message, Message)
    topic = topic_of(message)
    assert topic.startswith("radiobridge/v1/duty-room/")
    assert "{" not in topic


def test_times_are_utc_with_milliseconds() -> None:
    status = json.loads(payload(filled(PUBLISHED[0])))
    assert status["at"] == "2026-01-31T06:00:00.123Z"


@pytest.mark.parametrize("model", MODELS)
def test_a_field_that_a_newer_sender_adds_is_ignored(model: type[BaseModel]) -> None:
    message = filled(model)
    more = {**json.loads(payload(message)), "new_in_version_9": 1}
    assert model.model_validate(more) == message
