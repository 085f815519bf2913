"""What a model listens for, and which utterance is a phrase."""

from __future__ import annotations

import pytest

from radiobridge.events import Word, Words
from radiobridge.settings import PhraseSettings
from radiobridge.speech.everyday import everyday_words
from radiobridge.speech.phrases import UNKNOWN, PhraseBook, ambiguities, normalised
from tests.speech.builders import book, phrase


def said(text: str, language: str = "en", confidence: float = 1.0) -> Words:
    words = tuple(Word(word, 0, 0, confidence) for word in text.split())
    return Words("main", 0, "t1", language, text, words)


def matched(phrases: PhraseBook, words: Words) -> tuple[str, float]:
    """The alert of the phrase that `words` are, and their confidence."""
    found = phrases.match(words.language, words)
    assert found is not None
    return found[0].alert, found[1]


def knows_all(_word: str) -> bool:
    return True


def test_an_utterance_that_is_a_phrase_gives_it_and_its_least_confidence() -> None:
    help_me = PhraseSettings(says={"en": ("help",)}, alert="help")
    words = (*said("there is a").words, Word("fire", 0, 0, 0.85))
    phrases = book(help_me, phrase(en=("there is a fire",)))
    assert matched(phrases, Words("main", 0, "t1", "en", "", words)) == ("fire", 0.85)


@pytest.mark.parametrize("text", ["no fire", "fire here", f"fire {UNKNOWN}", f"{UNKNOWN} fire", ""])
def test_a_phrase_with_anything_beside_it_is_none(text: str) -> None:
    assert book(phrase(en=("fire",))).match("en", said(text)) is None


def test_a_phrase_said_again_and_again_counts() -> None:
    assert matched(book(phrase(en=("there is a fire",))), said("there is a fire " * 3)) == ("fire", 1.0)


def test_one_doubtful_word_keeps_a_phrase_from_counting() -> None:
    assert book(phrase(en=("fire",)), min_confidence=0.8).match("en", said("fire", confidence=0.79)) is None


def test_a_phrase_of_another_language_does_not_count() -> None:
    assert book(phrase(ko=("fire",))).match("en", said("fire")) is None


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("There is a FIRE!", "there is a fire"),
        ("don\N{RIGHT SINGLE QUOTATION MARK}t move", "don't move"),
        ("call-in", "call in"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER F}ire", "fire"),
        ("आग लगी है", "आग लगी है"),
        ("\u1112\u116a\u110c\u1162", "화재"),
    ],
)
def test_spelling_and_punctuation_do_not_matter(written: str, heard: str) -> None:
    assert matched(book(phrase(en=(written,))), said(heard)) == ("fire", 1.0)


def test_spaces_matter_in_korean_but_not_in_chinese() -> None:
    phrases = book(phrase(zh=("着火了，快来",), ko=("화재 위험",)))
    assert matched(phrases, said("着火 了 快 来", "zh")) == ("fire", 1.0)
    assert phrases.match("ko", said("화 재위험", "ko")) is None


def test_normalising_twice_changes_nothing() -> None:
    once = normalised(" ＡＢ  ‘c’ — 'd' 着火了。")
    assert normalised(once) == once == "ab 'c' 'd' 着火了" or once == "ab c' 'd' 着火了"


def test_the_grammar_holds_phrases_twice_and_known_everyday_words_once() -> None:
    known = {"there", "is", "a", "fire", *everyday_words("en")[:40]}
    grammar = book(phrase(en=("There is a fire",))).grammar("en", known.__contains__)
    assert grammar.lines.count("there is a fire") == 2
    assert set(grammar.lines) - {"there is a fire"} == set(everyday_words("en")[:40])
    assert UNKNOWN not in grammar.lines


def test_the_grammar_holds_the_token_for_unknown_speech_where_the_model_has_it() -> None:
    grammar = book(phrase(en=("fire",))).grammar("en", knows_all)
    assert UNKNOWN in grammar.lines


def test_a_word_of_a_phrase_is_no_everyday_word() -> None:
    word = everyday_words("en")[0]
    grammar = book(phrase(en=(f"fire {word}",))).grammar("en", knows_all)
    assert word not in grammar.lines
    assert word in grammar.phrase_words


def test_a_phrase_with_a_word_that_the_model_lacks_is_left_out_and_named() -> None:
    phrases = book(phrase(en=("fire",)), phrase(en=("big conflagration",)))
    grammar = phrases.grammar("en", lambda word: word != "conflagration")
    assert "big conflagration" not in grammar.lines
    assert [(u.phrase, u.text, u.words) for u in grammar.unheard] == [
        (1, "big conflagration", ("conflagration",))
    ]


def test_a_phrase_without_words_is_named() -> None:
    (unheard,) = book(phrase(en=("!!!",))).grammar("en", knows_all).unheard
    assert str(unheard) == "'!!!' (no word in it)"


def test_a_chinese_phrase_is_cut_into_the_fewest_words_that_the_model_has() -> None:
    known = {"着", "火", "着火", "了", "有", "火警", "警", *everyday_words("zh")}
    grammar = book(phrase(zh=("着火了", "有火警"))).grammar("zh", known.__contains__)
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
    assert phrases.grammar(language, knows.__contains__, free=free).lines == ()


def test_a_language_without_phrases_is_decoded_freely() -> None:
    assert book(phrase(ko=("화재",))).grammar("en", knows_all).lines == ()


def test_a_text_in_two_tables_is_ambiguous() -> None:
    phrases = [phrase(en=("fire", "Help!")), phrase(ko=("fire",)), phrase(en=("help",), zh=("着 火",))]
    assert ambiguities([*phrases, phrase(zh=("着火",))]) == [(0, 2, "en", "help"), (2, 3, "zh", "着火")]


def test_a_text_twice_in_one_table_is_not_ambiguous() -> None:
    assert ambiguities([phrase(en=("fire", "Fire"))]) == []


@pytest.mark.parametrize("language", ["ko", "en", "zh"])
def test_each_list_has_everyday_words_in_the_form_of_vocabularies(language: str) -> None:
    words = everyday_words(language)
    assert len(words) >= 80
    assert len(set(words)) == len(words)
    assert [normalised(word) for word in words] == list(words)


def test_a_region_shares_the_words_of_its_language() -> None:
    assert everyday_words("zh-CN") == everyday_words("zh")
