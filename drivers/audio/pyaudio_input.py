"""Sound cards through PyAudio, where that is what a site has in use already.

The same keys and the same behaviour as the sounddevice driver; it comes with the extra
`radiobridge[pyaudio]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drivers.audio.capture import CardInput
from drivers.audio.cards import Binding, Card, Put
from drivers.audio.pcm import block_frames
from radiobridge.errors import DeviceLost, MissingPart


class PyAudioInput(CardInput):
    """A sound card."""

    def _binding(self) -> Binding:
        return PyAudioBinding()


class PyAudioBinding(Binding):
    """PortAudio as PyAudio wraps it; PyAudio reports everything as OSError or ValueError.

    Each stream has a PyAudio object of its own. PortAudio counts them, and lists the cards anew when
    the first is made after the last was let go.
    """

    def __init__(self) -> None:
        self._pyaudio = _pyaudio()
        self._stream: Any = None
        try:
            self._library = self._pyaudio.PyAudio()
        except (OSError, ValueError) as error:
            raise DeviceLost(f"PortAudio does not start: {error}") from error

    def cards(self) -> list[Card]:
        """Every input that PyAudio lists."""
        try:
            default_index = self._library.get_default_input_device_info()["index"]
        except OSError:
            default_index = None
        try:
            infos = [
                self._library.get_device_info_by_index(index)
                for index in range(self._library.get_device_count())
            ]
        except OSError as error:
            raise DeviceLost(f"PortAudio does not list the sound cards: {error}") from error
        return [
            Card(
                index=info["index"],
                name=str(info["name"]),
                channels=info["maxInputChannels"],
                rate_hz=round(info["defaultSampleRate"]),
                is_default=info["index"] == default_index,
            )
            for info in infos
            if info["maxInputChannels"] > 0
        ]

    def takes(self, card: Card, channels: int, rate_hz: int) -> bool:
        """PortAudio's own word for it, which PyAudio gives as True or ValueError."""
        try:
            self._library.is_format_supported(
                rate_hz,
                input_device=card.index,
                input_channels=channels,
                input_format=self._pyaudio.paFloat32,
            )
        except ValueError:
            return False
        return True

    def start(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """A stream in callback mode runs."""
        go_on = (None, self._pyaudio.paContinue)
        overflow = self._pyaudio.paInputOverflow

        def on_sound(sound: bytes, frames: int, _time: Mapping[str, float], status: int) -> tuple[None, int]:
            put(sound, frames, bool(status & overflow))
            return go_on

        try:
            self._stream = self._library.open(
                rate=rate_hz,
                channels=channels,
                format=self._pyaudio.paFloat32,
                input=True,
                input_device_index=card.index,
                frames_per_buffer=block_frames(rate_hz),
                stream_callback=on_sound,
            )
        except (OSError, ValueError) as error:
            raise DeviceLost(str(error)) from error

    def active(self) -> bool:
        """PortAudio still calls back."""
        try:
            return bool(self._stream.is_active())
        except OSError as error:
            raise DeviceLost(f"PortAudio: {error}") from error

    def abort(self) -> None:
        """The callback is done."""
        try:
            self._stream.stop_stream()
        except OSError as error:
            raise DeviceLost(f"PortAudio: {error}") from error

    def close(self) -> None:
        """The stream and this object's share of PortAudio are let go."""
        try:
            if self._stream is not None:
                self._stream.close()
            self._library.terminate()
        except OSError as error:
            raise DeviceLost(f"PortAudio: {error}") from error

    def abandon(self) -> None:
        """Nothing to do: PyAudio does not hold the end of the process up."""


def _pyaudio() -> Any:
    try:
        import pyaudio
    except ImportError as error:
        raise MissingPart(
            f"PyAudio does not load: {error}; apt install portaudio19-dev gcc python3-dev, "
            'then: pip install "radiobridge[pyaudio]"'
        ) from error
    return pyaudio
