"""The TOML file as typed objects; every mistake named by file, line, key and what was expected."""

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
    SpeechSettings,
    SquelchSettings,
    StationSettings,
)

__all__ = [
    "EMBEDDED",
    "AlertTypeSettings",
    "ChannelSettings",
    "CodeSettings",
    "InputSettings",
    "MqttSettings",
    "OutboxSettings",
    "PhraseSettings",
    "PostSettings",
    "Settings",
    "SpeechSettings",
    "SquelchSettings",
    "StationSettings",
]
