"""The second opinion: what another recogniser than the one of the alerts makes of a whole transmission.

Its driver is the one that the settings name. All of it happens in the thread of the typist.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radiobridge.events import Samples, TransmissionAudio, Word, Words
from radiobridge.ports import Transcriber, load_transcriber
from radiobridge.settings import DriverChoice
from radiobridge.speech.recognition import RATE_HZ, SpeechEvent
from radiobridge.speech.text import words_of, written
from radiobridge.speech.transcripts import Transcription

PAUSE_S = 0.5
"""Who keeps silent for so long has ended an utterance, as for the recogniser of the alerts."""


class SecondOpinion:
    """A transcriber that is open, by the name of its driver."""

    def __init__(self, name: str, transcriber: Transcriber) -> None:
        self.name = name
        self._transcriber = transcriber

    @classmethod
    def opened(cls, choice: DriverChoice) -> SecondOpinion:
        """That of the settings. Raises LookupError, or what its driver raises."""
        driver = load_transcriber(choice.driver)
        transcriber = driver(driver.Settings.model_validate(choice.options))
        try:
            transcriber.open()
        except BaseException:
            transcriber.close()
            raise
        return cls(choice.driver, transcriber)

    def close(self) -> None:
        """No model is in memory."""
        self._transcriber.close()

    def fault(self, language: str) -> str:
        """Why it cannot be asked in a language; empty where it can."""
        if self._transcriber.hears(language):
            return ""
        return f"{self._transcriber.name} does not know the language {language!r}: take another model"

    def heard(self, wanted: Transcription) -> list[SpeechEvent]:
        """The utterances of the transmission, and the phrases that they are. Raises ModelError."""
        language, book = wanted.listening.model.language, wanted.listening.book
        found = self._transcriber.transcribe(joined(wanted.sound), language)
        heard: list[SpeechEvent] = []
        status: str | None = None
        for words in _utterances(_normalised(found)):
            text = written(word.text for word in words)
            at = wanted.sound[0].at + words[-1].end_s
            utterance = Words(wanted.channel, at, wanted.transmission, language, text, words)
            meaning = book.meaning(language, utterance)
            status = meaning.status or status
            heard += [utterance, *([meaning.spoken.heard(utterance, status)] if meaning.spoken else [])]
        return heard


def joined(sound: tuple[TransmissionAudio, ...]) -> Samples:
    """A transmission in one piece: float32, mono, RATE_HZ; silent where sound was left out."""
    begins = [max(0, round((audio.at - sound[0].at) * RATE_HZ)) for audio in sound]
    ends = [begin + len(audio.samples) for begin, audio in zip(begins, sound, strict=True)]
    whole = np.zeros(max(ends, default=0), np.float32)
    for begin, audio in zip(begins, sound, strict=True):
        whole[begin : begin + len(audio.samples)] = audio.samples
    return whole


def _normalised(words: list[Word]) -> Iterator[Word]:
    """The words as vocabularies have them: without punctuation, and what is several words is taken apart."""
    for word in words:
        for text in words_of(word.text):
            yield Word(text, word.start_s, word.end_s, word.confidence)


def _utterances(words: Iterator[Word]) -> Iterator[tuple[Word, ...]]:
    """The words from pause to pause."""
    together: list[Word] = []
    for word in words:
        if together and word.start_s - together[-1].end_s >= PAUSE_S:
            yield tuple(together)
            together = []
        together.append(word)
    if together:
        yield tuple(together)
