"""The recognisers of all languages of a station, each in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from radiobridge.events import TransmissionAudio
from radiobridge.settings.models import SpeechSettings
from radiobridge.speech.engine import Emit, SpeechEngine
from radiobridge.speech.phrases import PhraseBook

_CLOSE_S = 0.95
"""A little more than a recogniser takes to bring out its last words."""


class SpeechEngines:
    """Recognises the transmissions of all channels.

    Each transmission that was started gives exactly one SpeechEnded, as its last event, whatever happens to
    the engine. `emit` is called from several threads: it must only hand the event on.
    """

    def __init__(
        self,
        settings: SpeechSettings,
        state_dir: Path,
        languages: Iterable[str],
        book: PhraseBook,
        *,
        emit: Emit,
    ) -> None:
        self._engines = {
            language: SpeechEngine(language, settings, state_dir, book, emit=emit)
            for language in sorted(set(languages))
        }
        self._language_of: dict[str, str] = {}

    def start_loading(self) -> None:
        """The processes are on their way; sound may come already."""
        for engine in self._engines.values():
            engine.start_loading()

    def reload(self, book: PhraseBook) -> None:
        """New phrases, from the next transmission on."""
        for engine in self._engines.values():
            engine.reload(book)

    def start(self, channel: str, transmission: str, language: str, at: float) -> None:
        """A transmission begins, in a language that has a model; its sound will follow."""
        self._language_of[transmission] = language
        self._engines[language].start(channel, transmission, at)

    def feed(self, audio: TransmissionAudio) -> None:
        """Sound of a transmission that was started: mono at RATE_HZ. Never waits for the recogniser."""
        self._engines[self._language_of[audio.id]].feed(audio)

    def finish(self, transmission: str, at: float) -> None:
        """The transmission is over; its last words and its SpeechEnded will come."""
        self._engines[self._language_of.pop(transmission)].finish(transmission, at)

    def look_after(self) -> None:
        """Processes that hang are ended and started again; called every few seconds."""
        for engine in self._engines.values():
            engine.look_after()

    def close(self) -> None:
        """Every transmission has ended; takes less than a second, what is not recognised by then is lost."""
        for engine in self._engines.values():
            engine.stop()
        deadline = time.monotonic() + _CLOSE_S
        for engine in self._engines.values():
            engine.join(deadline - time.monotonic())
