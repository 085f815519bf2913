"""PortAudio as the sounddevice package wraps it.

PortAudio lists the cards when it is initialised and sees no new one until it is initialised again;
that happens at every opening while no other stream of the process runs.
"""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from drivers.audio.cards import Binding, Card, Direction, Give, Put
from drivers.audio.pcm import block_frames
from radiobridge.errors import DeviceLost, MissingPart

_running: set[SoundDeviceBinding] = set()
"""Streams that PortAudio must not be taken away from; changed with the lock `portaudio` held."""


class SoundDeviceBinding(Binding):
    """One stream of the sounddevice package."""

    def __init__(self, latency_ms: float | None) -> None:
        self._latency: float | str = "high" if latency_ms is None else latency_ms / 1000
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

    def cards(self, direction: Direction) -> list[Card]:
        """Every device of the direction that sounddevice lists."""
        channels = f"max_{direction}_channels"
        with self._explained():
            default_index = self._sd.default.device[direction]
            return [
                Card(
                    index=info["index"],
                    name=info["name"],
                    channels=info[channels],
                    rate_hz=round(info["default_samplerate"]),
                    is_default=info["index"] == default_index,
                )
                for info in self._sd.query_devices()
                if info[channels] > 0
            ]

    def takes(self, direction: Direction, card: Card, channels: int, rate_hz: int) -> bool:
        """PortAudio's own word for it."""
        check = self._sd.check_input_settings if direction == "input" else self._sd.check_output_settings
        try:
            check(card.index, channels, "float32", samplerate=rate_hz)
        except (self._sd.PortAudioError, ValueError):
            return False
        return True

    def start_input(self, card: Card, channels: int, rate_hz: int, put: Put) -> None:
        """A raw stream runs."""

        def on_sound(sound: Any, frames: int, _time: Any, status: Any) -> None:
            put(bytes(sound), frames, status.input_overflow)

        self._start(self._sd.RawInputStream, card, channels, rate_hz, on_sound)

    def start_output(self, card: Card, channels: int, rate_hz: int, give: Give) -> None:
        """A raw stream runs."""

        def on_demand(room: Any, frames: int, time: Any, _status: Any) -> None:
            room[:] = give(frames, time.outputBufferDacTime - time.currentTime)

        self._start(self._sd.RawOutputStream, card, channels, rate_hz, on_demand)

    def _start(
        self, kind: Any, card: Card, channels: int, rate_hz: int, callback: Callable[..., None]
    ) -> None:
        with self._explained():
            self._stream = kind(
                samplerate=rate_hz,
                blocksize=block_frames(rate_hz),
                device=card.index,
                channels=channels,
                dtype="float32",
                latency=self._latency,
                callback=callback,
            )
            _running.add(self)
            self._stream.start()

    def latency_s(self) -> float:
        """The stream's own word for it."""
        return float(self._stream.latency)

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
