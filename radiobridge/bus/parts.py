"""What stands inside wire messages: keys, signals, words, places, evidence, recordings."""

from __future__ import annotations

from pydantic import Field

from radiobridge.bus.envelope import Part
from radiobridge.events import Meaning
from radiobridge.moments import Time


class KeyedDigit(Part):
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


class HeardSignal(Part):
    """Signalling other than keys: a radio said who it is, or called somebody by tones."""

    system: str
    """`mdc1200`, `dtmf`; `ccir`, `eea`, `eia`, `zvei1`, `zvei2`, `zvei3`; `two-tone`, `tone-burst`, `ctcss`,
    `dcs`."""
    means: Meaning
    value: str | None = None
    """Number of a status or message; what was sent, where `means` is `other`."""
    unit: str | None = None
    """Id of the radio that sent it, where the system says so."""
    code: str | None = None
    """What was called: digits, a page's name or its tones in Hz, a CTCSS tone, a DCS code."""
    group: bool = False
    """True when the call addresses more than one."""
    tones_hz: tuple[float, ...] = ()
    """Its tones as measured."""
    at: Time
    """Its start."""
    duration_s: float
    level_dbfs: float
    snr_db: float
    """Of the signal in its band, dB; 30 is the most that can be measured."""


class Recording(Part):
    """The file that holds, or will hold, the sound of the transmission."""

    path: str
    """On the station's own disk."""
    url: str | None = None
    """Where the settings say that recordings are served."""


class SpokenWord(Part):
    """One recognised word."""

    text: str
    start_s: float
    """From the start of the transmission's audio, in seconds."""
    end_s: float
    confidence: float
    """0 to 1."""


class Speaker(Part):
    """Who calls, as his radio and the settings tell."""

    unit: str | None = None
    """Id of the radio, where it sent one."""
    system: str | None = None
    """In which it sent it: `mdc1200`, `dtmf`, `ccir` …"""
    name: str | None = None
    role: str | None = None
    phone: str | None = None
    post: str | None = None
    """Id of the post that he belongs to; an alert may speak of another."""


class OfIncident(Part):
    """The incident that something belongs to."""

    id: str
    """ULID."""
    number: int
    """What people key and say for it."""


class OtherReading(Part):
    """What one utterance may have been besides."""

    text: str
    start_s: float
    """Of the utterance, from the start of the transmission's audio, in seconds."""
    end_s: float
    share: float
    """Of the likelihood of all ways to read the utterance, 0 to 1."""


class Place(Part):
    """The post that an alert speaks of."""

    id: str
    known: bool
    """False when the settings have no post of this id."""
    name: dict[str, str] = Field(default_factory=dict)
    """By language."""
    kind: str | None = None
    """Such as school, police: a word of the settings."""
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    neighbours: tuple[str, ...] = ()
    """Ids of the posts beside it."""
    contacts: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()


class Evidence(Part):
    """Why the bridge raised the alert."""

    keys: str | None = None
    digits: tuple[KeyedDigit, ...] = ()
    signal: HeardSignal | None = None
    phrase: str | None = None
    language: str | None = None
    confidence: float | None = None
    """Of the least sure word, 0 to 1."""
