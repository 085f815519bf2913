"""The TOML file as typed objects; every mistake named by file, line, key and what was expected."""

from radiobridge.settings.channel import (
    ChannelSettings,
    FiveToneStandard,
    InputSettings,
    SignalSettings,
    SquelchSettings,
)
from radiobridge.settings.lines import Place
from radiobridge.settings.load import Check, Finding, SettingsFile, load_settings, unknown_key
from radiobridge.settings.models import (
    AlertTypeSettings,
    CodeSettings,
    OutboxSettings,
    PhraseSettings,
    PostSettings,
    Settings,
    SpeechSettings,
    StationSettings,
)
from radiobridge.settings.mqtt import EMBEDDED, MqttSettings
from radiobridge.settings.places import outbox_file, state_dir
from radiobridge.settings.signal_rule import SignalRuleSettings

__all__ = [
    "EMBEDDED",
    "AlertTypeSettings",
    "ChannelSettings",
    "Check",
    "CodeSettings",
    "Finding",
    "FiveToneStandard",
    "InputSettings",
    "MqttSettings",
    "OutboxSettings",
    "PhraseSettings",
    "Place",
    "PostSettings",
    "Settings",
    "SettingsFile",
    "SignalRuleSettings",
    "SignalSettings",
    "SpeechSettings",
    "SquelchSettings",
    "StationSettings",
    "load_settings",
    "outbox_file",
    "state_dir",
    "unknown_key",
]
