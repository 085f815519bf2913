"""The TOML file as typed objects; every mistake named by file, line, key and what was expected."""

from radiobridge.settings.access import AccessSettings, OperatorSettings, secret_bytes
from radiobridge.settings.calendar import CalendarSettings, HoursSettings, Timetable
from radiobridge.settings.channel import (
    ChannelSettings,
    FiveToneStandard,
    InputSettings,
    SignalSettings,
)
from radiobridge.settings.check_in import BulletinSettings, CheckInSettings, LoneWorkerSettings, RoundSettings
from radiobridge.settings.choice import DriverChoice
from radiobridge.settings.contact import ContactSettings
from radiobridge.settings.drill import DrillSettings
from radiobridge.settings.history import HistorySettings
from radiobridge.settings.incidents import IncidentSettings
from radiobridge.settings.keypad_test import KeypadTestSettings
from radiobridge.settings.lines import Place
from radiobridge.settings.link import LinkSettings
from radiobridge.settings.load import Check, SettingsFile, load_settings, unknown_key
from radiobridge.settings.models import (
    AlertTypeSettings,
    CodeSettings,
    OutboxSettings,
    PhraseSettings,
    Settings,
    SpeechSettings,
    StationSettings,
)
from radiobridge.settings.mqtt import EMBEDDED, MqttSettings
from radiobridge.settings.notify import GroupSettings, NotifierSettings
from radiobridge.settings.open_on import AllOf, Opening
from radiobridge.settings.places import (
    access_file,
    handsets_file,
    history_url,
    incidents_file,
    notices_file,
    outbox_file,
    recordings_dir,
    speech_dir,
    state_dir,
    supervision_file,
)
from radiobridge.settings.post import PostSettings
from radiobridge.settings.recordings import RecordingSettings
from radiobridge.settings.reload import RELOADED, needs_restart
from radiobridge.settings.response import ResponseSettings, StageSettings
from radiobridge.settings.roster import RosterSettings
from radiobridge.settings.self_test import SelfTestSettings
from radiobridge.settings.sheet import sheet_text
from radiobridge.settings.signal_rule import SignalRuleSettings
from radiobridge.settings.sources import ROSTER_COLUMNS, Finding
from radiobridge.settings.squelch import SquelchSettings
from radiobridge.settings.transmit import IdentifySettings, TransmitSettings
from radiobridge.settings.unit import UnitSettings
from radiobridge.settings.voice import VoiceSettings

__all__ = [
    "EMBEDDED",
    "RELOADED",
    "ROSTER_COLUMNS",
    "AccessSettings",
    "AlertTypeSettings",
    "AllOf",
    "BulletinSettings",
    "CalendarSettings",
    "ChannelSettings",
    "Check",
    "CheckInSettings",
    "CodeSettings",
    "ContactSettings",
    "DrillSettings",
    "DriverChoice",
    "Finding",
    "FiveToneStandard",
    "GroupSettings",
    "HistorySettings",
    "HoursSettings",
    "IdentifySettings",
    "IncidentSettings",
    "InputSettings",
    "KeypadTestSettings",
    "LinkSettings",
    "LoneWorkerSettings",
    "MqttSettings",
    "NotifierSettings",
    "Opening",
    "OperatorSettings",
    "OutboxSettings",
    "PhraseSettings",
    "Place",
    "PostSettings",
    "RecordingSettings",
    "ResponseSettings",
    "RosterSettings",
    "RoundSettings",
    "SelfTestSettings",
    "Settings",
    "SettingsFile",
    "SignalRuleSettings",
    "SignalSettings",
    "SpeechSettings",
    "SquelchSettings",
    "StageSettings",
    "StationSettings",
    "Timetable",
    "TransmitSettings",
    "UnitSettings",
    "VoiceSettings",
    "access_file",
    "handsets_file",
    "history_url",
    "incidents_file",
    "load_settings",
    "needs_restart",
    "notices_file",
    "outbox_file",
    "recordings_dir",
    "secret_bytes",
    "sheet_text",
    "speech_dir",
    "state_dir",
    "supervision_file",
    "unknown_key",
]
