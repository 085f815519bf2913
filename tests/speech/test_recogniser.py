"""The real Korean model on speech of espeak-ng."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge.errors import ModelError
from radiobridge.events import PartialWords
from radiobridge.speech.models import resolve
from radiobridge.speech.phrases import UNKNOWN
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from tests.speech.builders import (
    AT,
    fed,
    korean_book,
    noisy,
    phrases_in,
    quiet,
    recognised,
    spoken,
    utterances_in,
    with_quiet,
)

PHRASES = korean_book("화재 위험", "지원 화재", "지진 위험")
ASSETS = Path("radiobridge/assets")


@pytest.mark.parametrize("text", ["지원 화재", "지진 위험"])
def test_a_spoken_phrase_is_heard(korean: SpeechModel, text: str) -> None:
    (heard,) = phrases_in(recognised(korean, PHRASES, spoken(text)))
    assert (heard.text, heard.alert, heard.language) == (text, "fire", "ko")
    assert heard.confidence >= 0.8
    assert AT < heard.at < AT + 5


@pytest.mark.parametrize("text", ["오늘 점심은 김치찌개를 먹었습니다", "여기는 학교 정문입니다 잘 들립니까"])
def test_plain_talk_raises_nothing(korean: SpeechModel, text: str) -> None:
    events = recognised(korean, PHRASES, spoken(text))
    assert phrases_in(events) == []
    assert utterances_in(events)


def test_the_recordings_of_the_demo_are_what_they_say(korean: SpeechModel) -> None:
    for name, count in (("fire.flac", 1), ("chatter.flac", 0)):
        sound, rate_hz = soundfile.read(ASSETS / name, dtype="float32")
        assert rate_hz == RATE_HZ
        for level_dbfs in (-90, -50):
            events = recognised(korean, PHRASES, noisy(with_quiet(sound), level_dbfs, seed=1))
            assert len(phrases_in(events)) == count, (name, level_dbfs)


def test_blocks_of_any_size_give_the_same_words(korean: SpeechModel) -> None:
    sound = spoken("지원 화재")
    assert utterances_in(recognised(korean, PHRASES, sound, 320)) == utterances_in(
        recognised(korean, PHRASES, sound, 4567)
    )


def test_words_come_while_the_person_speaks(korean: SpeechModel) -> None:
    events = recognised(korean, PHRASES, spoken("지원 화재"))
    assert isinstance(events[0], PartialWords)


def test_what_an_utterance_may_have_been_besides_is_told_with_its_share(korean: SpeechModel) -> None:
    (said,) = utterances_in(recognised(korean, korean_book("화재 이상", "화재 위험"), spoken("화재 이상")))
    readings = [said.text, *(other.text for other in said.alternatives)]
    assert "화재 이상" in readings
    assert len(set(readings)) == len(readings) > 1
    assert all(0 < other.share < 1 for other in said.alternatives)
    assert sum(other.share for other in said.alternatives) < 1


def test_a_phrase_does_not_wait_for_the_alternatives(korean: SpeechModel) -> None:
    events = recognised(korean, PHRASES, spoken("지원 화재"))
    assert events.index(phrases_in(events)[0]) < events.index(utterances_in(events)[0])


def test_silence_and_garbage_are_no_phrase(korean: SpeechModel) -> None:
    rng = np.random.default_rng(1)
    for sound in (np.zeros(RATE_HZ, np.float32), rng.uniform(-1, 1, RATE_HZ).astype(np.float32)):
        assert phrases_in(recognised(korean, PHRASES, sound)) == []


def test_words_that_the_model_does_not_know_are_named(korean: SpeechModel) -> None:
    grammar = korean.grammar(korean_book("화재 위험", "블라블라블루"))
    assert [phrase.text for phrase in grammar.unheard] == ["블라블라블루"]


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=str(tmp_path)):
        SpeechModel.load(resolve(str(tmp_path), tmp_path), "ko")


def test_a_hollow_model_says_that_it_is_damaged(hollow_model: Path) -> None:
    with pytest.raises(ModelError, match="damaged"):
        SpeechModel.load(hollow_model, "xx")


def test_words_that_the_engine_hears_in_steady_noise_are_none(korean: SpeechModel) -> None:
    recognition = korean.recognise("main", "t1", PHRASES)
    noise = noisy(quiet(3), -30, seed=1)
    noise[RATE_HZ : RATE_HZ + RATE_HZ // 2] *= 2
    fed(recognition, noise, AT)
    in_noise = recognition._word({"word": "화재", "start": 2.2, "end": 2.6, "conf": 1.0})
    in_voice = recognition._word({"word": "화재", "start": 1.1, "end": 1.4, "conf": 1.0})
    assert (in_noise.text, in_voice.text) == (UNKNOWN, "화재")


def test_words_that_the_engine_hears_in_silence_are_none(korean: SpeechModel) -> None:
    recognition = korean.recognise("main", "t1", PHRASES)
    fed(recognition, quiet(1), AT)
    fed(recognition, np.full(RATE_HZ, 0.1, np.float32), AT + 1)
    in_silence = recognition._word({"word": "화재", "start": 0.2, "end": 0.6, "conf": 1.0})
    in_sound = recognition._word({"word": "화재", "start": 1.2, "end": 1.6, "conf": 1.0})
    assert (in_silence.text, in_sound.text) == (UNKNOWN, "화재")
