"""The TOML file as typed objects; every mistake named by file, line, key and what was expected."""

from radiobridge.settings.lines import Place
from radiobridge.settings.load import Check, Finding, SettingsFile, load_settings, unknown_key
from radiobridge.settings.models import (
    EMBEDDED,
    AlertTypeSettings,
    ChannelSettings,
    CodeSettings,
    InputSettings,
    MqttSettings,
    OutboxSettings,
    PhraseSettings,
    PostSettings,
    Settings,
    SignalSettings,
    SpeechSettings,
    SquelchSettings,
    StationSettings,
)
from radiobridge.settings.places import outbox_file, state_dir

__all__ = [
    "EMBEDDED",
    "AlertTypeSettings",
    "ChannelSettings",
    "Check",
    "CodeSettings",
    "Finding",
    "InputSettings",
    "MqttSettings",
    "OutboxSettings",
    "PhraseSettings",
    "Place",
    "PostSettings",
    "Settings",
    "SettingsFile",
    "SignalSettings",
    "SpeechSettings",
    "SquelchSettings",
    "StationSettings",
    "load_settings",
    "outbox_file",
    "state_dir",
    "unknown_key",
]
