"""What a model listens for: lines of words that it knows."""

from __future__ import annotations

import pytest

from radiobridge.settings import PostSettings, SpeechSettings
from radiobridge.speech.everyday import everyday_words
from radiobridge.speech.grammar import grammar_of
from radiobridge.speech.phrases import UNKNOWN, PhraseBook
from radiobridge.speech.text import normalised
from tests.speech.builders import book, phrase


def knows_all(_word: str) -> bool:
    return True


def test_the_grammar_holds_phrases_twice_and_known_everyday_words_once() -> None:
    known = {"there", "is", "a", "fire", *everyday_words("en")[:40]}
    grammar = grammar_of(book(phrase(en=("There is a fire",))), "en", known.__contains__)
    assert grammar.lines.count("there is a fire") == 2
    assert set(grammar.lines) - {"there is a fire", "there is"} == set(everyday_words("en")[:40])
    assert UNKNOWN not in grammar.lines


def test_the_grammar_holds_the_token_for_unknown_speech_where_the_model_has_it() -> None:
    grammar = grammar_of(book(phrase(en=("fire",))), "en", knows_all)
    assert UNKNOWN in grammar.lines


def test_a_word_of_a_phrase_is_no_everyday_word() -> None:
    word = everyday_words("en")[0]
    grammar = grammar_of(book(phrase(en=(f"fire {word}",))), "en", knows_all)
    assert word not in grammar.lines
    assert word in grammar.phrase_words


def test_a_phrase_with_a_word_that_the_model_lacks_is_left_out_and_named() -> None:
    phrases = book(phrase(en=("fire",)), phrase(en=("big conflagration",)))
    grammar = grammar_of(phrases, "en", lambda word: word != "conflagration")
    assert "big conflagration" not in grammar.lines
    assert [(u.phrase, u.text, u.words) for u in grammar.unheard] == [
        (1, "big conflagration", ("conflagration",))
    ]


def test_a_slot_that_nothing_can_fill_is_named() -> None:
    (unheard,) = grammar_of(book(phrase(en=("fire at {post}",))), "en", knows_all).unheard
    assert str(unheard) == "'fire at {post}' (nothing can fill its slot)"


def test_a_slot_stands_in_the_grammar_with_every_post_in_words_that_the_model_has() -> None:
    posts = [PostSettings(id="12", name={"en": "Central School"}), PostSettings(id="07", name={"zh": "x"})]
    phrases = PhraseBook([phrase(en=("fire at {post}",))], SpeechSettings(), posts)
    lacks = {"seven", "o"}
    lines = set(grammar_of(phrases, "en", lambda word: word not in lacks).lines)
    assert {"fire at twelve", "fire at one two", "fire at central school"} <= lines
    assert not any(lacks & set(line.split()) for line in lines)


def test_everyday_words_keep_their_weight_beside_a_phrase_with_many_lines() -> None:
    posts = [PostSettings(id=f"{number:02}", name={"zh": "x"}) for number in range(1, 34)]
    phrases = PhraseBook([phrase(en=("fire at {post}",))], SpeechSettings(), posts)
    lines = grammar_of(phrases, "en", knows_all).lines
    with_slot = len({line for line in lines if line.startswith("fire at")})
    assert with_slot > 33
    assert lines.count("anything") == with_slot


def test_other_words_of_the_vocabulary_catch_speech_in_a_language_without_a_list() -> None:
    phrases = book(phrase(fr=("au feu",)))
    drawn = [f"mot{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    grammar = grammar_of(phrases, "fr", knows_all, drawn=drawn)
    assert set(drawn) <= set(grammar.lines)
    assert not set(drawn) & grammar.phrase_words


def test_drills_and_longer_fillers_may_be_said_around_a_phrase() -> None:
    grammar = grammar_of(book(phrase(en=("fire",))), "en", knows_all)
    assert {"this is a drill", "come quickly", "radio check"} <= set(grammar.lines)
    assert "uh" not in grammar.lines
    assert "drill" in grammar.phrase_words


def test_a_chinese_phrase_is_cut_into_the_fewest_words_that_the_model_has() -> None:
    known = {"着", "火", "着火", "了", "有", "火警", "警", *everyday_words("zh")}
    grammar = grammar_of(book(phrase(zh=("着火了", "有火警"))), "zh", known.__contains__)
    assert {"着火 了", "有 火警"} <= set(grammar.lines)
    assert not grammar.unheard


@pytest.mark.parametrize(
    ("language", "knows", "free"),
    [("en", {"fire"}, False), ("en", {"fire", *everyday_words("en")}, True), ("xx", {"fire"}, False)],
)
def test_without_a_way_out_for_chatter_decoding_stays_free(
    language: str, knows: set[str], free: bool
) -> None:
    phrases = book(phrase(en=("fire",), xx=("fire",))) if language == "en" else book(phrase(xxx=("fire",)))
    assert grammar_of(phrases, language, knows.__contains__, free=free).lines == ()


def test_a_language_without_phrases_is_decoded_freely() -> None:
    assert grammar_of(book(phrase(ko=("화재",))), "en", knows_all).lines == ()


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_each_list_has_everyday_words_in_the_form_of_vocabularies(language: str) -> None:
    words = everyday_words(language)
    assert len(words) >= 80
    assert len(set(words)) == len(words)
    assert [normalised(word) for word in words] == list(words)


def test_a_region_shares_the_words_of_its_language() -> None:
    assert everyday_words("zh-CN") == everyday_words("zh")
