"""The recognisers of all languages of a station, each in a process of its own."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from radiobridge.events import Health, TransmissionAudio
from radiobridge.settings.models import SpeechSettings
from radiobridge.speech.bilingual import BilingualCall, CallEvent
from radiobridge.speech.engine import Emit, SpeechEngine
from radiobridge.speech.phrases import PhraseBook

_CLOSE_S = 0.95
"""A little more than a recogniser takes to bring out its last words."""
_REMEMBERED = 200
"""Transcripts come later than the end of their call, and not of so many calls at once."""

_Event: TypeAlias = CallEvent | Health


class SpeechEngines:
    """Recognises the transmissions of all channels.

    Each transmission that was started gives exactly one SpeechEnded, its last event but for a transcript,
    whatever happens to the engines. `emit` is called from several threads: it must only hand the event on.
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
        self._emit = emit
        self._engines = {
            language: SpeechEngine(language, settings, state_dir, book, emit=partial(self._came, language))
            for language in sorted(set(languages))
        }
        self._lock = Lock()
        self._languages_of: dict[str, tuple[str, ...]] = {}
        self._bilingual: OrderedDict[str, BilingualCall] = OrderedDict()

    def start_loading(self) -> None:
        """The processes are on their way; sound may come already."""
        for engine in self._engines.values():
            engine.start_loading()

    def reload(self, book: PhraseBook) -> None:
        """New phrases, from the next transmission on."""
        for engine in self._engines.values():
            engine.reload(book)

    def start(self, channel: str, transmission: str, languages: Sequence[str], at: float) -> None:
        """A transmission begins, in languages that have a model; its sound will follow."""
        with self._lock:
            self._languages_of[transmission] = tuple(languages)
            if len(languages) > 1:
                self._bilingual[transmission] = BilingualCall(languages)
                while len(self._bilingual) > _REMEMBERED:
                    self._bilingual.popitem(last=False)
        for language in languages:
            self._engines[language].start(channel, transmission, at)

    def feed(self, audio: TransmissionAudio) -> None:
        """Sound of a transmission that was started: mono at RATE_HZ. Never waits for the recogniser."""
        for language in self._languages_of[audio.id]:
            self._engines[language].feed(audio)

    def finish(self, transmission: str, at: float) -> None:
        """The transmission is over; its last words and its SpeechEnded will come."""
        with self._lock:
            languages = self._languages_of.pop(transmission)
        for language in languages:
            self._engines[language].finish(transmission, at)

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

    def _came(self, language: str, event: _Event) -> None:
        """An engine tells something: of a call in one language as it is."""
        if isinstance(event, Health):
            self._emit(event)
            return
        with self._lock:
            call = self._bilingual.get(event.id)
            for told in call.feed(language, event) if call else [event]:
                self._emit(told)
