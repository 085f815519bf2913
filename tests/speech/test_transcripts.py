"""What waits to be transcribed: the call-in that matters first, and never too much."""

from __future__ import annotations

from threading import Thread
from typing import cast

import numpy as np
import pytest

from radiobridge.events import PhraseHeard, Transcript, TransmissionAudio, Word, Words
from radiobridge.settings import PhraseSettings, SpeechSettings
from radiobridge.speech.grammar import Grammar
from radiobridge.speech.lanes import Listening
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from radiobridge.speech.transcripts import Transcription, TranscriptQueue, decoded_freely, transcript

LISTENING = cast(Listening, None)


class FakeModel:
    """A model that makes these words of every transmission, and its recognition."""

    language = "en"

    def __init__(self, said: str, phrase: str) -> None:
        self._said = said
        self._phrase = phrase

    def transcribe(self, *_: object) -> FakeModel:
        return self

    def feed(self, *_: object) -> list[object]:
        return []

    def finish(self) -> list[object]:
        words = tuple(Word(text, 0, 1, 0.9) for text in self._said.split())
        found: list[object] = [Words("gate", 5.0, "a", "en", self._said, words)] if words else []
        if self._phrase:
            heard = PhraseHeard("gate", 5.0, "a", self._phrase, {}, "en", self._said, 0.9)
            found.append(heard)
        return found


def made(said: str, *alerts: str, phrase: str = "") -> list[PhraseHeard | Transcript]:
    book = PhraseBook([PhraseSettings(says={"en": ("there is a big fire",)}, alert="fire")], SpeechSettings())
    listening = Listening(cast(SpeechModel, FakeModel(said, phrase)), book, cast(Grammar, None))
    sound = TransmissionAudio("gate", 0, "a", np.zeros(RATE_HZ, np.float32), RATE_HZ)
    wanted = Transcription("gate", "a", listening, (sound,), frozenset(alerts))
    return transcript(wanted, decoded_freely(wanted))


@pytest.mark.parametrize(
    ("said", "supports", "doubts"),
    [
        ("come quick there is a big fire at school", {"fire"}, set()),
        ("there was a fire", {"fire"}, set()),
        ("lovely weather today", set(), {"fire"}),
        ("there is rain", set(), set()),
    ],
)
def test_a_transcript_bears_out_what_is_in_it_and_doubts_what_is_not(
    said: str, supports: set[str], doubts: set[str]
) -> None:
    (found,) = made(said, "fire")
    assert isinstance(found, Transcript)
    assert (set(found.supports), set(found.doubts), found.text) == (supports, doubts, said)


def test_a_phrase_that_the_grammar_missed_comes_before_the_transcript() -> None:
    missed, _ = made("there is a big fire", phrase="fire")
    assert isinstance(missed, PhraseHeard)
    assert len(made("there is a big fire", "fire", phrase="fire")) == 1


def test_where_nothing_was_said_there_is_no_transcript() -> None:
    assert made("") == []


def wanted(name: str, seconds: float = 1, *alerts: str) -> Transcription:
    sound = TransmissionAudio("gate", 0, name, np.zeros(round(seconds * RATE_HZ), np.float32), RATE_HZ)
    return Transcription("gate", name, LISTENING, (sound,), frozenset(alerts))


def names(transcriptions: list[Transcription]) -> list[str]:
    return [each.transmission for each in transcriptions]


def test_calls_that_raised_something_come_first_and_others_in_their_order() -> None:
    queue = TranscriptQueue()
    for each in (wanted("a"), wanted("b"), wanted("c", 1, "fire"), wanted("d", 1, "fire")):
        queue.put(each)
    found = [queue.next() for _ in range(4)]
    assert [each.transmission for each in found if each] == ["c", "d", "a", "b"]


def test_what_is_too_much_is_given_up_the_oldest_that_raised_nothing_first() -> None:
    queue = TranscriptQueue(most_s=3)
    assert not queue.put(wanted("a", 1, "fire"))
    assert not queue.put(wanted("b"))
    assert not queue.put(wanted("c"))
    assert names(queue.put(wanted("d"))) == ["b"]
    assert names(queue.put(wanted("e", 2.5, "fire"))) == ["c", "d", "a"]


def test_whoever_waits_is_woken_by_the_next_and_by_the_end() -> None:
    queue = TranscriptQueue()
    taken: list[str | None] = []

    def serve() -> None:
        while each := queue.next():
            taken.append(each.transmission)
        taken.append(None)

    server = Thread(target=serve)
    server.start()
    queue.put(wanted("a"))
    while not taken:
        pass
    queue.close()
    server.join(10)
    assert taken == ["a", None]
