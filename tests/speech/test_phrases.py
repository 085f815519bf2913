"""What a model listens for, and which utterance is a phrase."""

from __future__ import annotations

import pytest

from radiobridge.events import Word, Words
from radiobridge.settings import PhraseSettings, PostSettings, SpeechSettings
from radiobridge.speech.phrases import UNKNOWN, PhraseBook, ambiguities, phrase_mistakes
from radiobridge.speech.text import normalised, written
from tests.speech.builders import book, phrase


def said(text: str, language: str = "en", confidence: float = 1.0) -> Words:
    words = tuple(Word(word, 0, 2, confidence) for word in text.split())
    return Words("main", 0, "t1", language, text, words)


def matched(phrases: PhraseBook, words: Words) -> tuple[str | None, float]:
    """The alert of the phrase that `words` are, and their confidence."""
    found = phrases.meaning(words.language, words).spoken
    assert found is not None
    return found.phrase.alert, found.confidence


def matches(phrases: PhraseBook, text: str, language: str = "en", confidence: float = 1.0) -> bool:
    """Whether it is a phrase at all."""
    return phrases.meaning(language, said(text, language, confidence)).spoken is not None


def test_an_utterance_that_is_a_phrase_gives_it_and_its_least_confidence() -> None:
    help_me = PhraseSettings(says={"en": ("help",)}, alert="help")
    words = (*said("there is a").words, Word("fire", 0, 0, 0.85))
    phrases = book(help_me, phrase(en=("there is a fire",)))
    assert matched(phrases, Words("main", 0, "t1", "en", "", words)) == ("fire", 0.85)


@pytest.mark.parametrize("text", ["no fire", "fire station", f"fire {UNKNOWN}", f"{UNKNOWN} fire", ""])
def test_a_phrase_with_anything_beside_it_is_none(text: str) -> None:
    assert not matches(book(phrase(en=("fire",))), text)


def test_a_phrase_said_again_and_again_counts() -> None:
    assert matched(book(phrase(en=("there is a fire",))), said("there is a fire " * 3)) == ("fire", 1.0)


def test_one_doubtful_word_keeps_a_phrase_from_counting() -> None:
    assert not matches(book(phrase(en=("fire",)), min_confidence=0.8), "fire", confidence=0.79)


def test_plain_talk_that_is_pressed_into_a_phrase_has_words_that_give_it_away() -> None:
    phrases = book(phrase(ko=("화재 위험",)))

    def is_heard(*words: Word) -> bool:
        return phrases.meaning("ko", Words("main", 0, "t1", "ko", "", words)).spoken is not None

    fire, danger = Word("화재", 0, 0.4, 1.0), Word("위험", 0.4, 0.8, 1.0)
    assert is_heard(fire, danger)
    assert is_heard(fire, danger, Word("여기", 0.8, 1.2, 0.6))
    # A filler that may have been anything, and two syllables in an eighth of a second.
    assert not is_heard(fire, danger, Word("여기", 0.8, 1.2, 0.26))
    assert not is_heard(Word("화재", 0, 0.12, 1.0), danger)
    # All of it in a rush, and a phrase with three seconds in the middle of it.
    assert not is_heard(Word("화재", 0, 0.19, 1.0), Word("위험", 0.19, 0.38, 1.0))
    assert not is_heard(fire, Word("위험", 3.4, 3.8, 1.0))


def test_a_phrase_of_another_language_does_not_count() -> None:
    assert not matches(book(phrase(ko=("fire",))), "fire")


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


def test_spaces_between_syllables_do_not_matter() -> None:
    phrases = book(phrase(zh=("着火了，快来",), ko=("화재 위험",)))
    assert matched(phrases, said("着火 了 快 来", "zh")) == ("fire", 1.0)
    assert matched(phrases, said("화 재위험", "ko")) == ("fire", 1.0)


def test_what_is_not_as_it_is_written_lowers_the_confidence() -> None:
    alert, confidence = matched(book(phrase(zh=("三号门有人闯入",))), said("三 号 门 有人 穿 入", "zh"))
    assert alert == "fire"
    assert 0.9 < confidence < 1


def test_slots_name_the_post_and_give_fields() -> None:
    posts = [PostSettings(id="03", name={"en": "Central School"})]
    phrases = PhraseBook([phrase(en=("{number} injured at {post}",))], SpeechSettings(), posts)
    spoken = phrases.meaning("en", said("twelve injured at central school")).spoken
    assert spoken
    assert (spoken.fields, spoken.post, spoken.rival) == ({"number": "12"}, "03", None)


def test_a_drill_is_told_with_the_phrase_or_by_itself() -> None:
    phrases = book(phrase(en=("there is a fire",)))
    with_it = phrases.meaning("en", said("this is a drill there is a fire"))
    alone = phrases.meaning("en", said("this is an exercise"))
    assert with_it.spoken
    assert (with_it.status, alone.status, alone.spoken) == ("Exercise", "Exercise", None)


def test_another_alert_that_is_as_near_is_named() -> None:
    help_me = PhraseSettings(says={"zh": ("有人打架了",)}, alert="fight")
    phrases = book(help_me, phrase(zh=("有人打假了",)))
    spoken = phrases.meaning("zh", said("有人 打架 了", "zh")).spoken
    assert spoken
    assert {spoken.phrase.alert, spoken.rival} == {"fight", "fire"}


def test_a_phrase_of_the_same_alert_hides_no_rival() -> None:
    texts = [("有人打架了", "fight"), ("有人大家了", "fight"), ("有人打假了", "fraud")]
    phrases = book(*(PhraseSettings(says={"zh": (text,)}, alert=alert) for text, alert in texts))
    spoken = phrases.meaning("zh", said("有人 打架 了", "zh")).spoken
    assert spoken
    assert (spoken.phrase.alert, spoken.rival) == ("fight", "fraud")


def test_chinese_is_written_without_the_spaces_of_the_engine() -> None:
    assert written(["三号", "门", "有人", "闯入"]) == "三号门有人闯入"
    assert written(["화재", "위험"]) == "화재 위험"
    assert written(["call", "三号", "门"]) == "call 三号门"


def test_normalising_twice_changes_nothing() -> None:
    once = normalised(" ＡＢ  ‘c’ — 'd' 着火了。")
    assert normalised(once) == once == "ab 'c' 'd' 着火了" or once == "ab c' 'd' 着火了"


def test_a_text_in_two_tables_is_ambiguous() -> None:
    phrases = [phrase(en=("fire", "Help!")), phrase(ko=("fire",)), phrase(en=("help",), zh=("着 火",))]
    assert ambiguities([*phrases, phrase(zh=("着火",))]) == [(0, 2, "en", "help"), (2, 3, "zh", "着火")]


def test_a_text_twice_in_one_table_is_not_ambiguous() -> None:
    assert ambiguities([phrase(en=("fire", "Fire"))]) == []


def test_what_sounds_alike_in_two_tables_is_ambiguous_and_what_nearly_does_is_not() -> None:
    first, second = phrase(zh=("有人打架",)), phrase(zh=("有人打假", "有人受伤"))
    assert ambiguities([first, second]) == [(0, 1, "zh", "有人打假")]


def test_a_text_that_is_no_template_is_named() -> None:
    texts = ("fire at {place}", "{post} {number}", "{post}", "!!!")
    found = phrase_mistakes([phrase(en=texts)])
    assert [(index, language) for index, language, _ in found] == [(0, "en")] * 4
    assert "{place} is no slot; there are {post}" in found[0][2]
    assert "put a word between them" in found[1][2]
    assert "no word in it" in found[2][2]
    assert "no word in it" in found[3][2]
