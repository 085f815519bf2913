"""What an utterance can hold: a quick bound under the cost of any alignment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from radiobridge.speech.alignment import Utterance, aligned
from radiobridge.speech.shortlist import Shortlist, Token
from radiobridge.speech.talk import talk_of
from radiobridge.speech.templates import Template

TALK = talk_of("en")
WORDS = st.sampled_from(["fire", "fires", "firetruck", "truck", "at", "the", "gate", "not", "gates", "help"])


class Endless(Shortlist):
    """Leaves nothing out."""

    def may_hold(self, wanted: object, allowed: float) -> bool:
        return True


def utterance(texts: list[str], shortlist: type[Shortlist]) -> Utterance:
    tokens = tuple(Token(text, text, number, 1.0) for number, text in enumerate(texts))
    return Utterance(tokens, TALK, shortlist(tokens, TALK), dict.fromkeys(range(len(tokens)), ()))


@given(
    st.lists(WORDS, min_size=1, max_size=6),
    st.lists(WORDS, min_size=1, max_size=4),
    st.sampled_from([0.0, 0.12, 0.25, 1.0, 2.0]),
)
def test_nothing_that_would_match_is_left_out(said: list[str], phrase: list[str], allowed: float) -> None:
    template = Template(tuple(phrase))
    quick = aligned(utterance(said, Shortlist), template, allowed, repeats=3)
    slow = aligned(utterance(said, Endless), template, allowed, repeats=3)
    assert quick == slow


def test_what_has_nothing_of_a_phrase_is_left_out() -> None:
    shortlist = utterance(["the", "gate"], Shortlist).shortlist
    assert not shortlist.may_hold(Template.parse("help fire").said, 0.25)
    assert shortlist.may_hold(Template.parse("the gates").said, 0.25)
