"""A call in two languages becomes one call-in."""

from __future__ import annotations

import pytest

from radiobridge.events import PartialWords, PhraseHeard, SpeechEnded, Transcript, Word, Words
from radiobridge.speech.bilingual import BilingualCall
from radiobridge.speech.phrases import UNKNOWN


def words(language: str, text: str, confidence: float = 0.9) -> Words:
    spoken = tuple(Word(word, 0, 1, confidence) for word in text.split())
    return Words("gate", 5.0, "t", language, text, spoken)


def phrase(language: str, alert: str = "fire") -> PhraseHeard:
    return PhraseHeard("gate", 5.0, "t", alert, {}, language, "x", 0.9)


def ended(at: float = 6.0, *, complete: bool = True) -> SpeechEnded:
    return SpeechEnded("gate", at, "t", complete)


@pytest.fixture
def call() -> BilingualCall:
    return BilingualCall(["zh", "en"])


def test_a_phrase_counts_at_once_in_either_language_and_its_words_are_the_call_ins(
    call: BilingualCall,
) -> None:
    assert call.feed("zh", words("zh", "a b c", 0.99)) == []
    english = words("en", "there is a fire", 0.5)
    assert call.feed("en", english) == []
    assert call.feed("en", phrase("en")) == [phrase("en")]
    assert call.feed("en", ended()) == []
    assert call.feed("zh", ended(7.0)) == [english, ended(7.0)]
    assert call.is_over


def test_without_a_phrase_the_language_that_is_surest_counts(call: BilingualCall) -> None:
    chinese, english = words("zh", f"a {UNKNOWN} {UNKNOWN}", 0.95), words("en", "lovely weather", 0.7)
    call.feed("zh", chinese)
    call.feed("en", english)
    call.feed("zh", ended())
    assert call.feed("en", ended()) == [english, ended()]


def test_where_nothing_was_said_there_is_an_end_all_the_same(call: BilingualCall) -> None:
    call.feed("en", ended())
    assert call.feed("zh", ended(complete=False)) == [ended(complete=False)]


def test_words_so_far_are_those_of_the_first_language(call: BilingualCall) -> None:
    partial = PartialWords("gate", 5.0, "t", "x")
    assert call.feed("zh", partial) == [partial]
    assert call.feed("en", partial) == []


def test_a_transcript_is_told_in_the_language_that_counts(call: BilingualCall) -> None:
    call.feed("en", phrase("en"))
    transcript = Transcript("gate", 9.0, "t", "en", "x", (), "vosk")
    assert call.feed("en", transcript) == [transcript]
    assert call.feed("zh", transcript) == []
