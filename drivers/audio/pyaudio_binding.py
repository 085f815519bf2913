"""PortAudio as PyAudio wraps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drivers.audio.cards import LATENCY_S, Binding, Card, Direction, Give, Put
from drivers.audio.pcm import block_frames
from radiobridge.errors import DeviceLost, MissingPart


class PyAudioBinding(Binding):
    """One stream of PyAudio, which reports everything as OSError or ValueError.

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

    def cards(self, direction: Direction) -> list[Card]:
        """Every device of the direction that PyAudio lists."""
        channels = {"input": "maxInputChannels", "output": "maxOutputChannels"}[direction]
        try:
            default_index = self._default(direction)["index"]
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
                channels=info[channels],
                rate_hz=round(info["defaultSampleRate"]),
                is_default=info["index"] == default_index,
            )
            for info in infos
            if info[channels] > 0
        ]

    def _default(self, direction: Direction) -> Any:
        if direction == "input":
            return self._library.get_default_input_device_info()
        return self._library.get_default_output_device_info()

    def takes(self, direction: Direction, card: Card, channels: int, rate_hz: int) -> bool:
        """PortAudio's own word for it, which PyAudio gives as True or ValueError."""
        asked = {"device": card.index, "channels": channels, "format": self._pyaudio.paFloat32}
        try:
            self._library.is_format_supported(
                rate_hz, **{f"{direction}_{key}": value for key, value in asked.items()}
            )
        except ValueError:
            return False
        return True

    def start_input(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """A stream in callback mode runs."""
        go_on = (None, self._pyaudio.paContinue)
        overflow = self._pyaudio.paInputOverflow

        def on_sound(sound: bytes, frames: int, _time: Mapping[str, float], status: int) -> tuple[None, int]:
            put(sound, frames, bool(status & overflow))
            return go_on

        self._start(
            channels, rate_hz, on_sound, block_frames(rate_hz), input=True, input_device_index=card.index
        )

    def start_output(self, card: Card, channels: int, rate_hz: int, give: Give) -> None:
        """A stream in callback mode runs."""
        go_on = self._pyaudio.paContinue

        def on_demand(_: None, frames: int, time: Mapping[str, float], _status: int) -> tuple[bytes, int]:
            return give(frames, time["output_buffer_dac_time"] - time["current_time"]), go_on

        # PyAudio cannot ask for a latency; PortAudio has two blocks of sound at least.
        frames = round(rate_hz * LATENCY_S / 2)
        self._start(channels, rate_hz, on_demand, frames, output=True, output_device_index=card.index)

    def _start(
        self,
        channels: int,
        rate_hz: int,
        callback: Callable[..., tuple[bytes | None, int]],
        frames: int,
        **card: int,
    ) -> None:
        try:
            self._stream = self._library.open(
                rate=rate_hz,
                channels=channels,
                format=self._pyaudio.paFloat32,
                frames_per_buffer=frames,
                stream_callback=callback,
                **card,
            )
        except (OSError, ValueError) as error:
            raise DeviceLost(str(error)) from error

    def latency_s(self) -> float:
        """The stream's own word for it."""
        return float(self._stream.get_output_latency())

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
            try:
                if self._stream is not None:
                    self._stream.close()
            finally:
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
