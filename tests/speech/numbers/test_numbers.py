"""What holds for numbers in every language."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.speech.numbers import MOST_WORDS, number_words, readings, spoken
from radiobridge.speech.numbers.latin import COMMON_SPELLING, LETTERS, PLAIN, SPELLING
from radiobridge.speech.text import normalised, words_of
from tests.speech.numbers.builders import read

SPEAKING = ("en", "zh", "yue", "ko")
LANGUAGES = (*SPEAKING, "fr")
MOST_S = 0.03
"""For one sequence of words; it takes a small part of that, but the machine may be busy."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_up_to_9999_reads_back_in_each_way_to_say_it(language: str) -> None:
    for number in range(10_000):
        ways = spoken(str(number), language)
        assert ways
        for way in ways:
            assert str(number) in readings(way, language), way


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_id_with_leading_zeros_reads_back(language: str) -> None:
    for identifier in [f"{number:02}" for number in range(100)] + [f"{number:03}" for number in range(100)]:
        ways = spoken(identifier, language)
        assert ways
        for way in ways:
            assert identifier in readings(way, language), way


@pytest.mark.parametrize("language", SPEAKING)
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_reads_back_before_after_and_without_digits(language: str, letter: str) -> None:
    for identifier in (
        letter,
        f"{letter}7",
        f"{letter}12",
        f"{letter}03",
        f"12{letter}",
        f"{letter}{letter}1",
    ):
        assert spoken(identifier, language), identifier


@pytest.mark.parametrize("language", SPEAKING)
@pytest.mark.parametrize("alphabet", [SPELLING, COMMON_SPELLING, PLAIN])
def test_the_spelling_alphabet_and_written_letters_are_read_everywhere(
    language: str, alphabet: dict[str, str]
) -> None:
    for letter, word in alphabet.items():
        assert letter in read(word, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ways_are_words_as_a_recogniser_gives_them_and_none_is_there_twice(language: str) -> None:
    for identifier in ("0", "03", "12", "103", "777", "1234", "A12", "X3"):
        ways = spoken(identifier, language)
        assert len(set(ways)) == len(ways)
        for way in ways:
            assert words_of(" ".join(way)) == way


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grammar_has_every_word_that_is_said_of_two_digits_and_letters(language: str) -> None:
    words = set(number_words(language))
    for identifier in [str(number) for number in range(10)] + [f"{letter}{letter}" for letter in LETTERS]:
        for way in spoken(identifier, language):
            assert words.issuperset(way)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_a_grammar_are_different_and_normalised(language: str) -> None:
    words = number_words(language)
    assert len(set(words)) == len(words)
    assert [word for word in words if normalised(word) != word and word != "○"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "identifier", ["", " ", "1-2", "A 1", "三", "३", "Ä", "[unk]", "1" * (MOST_WORDS + 1) + "A"]
)
def test_what_is_no_identifier_is_not_said(identifier: str, language: str) -> None:
    assert spoken(identifier, language) == ()


@pytest.mark.parametrize("language", SPEAKING)
def test_an_identifier_may_be_given_in_small_letters(language: str) -> None:
    assert spoken("a12", language) == spoken("A12", language) != ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_no_number(language: str) -> None:
    assert readings((), language) == frozenset()
    assert readings(("",), language) == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_more_words_than_people_say_are_no_number(language: str) -> None:
    assert readings(("7",) * MOST_WORDS, language) == {"7" * MOST_WORDS}
    assert readings(("7",) * (MOST_WORDS + 1), language) == frozenset()


def test_of_an_unknown_language_arabic_digits_are_read() -> None:
    assert read("1 2", "fr") == {"12"}
    assert read("03", "") == {"03"}
    assert read("a12", "fr") == read("deux", "fr") == read("٣", "fr") == set()


@pytest.mark.parametrize(("tag", "said"), [("en-US", "twelve"), ("EN", "twelve"), ("zh-Hans-CN", "十二")])
def test_a_tag_of_a_region_is_its_language(tag: str, said: str) -> None:
    assert read(said, tag) == {"12"}


ANY_WORD = st.one_of(
    st.sampled_from(sorted({word for language in SPEAKING for word in number_words(language)})),
    st.sampled_from(["fire", "号", "네", "tree", "1", "12", "a12", "[unk]", "", "٣", "Ⅷ", "²"]),
    st.text(max_size=8),
)


@given(st.lists(ANY_WORD, max_size=30), st.sampled_from(LANGUAGES))
def test_random_words_are_read_at_once_or_are_none(words: list[str], language: str) -> None:
    start = time.thread_time()
    found = readings(words, language)
    assert time.thread_time() - start < MOST_S
    assert all(each.isascii() and each.isalnum() and each == each.upper() for each in found)


@given(st.data(), st.sampled_from(SPEAKING))
def test_random_number_words_are_read_at_once(data: st.DataObject, language: str) -> None:
    words = data.draw(st.lists(st.sampled_from(number_words(language)), max_size=MOST_WORDS))
    start = time.thread_time()
    assert len(readings(words, language)) <= len(("one", "another"))
    assert time.thread_time() - start < MOST_S


@pytest.mark.parametrize("language", SPEAKING)
@pytest.mark.parametrize("part", ["일", "에이", "아이", "一", "十", "1", "a", "a1", "o", "double"])
def test_a_word_of_a_thousand_parts_is_read_at_once(part: str, language: str) -> None:
    start = time.thread_time()
    for end in ("", "x", "?", "네", "百"):
        readings((part * 1000 + end,) * MOST_WORDS, language)
    assert time.thread_time() - start < 20 * MOST_S


@given(st.from_regex("[A-Z]{0,2}[0-9]{1,4}[A-Z]?", fullmatch=True), st.sampled_from(SPEAKING))
def test_random_identifiers_read_back(identifier: str, language: str) -> None:
    ways = spoken(identifier, language)
    assert ways
    assert all(identifier in readings(way, language) for way in ways)
