"""Sound cards through the sounddevice package: the default input.

PortAudio lists the cards when it is initialised and sees no new one until it is initialised again;
that happens at every opening while no other stream of the process runs.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from pydantic import Field

from drivers.audio.capture import CaptureSettings, CardInput
from drivers.audio.cards import Binding, Card, Put
from drivers.audio.pcm import block_frames
from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.ports import DriverSettings

_running: set[SoundDeviceBinding] = set()
"""Streams that PortAudio must not be taken away from; changed with the lock `portaudio` held."""


class SoundDeviceSettings(CaptureSettings):
    """`latency_ms` asks PortAudio for a buffer of that length; unset, the card's own suits most."""

    latency_ms: float | None = Field(None, gt=0, le=1000)


class SoundDeviceInput(CardInput):
    """A sound card."""

    Settings: ClassVar[type[DriverSettings]] = SoundDeviceSettings
    settings: SoundDeviceSettings

    def _binding(self) -> Binding:
        latency_ms = self.settings.latency_ms
        return SoundDeviceBinding("high" if latency_ms is None else latency_ms / 1000)


class SoundDeviceBinding(Binding):
    """PortAudio as sounddevice wraps it; `latency` is "high" (the card's safe default) or seconds."""

    def __init__(self, latency: float | str) -> None:
        self._latency = latency
        self._stream: Any = None
        self._others_run = bool(_running)
        newly_loaded = "sounddevice" not in sys.modules
        self._sd = _sounddevice()
        if not self._others_run and not newly_loaded:
            self._list_anew()

    def _list_anew(self) -> None:
        with self._explained():
            # An initialisation that failed must not make the next attempt fail at terminating.
            if self._sd._initialized:  # noqa: SLF001  no public call lists the cards anew
                self._sd._terminate()  # noqa: SLF001  the same
            self._sd._initialize()  # noqa: SLF001  the same

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (self._sd.PortAudioError, ValueError) as error:
            raise DeviceLost(str(error)) from error

    @property
    def listed_before(self) -> bool:
        """True when other streams kept the list from being made anew."""
        return self._others_run

    def cards(self) -> list[Card]:
        """Every input that sounddevice lists."""
        with self._explained():
            default_index = self._sd.default.device[0]
            return [
                Card(
                    index=info["index"],
                    name=info["name"],
                    channels=info["max_input_channels"],
                    rate_hz=round(info["default_samplerate"]),
                    is_default=info["index"] == default_index,
                )
                for info in self._sd.query_devices()
                if info["max_input_channels"] > 0
            ]

    def takes(self, card: Card, channels: int, rate_hz: int) -> bool:
        """PortAudio's own word for it."""
        try:
            self._sd.check_input_settings(card.index, channels, "float32", samplerate=rate_hz)
        except (self._sd.PortAudioError, ValueError):
            return False
        return True

    def start(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """A raw stream runs."""

        def on_sound(sound: Any, frames: int, _time: Any, status: Any) -> None:
            put(bytes(sound), frames, status.input_overflow)

        try:
            self._stream = self._sd.RawInputStream(
                samplerate=rate_hz,
                blocksize=block_frames(rate_hz),
                device=card.index,
                channels=channels,
                dtype="float32",
                latency=self._latency,
                callback=on_sound,
            )
            _running.add(self)
            self._stream.start()
        except (self._sd.PortAudioError, ValueError) as error:
            raise DeviceLost(str(error)) from error

    def active(self) -> bool:
        """PortAudio still calls back."""
        with self._explained():
            return bool(self._stream.active)

    def abort(self) -> None:
        """The callback is done."""
        with self._explained():
            self._stream.abort()

    def close(self) -> None:
        """The stream is closed; the library stays loaded, for the next opening or the process's end."""
        try:
            if self._stream is not None:
                with self._explained():
                    self._stream.close()
        finally:
            _running.discard(self)

    def abandon(self) -> None:
        """The package does not wait for the hanging stream when the process ends."""
        atexit.unregister(self._sd._exit_handler)  # noqa: SLF001  it would wait for ever


def _sounddevice() -> Any:
    try:
        import sounddevice
    except ImportError as error:
        raise MissingPart(f"sounddevice does not load: {error}; try: pip install sounddevice") from error
    except OSError as error:
        raise MissingPart(f"{error}: apt install libportaudio2") from error
    return sounddevice
