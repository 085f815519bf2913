"""Which phrase an utterance is: what was said well, badly, around it, and what was not said at all."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.speech.matching import Heard, Matcher, Understood
from radiobridge.speech.numbers import readings
from radiobridge.speech.templates import Template
from tests.speech import cases as spoken_cases
from tests.speech import second_cases, second_chinese, unseen_cases
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
    ("source", "language", "cases", "recall", "precision"),
    [
        (spoken_cases, "zh", spoken_cases.CHINESE, 0.97, 1.0),
        (spoken_cases, "en", spoken_cases.ENGLISH, 0.91, 1.0),
        (spoken_cases, "ko", spoken_cases.KOREAN, 0.97, 1.0),
        (second_chinese, "zh", second_chinese.CHINESE, 0.97, 0.98),
        (second_cases, "en", second_cases.ENGLISH, 0.97, 0.97),
        (second_cases, "ko", second_cases.KOREAN, 0.97, 0.95),
        (unseen_cases, "zh", unseen_cases.CHINESE, 0.97, 0.95),
        (unseen_cases, "en", unseen_cases.ENGLISH, 0.80, 0.94),
        (unseen_cases, "ko", unseen_cases.KOREAN, 0.97, 0.97),
    ],
)
def test_calls_that_others_would_make_are_understood_and_their_talk_is_not(
    source: ModuleType, language: str, cases: Sequence[spoken_cases.Case], recall: float, precision: float
) -> None:
    phrases, posts = scene(source, language)
    listening = matcher(language, phrases, posts)
    right, missed, wrong = 0, [], []
    for case in cases:
        found = told(listening.understood(heard(case.said)), phrases)
        if found.phrase is None:
            missed += [case.said] if case.phrase else []
        elif tuple(found)[1:] != tuple(case)[1:]:
            wrong.append((case, found))
        else:
            right += 1
    calls = sum(case.phrase is not None for case in cases)
    assert right / calls >= recall, missed
    assert right / (right + len(wrong)) >= precision, wrong


def scene(source: ModuleType, language: str) -> tuple[Sequence[str], dict[str, str]]:
    """The phrases of a module of cases, and the posts' names, in a language."""
    phrases = source.PHRASES if isinstance(source.PHRASES, tuple) else source.PHRASES[language]
    posts = {
        post: names if isinstance(names, str) else names.get(language, "")
        for post, names in source.POSTS.items()
    }
    return phrases, posts


def test_a_negation_is_never_passed_over_however_it_sounds() -> None:
    # 未 sounds as the filler 喂 does.
    chinese = matcher("zh", ("发现可疑人员",), {})
    assert chinese.understood(heard("喂 发现 可疑 人员")).match
    assert chinese.understood(heard("未 发现 可疑 人员")).match is None


@pytest.mark.parametrize(
    ("language", "phrase", "said", "is_call"),
    [
        ("ko", "연기가 나요", "연기가 나요", True),
        ("ko", "연기가 나요", "연기가 납니까", False),
        ("ko", "수상한 사람이 있습니다", "수상한 사람이 있습니까 이상", False),
        ("ko", "수상한 사람이 있습니다", "여기는 삼번 수상한 사람이 있습니까", False),
        ("zh", "发现可疑人员和可疑车辆", "发现 可疑 人员 和 可疑 车辆 吗 完毕", False),
    ],
)
def test_only_a_phrase_that_ends_as_a_question_is_meant_by_one(
    language: str, phrase: str, said: str, is_call: bool
) -> None:
    understood = matcher(language, (phrase,), {"03": ""}).understood(heard(said))
    assert (understood.match is not None) == is_call


def test_a_filler_may_begin_with_a_character_that_denies_elsewhere() -> None:
    chinese = matcher("zh", ("着火了",), {})
    assert chinese.understood(heard("唔該 快啲 着火啦")).match
    assert chinese.understood(heard("唔 着火")).match is None


def test_a_post_may_be_called_a_post_and_its_name_be_written_apart() -> None:
    english = matcher("en", ("fire at {post}",), {"01": "Hillside School", "12": ""})
    for said, post in (
        ("fire at post twelve", "12"),
        ("fire at post number twelve", "12"),
        ("fire at the hill side school", "01"),
    ):
        match = english.understood(heard(said)).match
        assert match, said
        assert match.slots == {"post": post}


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


def test_other_phrases_that_are_as_close_are_rivals() -> None:
    chinese = matcher("zh", ("有人打架了", "有人打假了", "有人大家了"), {})
    match = chinese.understood(heard("有人 打架 了")).match
    assert match
    assert {match.key, *match.rivals} == {0, 1, 2}


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
