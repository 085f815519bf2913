"""The settings file as typed, frozen objects; each field's docstring gives its unit and what it is for.

Only shapes and ranges are checked here. What needs more than one table (unknown posts, ambiguous
codes, drivers) is checked in `check.py`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)

EMBEDDED = "embedded"
_MQTT_PORTS = {"mqtt": 1883, "mqtts": 8883}
_LONGEST_LEVEL = 64


def _topic_level(value: str) -> str:
    """A name that may stand between two slashes of an MQTT topic."""
    if not value or len(value) > _LONGEST_LEVEL or re.search(r"[+#/\s\x00-\x1f\x7f$]", value):
        raise ValueError(
            f"{value!r} becomes part of an MQTT topic: 1 to 64 characters without + # / $ or spaces"
        )
    return value


def _broker(value: str) -> str:
    if value == EMBEDDED:
        return value
    parts = urlsplit(value)
    try:
        usable = parts.scheme in _MQTT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.path.strip("/") or parts.query:
        raise ValueError(
            f'{value!r} is not a broker: "{EMBEDDED}", or mqtt://HOST[:PORT] or mqtts://HOST[:PORT]'
        )
    if parts.username or parts.password:
        raise ValueError("the login does not belong in the URL: use username and password_file")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise ValueError(f"{value!r} is not a language tag such as zh, yue, en or ko")
    return value


TopicLevel = Annotated[str, AfterValidator(_topic_level)]
Language = Annotated[str, AfterValidator(_language)]
Texts = dict[Language, str]
"""A text by language."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class StationSettings(_Table):
    """`[station]`: who this station is and where it keeps its things."""

    name: TopicLevel = "station"
    """The station's level of every topic: `radiobridge/v1/<name>/...`."""
    state_dir: Path | None = None
    """Folder of the outbox and the models; default: $STATE_DIRECTORY or ~/.local/share/radiobridge."""


class MqttSettings(_Table):
    """`[mqtt]`: the broker and how to log in to it."""

    broker: Annotated[str, AfterValidator(_broker)] = EMBEDDED
    """"embedded", or mqtt://HOST[:PORT] or mqtts://HOST[:PORT]."""
    embedded_port: int = Field(1883, ge=1, le=65535)
    """TCP port of the embedded broker, on 127.0.0.1."""
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    """MQTT version; "auto" tries 5 and falls back to 3.1.1."""
    client_id: str | None = Field(None, min_length=1, max_length=128)
    """Default: radiobridge-<station>."""
    username: str | None = None
    password: SecretStr | None = None
    password_file: Path | None = None
    """File whose first line is the password; $CREDENTIALS_DIRECTORY/mqtt-password is read by itself."""
    ca_file: Path | None = None
    """PEM of the authority that signed the broker's certificate; default: the system's."""
    cert_file: Path | None = None
    key_file: Path | None = None
    keepalive_s: int = Field(20, ge=5, le=3600)
    """Longest silence before broker and bridge notice that the other is gone, in seconds."""
    receipts: tuple[TopicLevel, ...] = ()
    """Receivers that must each confirm every alert and call-in before it leaves the outbox."""
    receipt_timeout_s: float = Field(30, ge=1, le=3600)
    """Seconds until a message without all its receipts is sent again and reported."""

    @model_validator(mode="after")
    def _login_is_whole(self) -> MqttSettings:
        if self.password is not None and self.password_file is not None:
            raise ValueError("give password or password_file, not both")
        if self.password is not None and self.username is None:
            raise ValueError("password needs username")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("cert_file and key_file go together")
        if len(set(self.receipts)) != len(self.receipts):
            raise ValueError("receipts names a receiver twice")
        return self

    @property
    def host(self) -> str:
        """Where the broker listens."""
        return "127.0.0.1" if self.broker == EMBEDDED else str(urlsplit(self.broker).hostname)

    @property
    def port(self) -> int:
        """The TCP port, the scheme's own unless the URL names one."""
        if self.broker == EMBEDDED:
            return self.embedded_port
        parts = urlsplit(self.broker)
        return parts.port or _MQTT_PORTS[parts.scheme]

    @property
    def tls(self) -> bool:
        """True for mqtts."""
        return self.broker.startswith("mqtts:")


class OutboxSettings(_Table):
    """`[outbox]`: the alerts and call-ins on disk."""

    file: Path | None = None
    """SQLite database; default: outbox.db in the state folder."""
    max_mb: int = Field(512, ge=1, le=1_000_000)
    """Size of the database at which sent messages are removed, oldest first, in megabytes."""
    keep_days: int = Field(90, ge=0, le=3660)
    """Days that sent messages stay for `command/replay`."""


class SpeechSettings(_Table):
    """`[speech]`: recognition of spoken call-ins."""

    models: dict[Language, str] = Field(default_factory=dict)
    """Language = a folder, an installed model's name, or `python:PACKAGE`."""
    min_confidence: float = Field(0.8, ge=0, le=1)
    """Least confidence (0 to 1) of every word of a phrase for it to raise an alert."""
    likely_confidence: float = Field(0.95, ge=0, le=1)
    """From this confidence on an alert is `Likely`, below it `Possible`."""
    max_behind_s: float = Field(10, gt=0, le=120)
    """Seconds of sound that may wait for the recogniser; what is more is left out and reported."""


class SquelchSettings(_Table):
    """`squelch` of a channel: which levels begin and end a transmission (VOX)."""

    open_dbfs: float = Field(-45, ge=-90, le=0)
    """Level that opens, in dBFS RMS over 10 ms; a little above the channel's noise."""
    close_dbfs: float | None = Field(None, ge=-90, le=0)
    """Level below which the hang time runs; default: 6 dB under open_dbfs."""
    hang_s: float = Field(0.5, ge=0.02, le=10)
    """Seconds of quiet that end a transmission."""
    preroll_s: float = Field(0.3, ge=0, le=2)
    """Seconds of sound before the opening that belong to the transmission."""
    min_s: float = Field(0.04, ge=0.0, le=5)
    """Seconds above open_dbfs that it takes to open: shorter clicks do not."""
    max_s: float = Field(180, ge=1, le=3600)
    """Longest transmission in seconds; a longer one is cut and the channel reported as stuck open."""

    @model_validator(mode="after")
    def _closes_below_opening(self) -> SquelchSettings:
        if self.close_dbfs is not None and self.close_dbfs > self.open_dbfs:
            raise ValueError(
                f"close_dbfs ({self.close_dbfs:g}) must not be above open_dbfs ({self.open_dbfs:g})"
            )
        return self

    @property
    def closing_dbfs(self) -> float:
        """`close_dbfs` or its default."""
        return self.open_dbfs - 6 if self.close_dbfs is None else self.close_dbfs


FiveToneStandard = Literal["ccir", "eea", "eia", "zvei1", "zvei2", "zvei3"]
Page = tuple[Annotated[float, Field(ge=250, le=3000)], Annotated[float, Field(ge=250, le=3000)]]


class SignalSettings(_Table):
    """`signals` of a channel: the signalling that is listened for in its transmissions."""

    dtmf: bool = True
    """Keys."""
    dtmf_id_digits: int = Field(0, ge=0, le=16)
    """Digits of the id that handsets send as DTMF when PTT is pressed or released (PTT-ID, ANI); 0: none."""
    mdc1200: bool = True
    """MDC-1200: PTT-ID, emergency, status, call alert."""
    five_tone: tuple[FiveToneStandard, ...] = ()
    """Standards of five-tone calls."""
    two_tone: bool = False
    """Two-tone pages (Quick Call II), those that `pages` does not name too."""
    pages: dict[str, Page] = Field(default_factory=dict)
    """Name of a two-tone page = its two tones in Hz."""
    tone_burst: tuple[Annotated[float, Field(ge=300, le=3000)], ...] = (1750.0,)
    """Single tones in Hz that count as a call."""
    ctcss: bool = False
    """CTCSS; the sound must come from before the radio's speaker filter."""
    dcs: bool = False
    """DCS; the same is true."""


def _driver_table(value: Any) -> Any:
    """A bare driver name stands for a table with that driver alone."""
    return {"driver": value} if isinstance(value, str) else value


class InputSettings(BaseModel):
    """`input` of a channel: the driver's name; every other key is the driver's own."""

    model_config = ConfigDict(extra="allow", frozen=True)

    driver: str = "sounddevice"

    @property
    def options(self) -> dict[str, Any]:
        """The keys that belong to the driver."""
        return dict(self.model_extra or {})


class ChannelSettings(_Table):
    """`[[channel]]`: one radio or intercom line."""

    name: TopicLevel
    input: Annotated[InputSettings, BeforeValidator(_driver_table)] = InputSettings()
    squelch: SquelchSettings = SquelchSettings()
    signals: SignalSettings = SignalSettings()
    digit_timeout_s: float = Field(5, gt=0, le=60)
    """Seconds after the last key at which a code that was begun is given up."""
    speech: Language | None = None
    """Language of the spoken call-ins; one of [speech.models]."""
    post: str | None = None
    """The post whose radio this is, where a channel serves one post alone."""


class PostSettings(_Table):
    """`[[post]]`: a place that calls, as codes name it."""

    id: str = Field(pattern=r"^[0-9A-Za-z_-]{1,32}$")
    name: Texts = Field(min_length=1)
    place: str | None = None
    """Address or description for whoever goes there."""
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    contacts: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    """Links to the cameras that look at it."""


Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Status = Literal["Actual", "Exercise", "Test"]


class AlertTypeSettings(_Table):
    """`[alert.<type>]`: how alerts of a type are published, in the words of OASIS CAP 1.2."""

    severity: Severity = "Severe"
    urgency: Urgency = "Immediate"
    status: Status = "Actual"
    text: Texts = Field(default_factory=dict)
    """What happened, by language; {post.name}, {post.id} and the code's fields may stand in it."""


class CodeSettings(_Table):
    """`[[code]]`: keys that raise an alert."""

    keys: str = Field(min_length=1, max_length=64)
    """Literal keys (0-9 A-D * #) and fields such as {post:2}: a name and its number of digits."""
    alert: TopicLevel
    """The alert's type."""
    text: Texts = Field(default_factory=dict)
    """Overrides the text of the alert type."""


class PhraseSettings(_Table):
    """`[[phrase]]`: words that raise an alert."""

    says: dict[Language, tuple[Annotated[str, Field(min_length=1)], ...]] = Field(min_length=1)
    alert: TopicLevel
    text: Texts = Field(default_factory=dict)


class Settings(_Table):
    """The whole file."""

    station: StationSettings = StationSettings()
    mqtt: MqttSettings = MqttSettings()
    outbox: OutboxSettings = OutboxSettings()
    speech: SpeechSettings = SpeechSettings()
    channel: tuple[ChannelSettings, ...] = ()
    post: tuple[PostSettings, ...] = ()
    alert: dict[TopicLevel, AlertTypeSettings] = Field(default_factory=dict)
    code: tuple[CodeSettings, ...] = ()
    phrase: tuple[PhraseSettings, ...] = ()
