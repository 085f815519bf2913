"""Streams of sound cards that are gone: whatever they complain of, all of them is let go."""

from __future__ import annotations

import logging
from types import SimpleNamespace

import pytest

from drivers.audio import pyaudio_binding
from drivers.audio.cards import Binding, Card, Direction, Give, Put
from drivers.audio.pyaudio_binding import PyAudioBinding
from drivers.audio.stream import CardStream, StreamThread
from radiobridge.errors import DeviceLost


class _GoneCard(Binding):
    """Not a card: an open stream whose device was unplugged."""

    is_closed = False

    def cards(self, direction: Direction) -> list[Card]:
        return []

    def takes(self, direction: Direction, card: Card, channels: int, rate_hz: int) -> bool:
        return False

    def start_input(self, card: Card, channels: int, rate_hz: int, put: Put) -> None: ...

    def start_output(self, card: Card, channels: int, rate_hz: int, give: Give) -> None: ...

    def latency_s(self) -> float:
        return 0.0

    def active(self) -> bool:
        return False

    def abort(self) -> None:
        raise DeviceLost("PortAudio: Unanticipated host error")

    def close(self) -> None:
        self.is_closed = True

    def abandon(self) -> None: ...


class _Stream(CardStream):
    called_monotonic = None

    def __init__(self, binding: Binding) -> None:
        self.binding = binding


def test_a_stream_that_does_not_abort_is_closed_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    gone = _GoneCard()
    thread = StreamThread("card", lambda: _Stream(gone))
    thread.opened()
    with caplog.at_level(logging.WARNING):
        thread.closed()
    assert gone.is_closed
    assert "card did not close cleanly: PortAudio: Unanticipated host error" in caplog.text


def test_pyaudio_lets_portaudio_go_though_its_stream_does_not_close(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def does_not_close() -> None:
        raise OSError(-9999, "Unanticipated host error")

    library = SimpleNamespace(
        open=lambda **_: SimpleNamespace(close=does_not_close), terminate=lambda: done.append("terminated")
    )
    fake = SimpleNamespace(PyAudio=lambda: library, paContinue=0, paFloat32=1, paInputOverflow=2)
    monkeypatch.setattr(pyaudio_binding, "_pyaudio", lambda: fake)
    binding = PyAudioBinding()
    binding.start_input(Card(0, "card", 1, 48_000, is_default=True), 1, 48_000, lambda *_: None)
    with pytest.raises(DeviceLost, match="Unanticipated host error"):
        binding.close()
    assert done == ["terminated"]
