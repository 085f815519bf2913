"""Words of the model itself that catch speech which is no phrase."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from radiobridge.speech.models import resolve
from radiobridge.speech.other_words import MOST_WORDS, apart, drawn_words
from radiobridge.speech.recogniser import SpeechModel
from tests.speech.builders import KOREAN, korean_book, phrases_in, recognised, spoken
from tests.speech.model_site import model_folder


def test_the_draw_is_the_same_each_time_and_of_words_that_the_model_has(
    korean: SpeechModel, tmp_path: Path
) -> None:
    folder = resolve(KOREAN, tmp_path)
    words = drawn_words(folder, "ko")
    assert words == drawn_words(folder, "ko-KR")
    assert len(words) > MOST_WORDS
    assert all(re.fullmatch("[가-힣]{2,3}", word) and korean.knows(word) for word in words)


@pytest.mark.parametrize(
    ("word", "phrase", "stays"),
    [
        ("화재경보", "화재", False),
        ("화제", "화재", False),
        ("판후이", "화재", True),
        ("치킨집", "운동장", True),
        ("着火", "着火了", False),
        ("招火", "着火", False),
        ("牛奶", "着火", True),
        ("leaks", "leak", False),
        ("garden", "leak", True),
    ],
)
def test_what_is_near_to_a_word_of_a_phrase_is_none_of_them(word: str, phrase: str, stays: bool) -> None:
    assert list(apart([word], frozenset((phrase,)))) == ([word] if stays else [])


def test_no_more_of_them_than_are_wanted() -> None:
    assert len(list(apart(map(str, range(10_000)), frozenset()))) == MOST_WORDS


def test_upper_case_and_other_scripts_are_not_drawn(tmp_path: Path) -> None:
    model_folder(tmp_path)
    words = "fire garden AUTOMOTIVE o'clock 着火 b2b thermodynamics tea"
    (tmp_path / "graph" / "words.txt").write_text(
        "".join(f"{word} 1\n" for word in words.split()), encoding="utf-8"
    )
    assert sorted(drawn_words(tmp_path, "en")) == ["fire", "garden"]
    assert drawn_words(tmp_path, "zh-CN") == ("着火",)


def test_a_phrase_is_heard_among_them(korean: SpeechModel) -> None:
    phrases = korean_book("화재 위험", "지원 화재")
    assert len(set(korean.grammar(phrases).lines)) > MOST_WORDS
    (heard,) = phrases_in(recognised(korean, phrases, spoken("지원 화재")))
    assert heard.text == "지원 화재"


def test_a_vocabulary_that_cannot_be_read_costs_no_phrase(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = resolve(KOREAN, tmp_path)
    for file in real.rglob("*"):
        copy = tmp_path / "model" / file.relative_to(real)
        if file.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(file)
    (tmp_path / "model" / "graph" / "words.txt").write_bytes(b"\xff\xfe")
    with caplog.at_level(logging.WARNING):
        model = SpeechModel.load(tmp_path / "model", "ko")
    assert "words.txt" in caplog.text or "cannot be read" in caplog.text
    assert phrases_in(recognised(model, korean_book("지원 화재"), spoken("지원 화재")))
