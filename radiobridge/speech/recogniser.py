"""A model in memory, and what recognises transmissions with it."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Self

from radiobridge.errors import MissingPart, ModelError
from radiobridge.speech.grammar import Grammar, grammar_of
from radiobridge.speech.models import model_fault, takes_grammar
from radiobridge.speech.other_words import drawn_words
from radiobridge.speech.phrases import NO_PHRASES, PhraseBook
from radiobridge.speech.recognition import MOST_ALTERNATIVES, RATE_HZ, Recognition

log = logging.getLogger(__name__)


class SpeechModel:
    """A model in memory; made by `load`, which takes seconds and hundreds of megabytes."""

    def __init__(self, language: str, model: Any, *, takes_grammar: bool, drawn: Sequence[str] = ()) -> None:
        self.language = language
        self._model = model
        self._takes_grammar = takes_grammar
        self._drawn = drawn
        """Other words of its vocabulary, for its grammars."""
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
        has_grammar = takes_grammar(folder)
        return cls(
            language, model, takes_grammar=has_grammar, drawn=_drawn(folder, language) if has_grammar else ()
        )

    @property
    def takes_grammar(self) -> bool:
        """Whether it can be told what to listen for; else it decodes freely."""
        return self._takes_grammar

    def knows(self, word: str) -> bool:
        """Whether the model has `word` in its vocabulary."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def grammar(self, book: PhraseBook) -> Grammar:
        """What the model listens for, of the phrases in its language."""
        return grammar_of(book, self.language, self.knows, drawn=self._drawn, free=not self._takes_grammar)

    def recognise(
        self, channel: str, transmission: str, book: PhraseBook = NO_PHRASES, grammar: Grammar | None = None
    ) -> Recognition:
        """Recognition of a new transmission; `grammar`: of `book` and this model, if it is at hand."""
        heard = self.grammar(book) if grammar is None else grammar
        return Recognition(
            channel,
            transmission,
            self.language,
            self.engine(heard),
            grammar=heard,
            book=book,
            # Decoding freely costs ten times as much: too much to be done twice beside live calls.
            second_engine=(lambda: self.engine(heard, MOST_ALTERNATIVES)) if heard.lines else None,
        )

    def transcribe(self, channel: str, transmission: str, book: PhraseBook) -> Recognition:
        """Recognition of a transmission without a grammar: slower, and of all that is said."""
        free = grammar_of(book, self.language, self.knows, free=True)
        return self.recognise(channel, transmission, book, free)

    def engine(self, grammar: Grammar, alternatives: int = 0) -> Any:
        """An engine of Vosk. With alternatives it gives no confidence of words: one or the other."""
        import vosk

        listened_for = (json.dumps(grammar.lines, ensure_ascii=False),) if grammar.lines else ()
        with self._making:  # it builds on parts of the model that are not known to be safe to share
            engine = vosk.KaldiRecognizer(self._model, RATE_HZ, *listened_for)
        engine.SetWords(True)
        if alternatives:
            engine.SetMaxAlternatives(alternatives)
        return engine


def _drawn(folder: Path, language: str) -> tuple[str, ...]:
    """Other words of the model; without them phrases are heard all the same, and sooner in plain talk."""
    try:
        return drawn_words(folder, language)
    except ModelError as error:
        log.warning("%s; plain talk in %s will sooner be taken for a phrase", error, language)
        return ()
