"""The typist: reads what was said once more, when there is time, and says what it came to.

It has a thread of its own, which comes after all else that the machine has to do. A second opinion is asked
for where the settings name one; where that fails, the model of the language decodes freely instead.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from threading import Thread, get_native_id
from typing import TypeAlias, TypeVar

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Health, PhraseHeard, Transcript
from radiobridge.settings import DriverChoice
from radiobridge.speech.lanes import SpokenLanguage
from radiobridge.speech.recognition import SpeechEvent
from radiobridge.speech.second_opinion import SecondOpinion
from radiobridge.speech.transcripts import Transcription, TranscriptQueue, decoded_freely, transcript

log = logging.getLogger(__name__)

Tell: TypeAlias = Callable[[Callable[[float], Health | None]], None]
"""Publishes a change of condition, which is made with the time."""

T = TypeVar("T")

_NICE = 10
_INSTEAD = "meanwhile the speech model itself reads what was said again"


class Typist:
    """Makes the transcripts of all channels, one after the other; `emit` is called from its thread."""

    def __init__(
        self,
        choice: DriverChoice | None,
        languages: Mapping[str, SpokenLanguage],
        *,
        tell: Tell,
        emit: Callable[[PhraseHeard | Transcript], None],
    ) -> None:
        self._choice = choice
        self._languages = languages
        self._tell = tell
        self._emit = emit
        self._waiting = TranscriptQueue()
        self._opinion: SecondOpinion | None = None

    def start(self) -> None:
        """What is put is transcribed."""
        Thread(target=self._run, name="speech-transcripts", daemon=True).start()

    def put(self, wanted: Transcription) -> list[Transcription]:
        """It waits for its turn; what is given up for it."""
        return self._waiting.put(wanted)

    def close(self) -> None:
        """Nothing more is begun."""
        self._waiting.close()

    def _run(self) -> None:
        # Whatever else this machine has to do comes first. A second opinion's own threads take this over.
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)
        if self._choice:
            self._open(self._choice)
        while wanted := self._waiting.next():
            try:
                events = self._transcript(wanted)
            except Exception:  # the top of a thread: one transmission must not end the others
                log.exception("transcript of channel %s", wanted.channel)
                continue
            for event in events:
                self._emit(event)
        if self._opinion:
            self._opinion.close()

    def _open(self, choice: DriverChoice) -> None:
        self._opinion, fault = _tried(lambda: SecondOpinion.opened(choice))
        for language in self._languages:
            if self._opinion:
                fault = self._opinion.fault(language)
            self._note(language, fault and f"{fault}; then restart radiobridge")

    def _transcript(self, wanted: Transcription) -> Sequence[PhraseHeard | Transcript]:
        heard = self._second_opinion(wanted)
        if heard is not None and self._opinion:
            return transcript(wanted, heard, self._opinion.name)
        if not wanted.listening.grammar.lines:
            return []  # it was decoded freely at once
        return transcript(wanted, decoded_freely(wanted))

    def _second_opinion(self, wanted: Transcription) -> list[SpeechEvent] | None:
        """What the second opinion hears; None where there is none of this transmission."""
        opinion, language = self._opinion, wanted.listening.model.language
        if opinion is None or opinion.fault(language):
            return None
        heard, fault = _tried(lambda: opinion.heard(wanted))
        self._note(language, fault)
        return heard

    def _note(self, language: str, fault: str) -> None:
        why = f"no second opinion: {fault}; {_INSTEAD}" if fault else ""
        if why:
            log.warning("speech/%s: %s", language, why)
        health = self._languages[language].health
        self._tell(lambda at: health.second_opinion(at, why))


def _tried(act: Callable[[], T]) -> tuple[T | None, str]:
    """What came of it, or why nothing did: what a driver does wrong costs its opinion alone."""
    try:
        return act(), ""
    except (RadiobridgeError, LookupError) as error:
        return None, str(error.args[0])
    except Exception as error:
        log.exception("second opinion")
        return None, f"a fault in its driver: {error!r}; the log has the details"
