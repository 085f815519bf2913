"""What flows through the bridge, as frozen dataclasses.

Times (`at`) are UTC seconds since 1970 as a float, derived from the sample count of the channel they
happened on, so that a file, a test and the air give the same figures. Levels are dB relative to full
scale (dBFS; a full-scale sine has -3 dBFS RMS). `channel` is the channel's name in the settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Sound as a driver delivers it.

    `samples`: float32, shape (frames,), mono, full scale is -1 to 1. `at`: when the first sample
    was taken, as well as the driver knows. `lost_frames`: how many the device dropped before it.
    """

    samples: Samples
    rate_hz: int
    at: float
    lost_frames: int = 0


@dataclass(frozen=True, slots=True)
class TransmissionStarted:
    """The squelch opened; `id` (ULID) names the transmission and the call-in it may become.

    `recording` is the file that will hold its sound, empty where it is not recorded.
    """

    channel: str
    at: float
    id: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class TransmissionAudio:
    """Sound of the open transmission, pre-roll included: float32 mono at the chain's rate."""

    channel: str
    at: float
    id: str
    samples: Samples
    rate_hz: int


@dataclass(frozen=True, slots=True)
class TransmissionEnded:
    """The squelch closed, or the transmission was cut at its greatest length (`cut`)."""

    channel: str
    at: float
    id: str
    started_at: float
    duration_s: float
    peak_dbfs: float
    level_dbfs: float
    cut: bool = False
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Digit:
    """One DTMF key (0-9 A-D * #), reported when its tone has ended; `at` is the tone's start.

    `level_dbfs`: the pair's power. `twist_db`: high tone over low tone. `snr_db`: the pair over all
    else in its band, at most 30.
    """

    channel: str
    at: float
    key: str
    duration_s: float
    level_dbfs: float
    twist_db: float
    snr_db: float


class Meaning(StrEnum):
    """What a radio signals beside who it is or whom it calls."""

    ID = "id"
    """Who is speaking (PTT-ID, ANI), or whom a call addresses, and nothing more."""
    EMERGENCY = "emergency"
    STATUS = "status"
    """`value` has its number."""
    MESSAGE = "message"
    """`value` has its number."""
    CALL_ALERT = "call-alert"
    SELECTIVE_CALL = "selective-call"
    RADIO_CHECK = "radio-check"
    ACKNOWLEDGE = "acknowledge"
    OTHER = "other"
    """`value` has what was sent, as the system writes it."""


@dataclass(frozen=True, slots=True)
class UnitId:
    """A radio said who it is; `at` is the start of its signal.

    `system`: `mdc1200` or `dtmf`. `unit`: the id as its users write it. `snr_db` is that of the signal,
    at most 30; `level_dbfs` its power.
    """

    channel: str
    at: float
    system: str
    unit: str
    duration_s: float
    level_dbfs: float
    snr_db: float
    means: Meaning = Meaning.ID
    value: str = ""

    @property
    def sender(self) -> str:
        """Id of the radio that sent it."""
        return self.unit


@dataclass(frozen=True, slots=True)
class Selcall:
    """Tones that address somebody, whoever sent them; `at` is the start of the first.

    `system`: `ccir`, `eea`, `eia`, `zvei1`, `zvei2`, `zvei3`, `two-tone`, `tone-burst`, `ctcss`, `dcs` or
    `mdc1200`. `code`: what was called, as its users write it: digits, a page's name or its tones in Hz, a
    CTCSS tone in Hz, a DCS code and its polarity. `group`: it addresses more than one. `by`: who calls,
    where the system says so. `tones_hz`: the tones as measured, in their order.
    """

    channel: str
    at: float
    system: str
    code: str
    duration_s: float
    level_dbfs: float
    snr_db: float
    group: bool = False
    by: str = ""
    means: Meaning = Meaning.ID
    value: str = ""
    tones_hz: tuple[float, ...] = ()

    @property
    def sender(self) -> str:
        """Id of the radio that sent it, empty where the system does not say."""
        return self.by


Signal: TypeAlias = Digit | UnitId | Selcall
"""What tone decoders hear."""


def speaker(signals: Iterable[UnitId | Selcall]) -> UnitId | None:
    """Where a transmission says who speaks: its first unit id; None where it has none."""
    return next((signal for signal in signals if isinstance(signal, UnitId)), None)


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start of its transmission's audio."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PartialWords:
    """The words of a transmission so far, while the person still speaks."""

    channel: str
    at: float
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the recogniser made of one utterance of transmission `id`."""

    channel: str
    at: float
    id: str
    language: str
    text: str
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class PhraseHeard:
    """An utterance is a phrase of the settings, as they were when its transmission began.

    `alert` and `texts` are the phrase's own: a reload between hearing and dispatch cannot change what
    was said into another alert. `at` is the end of its last word.
    """

    channel: str
    at: float
    id: str
    alert: str
    texts: Mapping[str, str]
    language: str
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """No more words will come for transmission `id`; `complete` is False when sound was left out."""

    channel: str
    at: float
    id: str
    complete: bool = True


class Source(StrEnum):
    """How an alert came in."""

    DTMF = "dtmf"
    VOICE = "voice"
    MDC1200 = "mdc1200"
    SELCALL = "selcall"
    """Five-tone, two-tone, tone burst, CTCSS or DCS."""


class Certainty(StrEnum):
    """How sure the bridge is, in the words of OASIS CAP 1.2."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"


@dataclass(frozen=True, slots=True)
class CallIn:
    """One transmission that held keys, other signals or words, whether or not they meant anything."""

    id: str
    channel: str
    at: float
    duration_s: float
    level_dbfs: float
    digits: tuple[Digit, ...]
    signals: tuple[UnitId | Selcall, ...]
    utterances: tuple[Words, ...]
    speech_complete: bool
    alerts: tuple[str, ...]
    recording: str = ""


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
    unit: str | None = None
    """Id of the radio that called, where it sent one."""
    recording: str = ""
    keys: str = ""
    digits: tuple[Digit, ...] = ()
    signal: UnitId | Selcall | None = None
    phrase: str = ""
    language: str = ""
    confidence: float | None = None


class Verdict(StrEnum):
    """How well the station hears a handset; the best comes first."""

    GOOD = "good"
    FAIR = "fair"
    """Codes are heard, with little to spare."""
    POOR = "poor"
    """Codes are lost, or will be at the next bad place."""


class KeypadFault(StrEnum):
    """What is wrong with the keys of a handset."""

    MISSING = "missing-keys"
    WEAK = "weak"
    LOUD = "too-loud"
    NOISY = "noisy"
    HIGH_TONES = "high-tones-strong"
    LOW_TONES = "low-tones-strong"
    SHORT = "short-keys"
    DROP_OUTS = "drop-outs"


@dataclass(frozen=True, slots=True)
class KeysHeard:
    """How well some keys of one handset were heard; levels and lengths are medians.

    `row`: the row of keys that was gone through, empty if none; `missing`: its keys that were not heard.
    """

    digits: tuple[Digit, ...]
    row: str
    missing: str
    level_dbfs: float
    snr_db: float
    twist_db: float
    key_s: float
    verdict: Verdict
    faults: tuple[KeypadFault, ...]


@dataclass(frozen=True, slots=True)
class KeypadTest:
    """A handset's operator asked how its keys are heard; `at` is the start of the first one.

    `test` is the id of the test's first report: a later one has more keys and replaces it. `handset` is the
    name under which it is kept, `callin` the transmission's id. `text` is for the ear, one sentence by
    language; `advice` for the eye, what to do about each fault.
    """

    id: str
    test: str
    channel: str
    at: float
    callin: str
    handset: str
    unit: str | None
    post: str | None
    heard: KeysHeard
    text: dict[str, str]
    advice: dict[str, tuple[str, ...]]


class Condition(StrEnum):
    """How one part of the station is."""

    OK = "ok"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Health:
    """The condition of one part (`channel/<name>`, `outbox`, `mqtt`, `speech/<language>` …)."""

    part: str
    at: float
    condition: Condition
    why: str = ""


class Activity(StrEnum):
    """What a channel is doing."""

    IDLE = "idle"
    RECEIVING = "receiving"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ChannelState:
    """The channel's activity changed, or its level was measured anew."""

    channel: str
    at: float
    activity: Activity
    level_dbfs: float | None
    last_heard_at: float | None
