"""What may fill the slots of a phrase in an utterance: numbers, and posts by their number or their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from radiobridge.speech.shortlist import SOFT_COST, Shortlist, Token
from radiobridge.speech.sounds import distance
from radiobridge.speech.talk import Talk, Way
from radiobridge.speech.text import tokens_of, words_of

Readings: TypeAlias = Callable[[Sequence[str], str], frozenset[str]]
"""The identifiers that words of a language can stand for."""
Fill: TypeAlias = tuple[str, int, str, float]
"""The slot, where what fills it ends, the value, and what it costs to take it so."""

_HOMOPHONE_COST = 0.2
_LONGEST_SLOT = 12


class SlotFills:
    """`posts`: the name of each post in the language, by its id; empty where it has none."""

    def __init__(
        self, language: str, posts: Mapping[str, str], readings: Readings, talk: Talk, tolerance: float
    ) -> None:
        self._language = language
        self._readings = readings
        self._talk = talk
        self._tolerance = tolerance
        self._names = [(post, tokens_of(name)) for post, name in posts.items() if name]
        self._ids = {post.upper(): post for post in posts}
        self._by_number = _by_number(posts)

    def of(self, tokens: tuple[Token, ...], shortlist: Shortlist) -> dict[int, tuple[Fill, ...]]:
        """What can fill a slot, by the token that it begins with."""
        names = [
            (post, name)
            for post, name in self._names
            if shortlist.may_hold(zip(name, name, strict=True), self._tolerance * len(name))
        ]
        fills: dict[int, tuple[Fill, ...]] = {}
        for begin in reversed(range(len(tokens))):
            found = [*self._numbers(tokens, begin), *self._named(tokens, begin, names)]
            if tokens[begin].text in self._talk.post_words:
                found += [fill for fill in fills.get(begin + 1, ()) if fill[0] == "post"]
            fills[begin] = tuple(found)
        return fills

    def _numbers(self, tokens: tuple[Token, ...], begin: int) -> Iterator[Fill]:
        for end in range(begin + 1, min(begin + _LONGEST_SLOT, len(tokens)) + 1):
            found = self._readings(_words(tokens[begin:end]), self._language)
            if found:
                value = min(found, key=lambda each: (not each.isdigit(), each))
                yield "number", end, value, 0.0
                yield "unit", end, value, 0.0
                if (post := self._post(found)) is not None:
                    yield "post", end, post, 0.0
        if number := self._talk.homophones.get(tokens[begin].text):
            post = self._post(self._readings([number], self._language))
            if post is not None:
                yield "post", begin + 1, post, _HOMOPHONE_COST

    def _named(
        self, tokens: tuple[Token, ...], begin: int, names: Iterable[tuple[str, Way]]
    ) -> Iterator[Fill]:
        for post, name in names:
            for end in range(begin + max(len(name) - 1, 1), min(begin + len(name) + 1, len(tokens)) + 1):
                apart = _apart(tokens[begin:end], name)
                if apart <= self._tolerance * len(name):
                    yield "post", end, post, apart

    def _post(self, found: frozenset[str]) -> str | None:
        """The one post that the identifiers mean; a number may lack its leading zeros."""
        exact = {self._ids[value] for value in found if value in self._ids}
        near = {self._by_number[value.lstrip("0")] for value in found if value.lstrip("0") in self._by_number}
        posts = exact or near
        return posts.pop() if len(posts) == 1 else None


def _by_number(posts: Iterable[str]) -> dict[str, str]:
    """The posts by their numbers without leading zeros, where only one has it."""
    numbered = sorted((post.lstrip("0"), post) for post in posts if post.isdigit() and post.strip("0"))
    groups = {
        number: [post for _, post in group] for number, group in groupby(numbered, lambda pair: pair[0])
    }
    return {number: found[0] for number, found in groups.items() if len(found) == 1}


def _words(tokens: Sequence[Token]) -> list[str]:
    """The tokens as the words that they are parts of."""
    groups = groupby(tokens, lambda token: token.word)
    return [word for _, group in groups for word in words_of("".join(token.text for token in group))]


def _apart(tokens: Sequence[Token], name: Way) -> float:
    """The cost of taking the tokens for the name."""
    if all(part.isascii() for part in name) and "".join(token.text for token in tokens) == "".join(name):
        return SOFT_COST * (len(tokens) != len(name))
    row = [float(index) for index in range(len(name) + 1)]
    for number, token in enumerate(tokens, 1):
        before, row = row, [float(number)]
        for index, wanted in enumerate(name):
            substituted = before[index] + distance(token.text, wanted)
            row.append(min(substituted, before[index + 1] + 1, row[index] + 1))
    return row[-1]
