"""Sound cards through the sounddevice package: the default output."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from drivers.audio.cards import LATENCY_S, Binding
from drivers.audio.playback import CardOutput, PlaybackSettings
from drivers.audio.sounddevice_binding import SoundDeviceBinding
from radiobridge.ports import DriverSettings


class SoundDeviceOutputSettings(PlaybackSettings):
    """`latency_ms` asks PortAudio for a buffer of that length."""

    latency_ms: float = Field(LATENCY_S * 1000, gt=0, le=500)


class SoundDeviceOutput(CardOutput):
    """A sound card."""

    Settings: ClassVar[type[DriverSettings]] = SoundDeviceOutputSettings
    settings: SoundDeviceOutputSettings

    def _binding(self) -> Binding:
        return SoundDeviceBinding(self.settings.latency_ms)
