"""The settings file as typed, frozen objects; each field's docstring gives its unit and what it is for.

Only shapes and ranges are checked here. What needs more than one table (unknown posts, ambiguous
codes, drivers) is checked in `checks.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from radiobridge.events import Act
from radiobridge.settings.access import AccessSettings, Needs, OperatorSettings
from radiobridge.settings.calendar import CalendarSettings
from radiobridge.settings.channel import ChannelSettings
from radiobridge.settings.check_in import BulletinSettings, CheckInSettings, LoneWorkerSettings
from radiobridge.settings.choice import DriverChoice, driver_table
from radiobridge.settings.contact import ContactSettings
from radiobridge.settings.drill import DrillSettings
from radiobridge.settings.history import HistorySettings
from radiobridge.settings.incidents import IncidentSettings
from radiobridge.settings.keypad_test import KeypadTestSettings
from radiobridge.settings.link import LinkSettings
from radiobridge.settings.mqtt import MqttSettings
from radiobridge.settings.notify import GroupSettings, NotifierSettings
from radiobridge.settings.post import PostSettings
from radiobridge.settings.recordings import RecordingSettings
from radiobridge.settings.replies import Answering
from radiobridge.settings.response import ResponseSettings
from radiobridge.settings.roster import RosterSettings
from radiobridge.settings.self_test import SelfTestSettings
from radiobridge.settings.signal_rule import SignalRuleSettings
from radiobridge.settings.table import Language, Table, Texts, TopicLevel, one_or_more
from radiobridge.settings.unit import UnitSettings
from radiobridge.settings.voice import VoiceSettings


class StationSettings(Table):
    """`[station]`: who this station is and where it keeps its things."""

    name: TopicLevel = "station"
    """The station's level of every topic: `radiobridge/v1/<name>/...`."""
    state_dir: Path | None = None
    """Folder of the outbox and the models; default: $STATE_DIRECTORY or ~/.local/share/radiobridge."""


class OutboxSettings(Table):
    """`[outbox]`: the alerts and call-ins on disk."""

    file: Path | None = None
    """SQLite database; default: outbox.db in the state folder."""
    max_mb: int = Field(512, ge=1, le=1_000_000)
    """Size of the database at which sent messages are removed, oldest first, in megabytes."""
    keep_days: int = Field(90, ge=0, le=3660)
    """Days that sent messages stay for `command/replay`."""


class SpeechSettings(Table):
    """`[speech]`: recognition of spoken call-ins."""

    models: dict[Language, Annotated[tuple[str, ...], BeforeValidator(one_or_more), Field(min_length=1)]] = (
        Field(default_factory=dict)
    )
    """Language = a folder, an installed model's name, or `python:PACKAGE`; or several, the best one first."""
    min_confidence: float = Field(0.8, ge=0, le=1)
    """Least confidence (0 to 1) of every word of a phrase for it to raise an alert."""
    likely_confidence: float = Field(0.95, ge=0, le=1)
    """From this confidence on an alert is `Likely`, below it `Possible`."""
    max_behind_s: float = Field(10, gt=0, le=120)
    """Seconds of sound that may wait for the recogniser; what is more is left out and reported."""
    transcripts: bool = True
    """Whether transmissions are decoded freely afterwards, for their whole text; false saves some work."""
    second_opinion: Annotated[DriverChoice | None, BeforeValidator(driver_table)] = None
    """What reads them instead of a free decoding by the model of the language; a driver with its own keys."""
    ask_back: Texts = Field(default_factory=dict)
    """What whoever called is told, by language, when his alert is only `Possible`; in place of its reply."""
    confirm_key: Annotated[str, Field(pattern=r"^[0-9A-D*#]$")] | None = None
    """The key that confirms a doubtful alert; no code may begin with it."""
    confirm_s: float = Field(30, gt=0, le=600)
    """Seconds within which it must be keyed."""


Severity = Literal["Extreme", "Severe", "Moderate", "Minor", "Unknown"]
Urgency = Literal["Immediate", "Expected", "Future", "Past", "Unknown"]
Status = Literal["Actual", "Exercise", "Test"]


class AlertTypeSettings(Answering):
    """`[alert.<type>]`: how alerts of a type are published, in the words of OASIS CAP 1.2."""

    severity: Severity = "Severe"
    urgency: Urgency = "Immediate"
    status: Status = "Actual"
    incident: bool = True
    """False: it is published and answered, and no incident is made of it: a check-in, a report."""
    in_drills: bool = True
    """False: it is never an exercise: the code of those who need help while a drill goes on."""
    text: Texts = Field(default_factory=dict)
    """What happened, by language; {post.name}, {post.id} and the code's fields may stand in it."""


class Meaningful(Answering):
    """What `[[code]]` and `[[phrase]]` have in common: they raise an alert, or do something about one."""

    alert: TopicLevel | None = None
    """The type of the alert that it raises."""
    does: Act | None = None
    """What it does about an incident instead; {incident:2} in the keys is its number, {number} in words."""
    text: Texts = Field(default_factory=dict)
    """Overrides the text of the alert type."""

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if (self.alert is None) == (self.does is None):
            raise ValueError(
                "give alert, which it raises, or does, what it does about an incident: one of the two"
            )
        return self

    @property
    def meaning(self) -> str:
        """The type of its alert, or what it does: the same for all that mean the same."""
        return self.alert or f"does {self.does}"


class CodeSettings(Meaningful):
    """`[[code]]`: keys that raise an alert, or do something about an incident."""

    keys: str = Field(min_length=1, max_length=64)
    """Literal keys (0-9 A-D * #) and fields such as {post:2}: a name and its number of digits."""
    needs: Needs | None = None
    """What whoever does something must show: a `pin` ({pin:4} in the keys) or a one-time code ({otp:6})."""


class PhraseSettings(Meaningful):
    """`[[phrase]]`: words that do."""

    says: dict[Language, tuple[Annotated[str, Field(min_length=1)], ...]] = Field(min_length=1)


class Settings(Table):
    """The whole file."""

    station: StationSettings = StationSettings()
    mqtt: MqttSettings = MqttSettings()
    outbox: OutboxSettings = OutboxSettings()
    recordings: RecordingSettings = RecordingSettings()
    speech: SpeechSettings = SpeechSettings()
    voice: VoiceSettings = VoiceSettings()
    channel: tuple[ChannelSettings, ...] = ()
    link: tuple[LinkSettings, ...] = ()
    self_test: tuple[SelfTestSettings, ...] = ()
    roster: RosterSettings = RosterSettings()
    post: tuple[PostSettings, ...] = ()
    unit: tuple[UnitSettings, ...] = ()
    alert: dict[TopicLevel, AlertTypeSettings] = Field(default_factory=dict)
    code: tuple[CodeSettings, ...] = ()
    phrase: tuple[PhraseSettings, ...] = ()
    signal: tuple[SignalRuleSettings, ...] = ()
    keypad_test: KeypadTestSettings = KeypadTestSettings()
    incidents: IncidentSettings = IncidentSettings()
    history: HistorySettings = HistorySettings()
    access: AccessSettings = AccessSettings()
    operator: tuple[OperatorSettings, ...] = ()
    response: tuple[ResponseSettings, ...] = ()
    calendar: CalendarSettings = CalendarSettings()
    check_in: tuple[CheckInSettings, ...] = ()
    lone_worker: tuple[LoneWorkerSettings, ...] = ()
    bulletin: tuple[BulletinSettings, ...] = ()
    contact: tuple[ContactSettings, ...] = ()
    drill: DrillSettings = DrillSettings()
    notifier: tuple[NotifierSettings, ...] = ()
    group: tuple[GroupSettings, ...] = ()
