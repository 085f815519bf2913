"""How well a handset is heard, as the keypad test tells it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from radiobridge.events.signals import Digit


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
