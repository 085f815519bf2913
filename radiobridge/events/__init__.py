"""What flows through the bridge, as frozen dataclasses.

Times (`at`) are UTC seconds since 1970 as a float, derived from the sample count of the channel they
happened on, so that a file, a test and the air give the same figures. Levels are dB relative to full
scale (dBFS; a full-scale sine has -3 dBFS RMS). `channel` is the channel's name in the settings.
"""

from radiobridge.events.contacts import ContactKept, ContactRead, ContactState
from radiobridge.events.drill import Drill, DrillReport
from radiobridge.events.incidents import (
    Act,
    ActionAnswered,
    ActionAsked,
    Incident,
    IncidentState,
    Opening,
    Responder,
    Step,
    StepKind,
    Who,
    incidents_of,
)
from radiobridge.events.keypad import KeypadFault, KeypadTest, KeysHeard, Verdict
from radiobridge.events.made import Alert, Amendment, Caller, CallIn, Certainty, Source
from radiobridge.events.notices import IncomingText, Notice, NoticeEnded, NoticeOutcome
from radiobridge.events.self_test import SelfTestEnded, TestResult
from radiobridge.events.sending import Announcement, AnnouncementEnded, Outcome, Priority, Reply
from radiobridge.events.signals import Digit, Meaning, Selcall, Signal, UnitId, radio_ids
from radiobridge.events.sound import (
    AudioBlock,
    Samples,
    TransmissionAudio,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.events.speech import (
    Alternative,
    PartialWords,
    PhraseHeard,
    SpeechEnded,
    Transcript,
    Word,
    Words,
)
from radiobridge.events.state import Activity, ChannelState, Condition, Health
from radiobridge.events.supervision import Duty, DutyState, Round, RoundKind, RoundPlan

__all__ = [
    "Act",
    "ActionAnswered",
    "ActionAsked",
    "Activity",
    "Alert",
    "Alternative",
    "Amendment",
    "Announcement",
    "AnnouncementEnded",
    "AudioBlock",
    "CallIn",
    "Caller",
    "Certainty",
    "ChannelState",
    "Condition",
    "ContactKept",
    "ContactRead",
    "ContactState",
    "Digit",
    "Drill",
    "DrillReport",
    "Duty",
    "DutyState",
    "Health",
    "Incident",
    "IncidentState",
    "IncomingText",
    "KeypadFault",
    "KeypadTest",
    "KeysHeard",
    "Meaning",
    "Notice",
    "NoticeEnded",
    "NoticeOutcome",
    "Opening",
    "Outcome",
    "PartialWords",
    "PhraseHeard",
    "Priority",
    "Reply",
    "Responder",
    "Round",
    "RoundKind",
    "RoundPlan",
    "Samples",
    "Selcall",
    "SelfTestEnded",
    "Signal",
    "Source",
    "SpeechEnded",
    "Step",
    "StepKind",
    "TestResult",
    "Transcript",
    "TransmissionAudio",
    "TransmissionEnded",
    "TransmissionStarted",
    "UnitId",
    "Verdict",
    "Who",
    "Word",
    "Words",
    "incidents_of",
    "radio_ids",
]
