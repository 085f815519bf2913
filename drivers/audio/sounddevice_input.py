"""Sound cards through the sounddevice package: the default input."""

from __future__ import annotations

from typing import ClassVar

from drivers.audio.capture import CaptureSettings, CardInput
from drivers.audio.cards import Binding
from drivers.audio.sounddevice_binding import LatencyMs, SoundDeviceBinding
from radiobridge.ports import DriverSettings


class SoundDeviceInputSettings(CaptureSettings):
    """`latency_ms` asks PortAudio for a buffer of that length; unset, the card's own suits most."""

    latency_ms: LatencyMs | None = None


class SoundDeviceInput(CardInput):
    """A sound card."""

    Settings: ClassVar[type[DriverSettings]] = SoundDeviceInputSettings
    settings: SoundDeviceInputSettings

    def _binding(self) -> Binding:
        return SoundDeviceBinding(self.settings.latency_ms)
