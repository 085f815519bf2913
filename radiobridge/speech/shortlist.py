"""What an utterance can hold at all, so that only such templates and names are aligned with it.

Each token of a template costs at least as much as where it fits best. The sum is a bound under the cost of
any alignment, so nothing that would match is ever left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from radiobridge.speech.sounds import distance
from radiobridge.speech.talk import Talk

SOFT_COST = 0.1
"""Of a particle that is left out or too many, and of a space in another place."""


class Token(NamedTuple):
    """A token of an utterance."""

    text: str
    sound: str
    """As it is said before what follows."""
    word: int
    """Of which word it is a part."""
    confidence: float


class Shortlist:
    """What the tokens of one utterance can be."""

    def __init__(self, tokens: Sequence[Token], talk: Talk) -> None:
        self._said = {(token.text, token.sound) for token in tokens}
        self._texts = {token.text for token in tokens}
        self._joined = {one.text + other.text for one, other in pairwise(tokens) if one.text.isascii()}
        self._soft = talk.soft
        self._least: dict[tuple[str, str], float] = {}

    def may_hold(self, wanted: Iterable[tuple[str, str]], allowed: float) -> bool:
        """Whether the wanted tokens, each as it is written and as it sounds, can be there for so much."""
        left = allowed + 1e-9
        for token in wanted:
            cost = self._least.get(token)
            if cost is None:
                cost = self._least[token] = self._cost(*token)
            left -= cost
            if left < 0:
                return False
        return True

    def _cost(self, text: str, sound: str) -> float:
        """The least that this token can cost."""
        if text in self._texts or (text.isascii() and self._is_part(text)):
            return 0.0
        least = SOFT_COST if text in self._soft else 1.0
        return min(least, *(min(distance(a, text), distance(b, sound)) for a, b in self._said))

    def _is_part(self, text: str) -> bool:
        """Words may have been written as one, or one as two."""
        return text in self._joined or any(
            said.startswith(text) or said.endswith(text) for said in self._texts
        )
