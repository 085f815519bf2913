"""Sound cards through the sounddevice package: the default input."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from drivers.audio.capture import CaptureSettings, CardInput
from drivers.audio.cards import Binding
from drivers.audio.sounddevice_binding import SoundDeviceBinding
from radiobridge.ports import DriverSettings


class SoundDeviceInputSettings(CaptureSettings):
    """`latency_ms` asks PortAudio for a buffer of that length; unset, the card's own suits most."""

    latency_ms: float | None = Field(None, gt=0, le=1000)


class SoundDeviceInput(CardInput):
    """A sound card."""

    Settings: ClassVar[type[DriverSettings]] = SoundDeviceInputSettings
    settings: SoundDeviceInputSettings

    def _binding(self) -> Binding:
        return SoundDeviceBinding(self.settings.latency_ms)
