"""Sound cards through the sounddevice package: the default output."""

from __future__ import annotations

from typing import ClassVar

from drivers.audio.cards import LATENCY_S, Binding
from drivers.audio.playback import CardOutput, PlaybackSettings
from drivers.audio.sounddevice_binding import LatencyMs, SoundDeviceBinding
from radiobridge.ports import DriverSettings


class SoundDeviceOutputSettings(PlaybackSettings):
    """`latency_ms` asks PortAudio for a buffer of that length."""

    latency_ms: LatencyMs = LATENCY_S * 1000


class SoundDeviceOutput(CardOutput):
    """A sound card."""

    Settings: ClassVar[type[DriverSettings]] = SoundDeviceOutputSettings
    settings: SoundDeviceOutputSettings

    def _binding(self) -> Binding:
        return SoundDeviceBinding(self.settings.latency_ms)
