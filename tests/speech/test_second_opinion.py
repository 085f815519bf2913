"""The second opinion in the pool: what it makes of a transmission, and what happens without it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from pathlib import Path
from typing import ClassVar, cast

import numpy as np
import pytest

from radiobridge.errors import MissingPart, ModelError
from radiobridge.events import (
    Condition,
    Health,
    PhraseHeard,
    Samples,
    SpeechEnded,
    Transcript,
    TransmissionAudio,
)
from radiobridge.events import Word as SpokenWord
from radiobridge.ports import DriverSettings, Transcriber, loading
from radiobridge.speech.grammar import Grammar
from radiobridge.speech.lanes import Listening
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from radiobridge.speech.second_opinion import SecondOpinion, joined
from radiobridge.speech.transcripts import Transcription
from tests.speech.builders import book, phrase
from tests.speech.test_pool import pool, say


class FakeTranscriber(Transcriber):
    """A transcriber that says what the test has put into it."""

    Settings = DriverSettings
    says: ClassVar[list[SpokenWord]] = []
    then: ClassVar[list[list[SpokenWord]]] = []
    """What it says first, a transmission each."""
    opens: ClassVar[Exception | None] = None
    fails: ClassVar[list[Exception]] = []
    speaks: ClassVar[str] = "ko"

    @property
    def name(self) -> str:
        return "the fake"

    def open(self) -> None:
        if self.opens:
            raise self.opens

    def close(self) -> None:
        pass

    def hears(self, language: str) -> bool:
        return language == self.speaks

    def transcribe(self, samples: Samples, language: str) -> list[SpokenWord]:
        if self.fails:
            raise self.fails.pop()
        return self.then.pop(0) if self.then else self.says


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def installed(*, group: str) -> Sequence[EntryPoint]:
        one = EntryPoint("transcriber.fake", f"{__name__}:FakeTranscriber", group)
        return EntryPoints([*entry_points(group=group), one])

    monkeypatch.setattr(loading, "entry_points", installed)
    monkeypatch.setattr(FakeTranscriber, "says", words("지원, 화재!"))
    monkeypatch.setattr(FakeTranscriber, "fails", [])
    return monkeypatch


def words(*utterances: str) -> list[SpokenWord]:
    """Words of 0.4 s, a second of silence between the utterances."""
    found, at = [], 0.0
    for utterance in utterances:
        for text in utterance.split():
            found.append(SpokenWord(text, at, at + 0.4, 0.9))
            at += 0.4
        at += 1.0
    return found


def test_the_transcript_is_that_of_the_second_opinion(tmp_path: Path) -> None:
    with pool(tmp_path, second_opinion="fake") as (running, events):
        say(running, "a")
        events.until(PhraseHeard)
        events.until(SpeechEnded)
        transcript = events.until(Transcript)
    assert (transcript.id, transcript.by, transcript.text) == ("a", "fake", "지원 화재")
    assert transcript.supports == {"fire"}
    assert transcript.doubts == set()


def test_a_second_opinion_that_hears_something_else_doubts_the_alert(
    tmp_path: Path, fake: pytest.MonkeyPatch
) -> None:
    fake.setattr(FakeTranscriber, "says", words("오늘 날씨가 좋네요"))
    with pool(tmp_path, second_opinion="fake") as (running, events):
        say(running, "a")
        assert events.until(Transcript).doubts == {"fire"}


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (MissingPart("install this"), "no second opinion: install this; then restart radiobridge"),
        (ZeroDivisionError("oops"), "a fault in its driver: ZeroDivisionError"),
    ],
)
def test_one_that_does_not_open_is_told_and_the_model_decodes_instead(
    tmp_path: Path, fake: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    fake.setattr(FakeTranscriber, "opens", error)
    with pool(tmp_path, second_opinion="fake") as (running, events):
        while why not in (told := events.until(Health, condition=Condition.DEGRADED)).why:
            pass
        assert "meanwhile the speech model itself" in told.why
        say(running, "a")
        assert events.until(PhraseHeard).alert == "fire"
        assert events.until(Transcript).by == "vosk"


def test_one_that_does_not_know_the_language_is_told_at_once(
    tmp_path: Path, fake: pytest.MonkeyPatch
) -> None:
    fake.setattr(FakeTranscriber, "speaks", "en")
    with pool(tmp_path, second_opinion="fake") as (running, events):
        while "does not know the language 'ko'" not in events.until(Health).why:
            pass
        say(running, "a")
        assert events.until(Transcript).by == "vosk"


@pytest.mark.parametrize("error", [ModelError("out of memory"), KeyError("oops")])
def test_one_that_fails_once_is_told_and_asked_again(tmp_path: Path, error: Exception) -> None:
    FakeTranscriber.fails.append(error)
    with pool(tmp_path, second_opinion="fake") as (running, events):
        events.until(Health, condition=Condition.OK)
        say(running, "a")
        assert "no second opinion" in events.until(Health, condition=Condition.DEGRADED).why
        assert events.until(Transcript).by == "vosk"
        say(running, "b")
        events.until(Health, condition=Condition.OK)
        assert events.until(Transcript).by == "fake"


def test_where_it_hears_nothing_there_is_no_transcript(tmp_path: Path) -> None:
    FakeTranscriber.then.extend(([], words("화재")))
    with pool(tmp_path, second_opinion="fake") as (running, events):
        say(running, "a")
        events.until(SpeechEnded)
        say(running, "b")
        assert events.until(Transcript).id == "b"


class _NoModel:
    language = "en"


def sound(at: float, level: float, seconds: float = 1) -> TransmissionAudio:
    return TransmissionAudio("gate", at, "a", np.full(round(seconds * RATE_HZ), level, np.float32), RATE_HZ)


def test_words_are_cut_into_utterances_at_pauses_and_a_phrase_is_found_in_one(
    fake: pytest.MonkeyPatch,
) -> None:
    fake.setattr(FakeTranscriber, "says", words("Nice day-today.", "Fire at post 12!"))
    phrases = book(phrase(en=("fire at post {number}",)))
    listening = Listening(cast(SpeechModel, _NoModel()), phrases, cast(Grammar, None))
    opinion = SecondOpinion("fake", FakeTranscriber(DriverSettings()))
    first, second, found = opinion.heard(
        Transcription("gate", "a", listening, (sound(100.0, 0.1),), frozenset())
    )
    assert [event.text for event in (first, second)] == ["nice day today", "fire at post 12"]
    assert isinstance(found, PhraseHeard)
    assert (found.alert, found.fields, found.text) == ("fire", {"number": "12"}, "fire at post 12")
    assert found.at == pytest.approx(100.0 + 0.4 * 6 + 1.0)


def test_sound_that_was_left_out_is_silence_so_that_times_stay_right() -> None:
    whole = joined((sound(100.0, 0.1), sound(103.0, 0.2)))
    assert len(whole) == 4 * RATE_HZ
    assert (whole[0], whole[2 * RATE_HZ], whole[-1]) == pytest.approx((0.1, 0.0, 0.2))
