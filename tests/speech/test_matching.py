"""Which phrase an utterance is: what was said well, badly, around it, and what was not said at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.speech.matching import Heard, Matcher, Understood
from radiobridge.speech.numbers import readings
from radiobridge.speech.templates import Template
from tests.speech import cases as spoken_cases
from tests.speech.chinese_cases import CHINESE, PHRASES, POSTS, Case

ENGLISH = (
    "there is a fire",
    "fire at {post}",
    "someone has a knife",
    "we need an ambulance",
    "child is missing",
)
ENGLISH_POSTS = {"03": "Central School", "12": "Harbour School", "A7": ""}
KOREAN = ("화재 위험", "불이 났어요", "{post}번 초소 화재", "침입자 발견", "사람이 다쳤어요")
KOREAN_POSTS = {"03": "중앙 초등학교", "12": ""}


def matcher(language: str, phrases: Sequence[str], posts: dict[str, str]) -> Matcher:
    return Matcher(language, [(n, Template.parse(text)) for n, text in enumerate(phrases)], posts, readings)


def heard(text: str, confidence: float = 1.0) -> list[Heard]:
    return [Heard(word, confidence) for word in text.split()]


def told(understood: Understood, phrases: Sequence[str]) -> Case:
    match = understood.match
    if match is None:
        return Case("", None)
    return Case("", phrases[match.key], match.slots.get("post"), understood.status)


def test_chinese_calls_are_understood_and_talk_is_not() -> None:
    chinese = matcher("zh", PHRASES, POSTS)
    calls = [case for case in CHINESE if case.phrase]
    assert len(CHINESE) > 200
    missed, wrong = [], []
    for case in CHINESE:
        found = told(chinese.understood(heard(case.said)), PHRASES)
        if found.phrase is None:
            missed += [case.said] if case.phrase else []
        elif found != case._replace(said=""):
            wrong.append((case, found))
    assert wrong == []
    assert 1 - len(missed) / len(calls) >= 0.97, missed


@pytest.mark.parametrize(
    ("said", "phrase", "post", "status"),
    [
        ("there is a fire", 0, None, None),
        ("there is fire", 0, None, None),
        ("there's a fire", 0, None, None),
        ("help there is a fire come quickly", 0, None, None),
        ("there is a fire there is a fire over", 0, None, None),
        ("fire at three", 1, "03", None),
        ("fire at zero three", 1, "03", None),
        ("fire at niner niner", None, None, None),
        ("fire at central school", 1, "03", None),
        ("fire at harbor school please hurry", 1, "12", None),
        ("fire at alpha seven", 1, "A7", None),
        ("this is post twelve someone has a knife", 2, "12", None),
        ("someone has a knife this is central school", 2, "03", None),
        ("this is a drill fire at one two", 1, "12", "Exercise"),
        ("we need an ambulance this is only a test", 3, None, "Test"),
        ("this is not a drill child is missing", 4, None, "Actual"),
        ("no drill there is a fire", 0, None, "Actual"),
        ("there is no fire", None, None, None),
        ("is there a fire", None, None, None),
        ("there was a fire yesterday", None, None, None),
        ("fire drill tomorrow at ten", None, None, None),
        ("fire at will", None, None, None),
        ("no one has a knife", None, None, None),
        ("we need an answer", None, None, None),
        ("child is missing school today", None, None, None),
        ("post twelve", None, None, None),
        ("this is a drill", None, None, None),
    ],
)
def test_english_calls_are_understood_and_talk_is_not(
    said: str, phrase: int | None, post: str | None, status: str | None
) -> None:
    understood = matcher("en", ENGLISH, ENGLISH_POSTS).understood(heard(said))
    assert told(understood, ENGLISH) == Case("", None if phrase is None else ENGLISH[phrase], post, status)


@pytest.mark.parametrize(
    ("said", "phrase", "post", "status"),
    [
        ("화재 위험", 0, None, None),
        ("화재위험", 0, None, None),
        ("화제 위험", 0, None, None),
        ("화재 위험 이상", 0, None, None),
        ("여보세요 화재 위험 빨리", 0, None, None),
        ("화재 위험 화재 위험", 0, None, None),
        ("불이 났어요", 1, None, None),
        ("불 났어요", 1, None, None),
        ("불이 났써요", 1, None, None),
        ("삼 번 초소 화재", 2, "03", None),
        ("십이번 초소 화재", 2, "12", None),
        ("일이 번 초소 화재", 2, "12", None),
        ("침입자 발견", 3, None, None),
        ("여기는 삼번 침입자 발견", 3, "03", None),
        ("여기는 중앙 초등학교 사람이 다쳤어요", 4, "03", None),
        ("훈련 상황 화재 위험", 0, None, "Exercise"),
        ("화재 위험 실제 상황입니다", 0, None, "Actual"),
        ("불이 안 났어요", None, None, None),
        ("화재 위험이 없습니다", None, None, None),
        ("화재 보험", None, None, None),
        ("침입자 없음", None, None, None),
        ("사람이 많아요", None, None, None),
        ("훈련 상황", None, None, None),
    ],
)
def test_korean_calls_are_understood_and_talk_is_not(
    said: str, phrase: int | None, post: str | None, status: str | None
) -> None:
    understood = matcher("ko", KOREAN, KOREAN_POSTS).understood(heard(said))
    assert told(understood, KOREAN) == Case("", None if phrase is None else KOREAN[phrase], post, status)


@pytest.mark.parametrize(
    ("language", "cases", "recall"),
    [
        ("zh", spoken_cases.CHINESE, 0.95),
        ("en", spoken_cases.ENGLISH, 0.85),
        ("ko", spoken_cases.KOREAN, 0.95),
    ],
)
def test_calls_that_others_would_make_are_understood_and_their_talk_is_not(
    language: str, cases: Sequence[spoken_cases.Case], recall: float
) -> None:
    phrases = spoken_cases.PHRASES[language]
    posts = {post: names.get(language, "") for post, names in spoken_cases.POSTS.items()}
    listening = matcher(language, phrases, posts)
    missed, wrong = [], []
    for case in cases:
        found = told(listening.understood(heard(case.said)), phrases)
        if found.phrase is None:
            missed += [case.said] if case.phrase else []
        elif tuple(found)[1:] != tuple(case)[1:]:
            wrong.append((case, found))
    assert wrong == []
    calls = sum(case.phrase is not None for case in cases)
    assert 1 - len(missed) / calls >= recall, missed


def test_a_negation_is_never_passed_over_however_it_sounds() -> None:
    # 未 sounds as the filler 喂 does.
    chinese = matcher("zh", ("发现可疑人员",), {})
    assert chinese.understood(heard("喂 发现 可疑 人员")).match
    assert chinese.understood(heard("未 发现 可疑 人员")).match is None


def test_the_confidence_is_that_of_the_least_sure_word_of_the_phrase_and_its_slots() -> None:
    words = [Heard("uh", 0.1), Heard("fire", 0.9), Heard("at", 0.95), Heard("three", 0.8)]
    match = matcher("en", ENGLISH, ENGLISH_POSTS).understood(words).match
    assert match
    assert match.confidence == 0.8
    assert 0.9 < match.closeness < 1


def test_a_post_that_was_said_in_two_ways_is_no_post() -> None:
    match = matcher("en", ENGLISH, ENGLISH_POSTS).understood(heard("fire at three fire at twelve")).match
    assert match
    assert match.slots == {}


def test_another_phrase_that_is_as_close_is_a_rival() -> None:
    match = matcher("zh", ("有人打架了", "有人打假了"), {}).understood(heard("有人 打架 了")).match
    assert match
    assert {match.key, match.rival} == {0, 1}


def test_a_number_means_the_one_post_that_it_can() -> None:
    for posts, said, expected in (
        ({"03": ""}, "three", "03"),
        ({"03": "", "3": ""}, "three", "3"),
        ({"03": "", "003": ""}, "three", None),
        ({"12": ""}, "one two", "12"),
    ):
        match = matcher("en", ("fire at {post}",), posts).understood(heard(f"fire at {said}")).match
        assert (match.slots.get("post") if match else None) == expected


def test_a_talker_without_end_is_no_call() -> None:
    assert matcher("en", ENGLISH, {}).understood(heard("there is a fire " * 20)).match is None


@given(st.lists(st.text(max_size=8), max_size=12))
def test_nothing_that_is_written_is_too_odd(words: list[str]) -> None:
    for language, phrases, posts in (
        ("zh", PHRASES, POSTS),
        ("en", ENGLISH, ENGLISH_POSTS),
        ("ko", KOREAN, {}),
    ):
        matcher(language, phrases, posts).understood([Heard(word, 1.0) for word in words])
