"""Which phrase an utterance is: all of it, said once or repeated, as it sounds rather than as it is written.

An utterance is aligned with each template; what costs more than the template's length allows is another
utterance. Who calls, and that it is a drill, may be said before or behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, TypeAlias

from radiobridge.speech.alignment import Utterance, aligned
from radiobridge.speech.shortlist import Shortlist, Token
from radiobridge.speech.sounds import distance, liaised
from radiobridge.speech.talk import Way, talk_of
from radiobridge.speech.templates import Slot, Template
from radiobridge.speech.text import tokens_of, words_of

Readings: TypeAlias = Callable[[Sequence[str], str], frozenset[str]]
"""The identifiers that words of a language can stand for."""

TOLERANCE = 0.12
"""Of the tokens of a template so much may be wrong: see docs/phrases.md for what more and less would do."""

_MOST_TOKENS = 48
"""A call is shorter; an utterance that is longer is talk."""
_LEAST_ALLOWED = 0.25
_MOST_REPEATS = 4
_HOMOPHONE_COST = 0.2
_LONGEST_SLOT = 12
_ALIKE = 0.2
"""Tokens of fillers, drills and introductions are those of the table when they are so near."""

ACTUAL, EXERCISE, TEST = "Actual", "Exercise", "Test"


class Heard(NamedTuple):
    """One recognised word and its confidence, 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Match:
    """An utterance is the template `key`. `closeness`: 1 where it was said as it is written.

    `slots`: what fills its slots, and the caller's `post` where he said it; a slot that was filled in two
    ways is left out. `rival`: the key of another template that is nearly as close.
    """

    key: int
    slots: Mapping[str, str]
    closeness: float
    confidence: float
    rival: int | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """What an utterance means: a phrase or none, and whether it says that it is a drill, a test, or serious.

    `status` is None where it says nothing of that.
    """

    match: Match | None
    status: str | None


class Matcher:
    """The phrases of one language. `templates`: by key; `posts`: name of each post in the language, by id."""

    def __init__(
        self,
        language: str,
        templates: Sequence[tuple[int, Template]],
        posts: Mapping[str, str],
        readings: Readings,
        tolerance: float = TOLERANCE,
    ) -> None:
        self._language = language
        self._templates = templates
        self._readings = readings
        self._tolerance = tolerance
        self._talk = talk_of(language)
        self._names = [(post, tokens_of(name)) for post, name in posts.items() if name]
        self._intros = [Template.parse(intro) for intro in self._talk.intros]
        self._ids = {post.upper(): post for post in posts}
        self._by_number = _by_number(posts)

    def understood(self, words: Iterable[Heard]) -> Understood:
        """What the words of an utterance mean."""
        tokens = _tokens(words)
        if not 0 < len(tokens) <= _MOST_TOKENS:
            return Understood(None, None)
        status, tokens = self._status(tokens)
        if not tokens or _asks(tokens, self._talk.questions):
            return Understood(None, status)
        utterance = self._utterance(tokens)
        match = self._best(utterance)
        if match is None:
            match = self._introduced(tokens, utterance)
        return Understood(match, status)

    def presence(self, words: Iterable[Heard], keys: Iterable[int]) -> float:
        """How much of the best of these templates is anywhere in the words: from 0 to 1, all of it."""
        tokens = _tokens(words)[-_MOST_TOKENS:]
        wanted = {*keys}
        utterance = self._utterance(tokens)
        costs = [
            (aligned(utterance, template, template.weight, anywhere=True), template.weight)
            for key, template in self._templates
            if key in wanted
        ]
        return max((1 - state.cost / weight for state, weight in costs if state), default=0.0)

    def _status(self, tokens: tuple[Token, ...]) -> tuple[str | None, tuple[Token, ...]]:
        """Whether it is a drill, and the tokens that do not say so."""
        talk = self._talk
        for status, ways in ((ACTUAL, talk.no_drill), (EXERCISE, talk.drill), (TEST, talk.test)):
            left = _without(tokens, ways)
            if len(left) < len(tokens):
                return status, left
        return None, tokens

    def _utterance(self, tokens: tuple[Token, ...]) -> Utterance:
        shortlist = Shortlist(tokens, self._talk)
        names = [
            (post, name)
            for post, name in self._names
            if shortlist.may_hold(zip(name, name, strict=True), self._tolerance * len(name))
        ]
        fills = {begin: tuple(self._fills(tokens, begin, names)) for begin in range(len(tokens))}
        fillers = {
            begin: end
            for begin in range(len(tokens))
            if tokens[begin].text not in self._talk.negations
            and (end := _way_at(tokens, begin, self._talk.fillers))
        }
        return Utterance(tokens, self._talk, shortlist, fills, fillers)

    def _fills(
        self, tokens: tuple[Token, ...], begin: int, names: Iterable[tuple[str, Way]]
    ) -> Iterable[tuple[str, int, str, float]]:
        """What can fill a slot from this token on."""
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

    def _best(self, utterance: Utterance) -> Match | None:
        """The closest template, and its rival."""
        found = []
        for key, template in self._templates:
            allowed = self._allowed(template)
            state = aligned(utterance, template, allowed, repeats=_MOST_REPEATS)
            if state is None:
                continue
            closeness = 1 - state.cost / (template.weight * state.repeats)
            found.append(Match(key, _agreed(state.slots), closeness, state.confidence))
        found.sort(key=lambda match: -match.closeness)
        if not found:
            return None
        best = found[0]
        rivals = [other.key for other in found[1:] if other.key != best.key]
        return replace(best, rival=rivals[0]) if rivals else best

    def _allowed(self, template: Template) -> float:
        """How much may be wrong in it; of two words at the least a letter in four."""
        least = _LEAST_ALLOWED if template.weight > 1 and self._tolerance else 0.0
        return max(self._tolerance * template.weight, least)

    def _introduced(self, tokens: tuple[Token, ...], utterance: Utterance) -> Match | None:
        """The phrase that is left without who calls."""
        for begin in range(len(tokens)):
            for intro in self._intros:
                if not _may_begin(utterance, begin, intro):
                    continue
                for end in range(begin + 1, len(tokens) + 1):
                    part = replace(utterance, tokens=tokens[:end])
                    state = aligned(part, intro, self._tolerance * intro.weight, begin=begin)
                    left = tokens[:begin] + tokens[end:]
                    if state is None or not left:
                        continue
                    match = self._best(self._utterance(left))
                    if match:
                        slots = {**dict(state.slots), **match.slots}
                        confidence = min(match.confidence, state.confidence)
                        return replace(match, slots=slots, confidence=confidence)
        return None


def _by_number(posts: Iterable[str]) -> dict[str, str]:
    """The posts by their numbers without leading zeros, where only one has it."""
    numbered = sorted((post.lstrip("0"), post) for post in posts if post.isdigit() and post.strip("0"))
    groups = {
        number: [post for _, post in group] for number, group in groupby(numbered, lambda pair: pair[0])
    }
    return {number: found[0] for number, found in groups.items() if len(found) == 1}


def _tokens(words: Iterable[Heard]) -> tuple[Token, ...]:
    tokens = [
        Token(text, text, number, word.confidence)
        for number, word in enumerate(words)
        for text in tokens_of(word.text)
    ]
    sounds = liaised([token.text for token in tokens])
    return tuple(token._replace(sound=sound) for token, sound in zip(tokens, sounds, strict=True))


def _asks(tokens: Sequence[Token], questions: Iterable[Way]) -> bool:
    """The utterance is a question."""
    texts = tuple(token.text for token in tokens)
    return any(texts[-len(way) :] == way for way in questions)


def _may_begin(utterance: Utterance, begin: int, template: Template) -> bool:
    """Whether the first element of the template may be here: what saves most of the work."""
    first = template.elements[0]
    if isinstance(first, Slot):
        return any(slot == first.name for slot, *_ in utterance.fills[begin])
    return distance(utterance.tokens[begin].text, first) <= _ALIKE


def _words(tokens: Sequence[Token]) -> list[str]:
    """The tokens as the words that they are parts of."""
    groups = groupby(tokens, lambda token: token.word)
    return [word for _, group in groups for word in words_of("".join(token.text for token in group))]


def _way_at(tokens: Sequence[Token], begin: int, ways: Iterable[Way]) -> int:
    """Where the longest of the ways ends that begins here; 0 where none does."""
    for way in ways:
        part = tokens[begin : begin + len(way)]
        if len(part) == len(way) and all(
            distance(a.text, b) <= _ALIKE for a, b in zip(part, way, strict=True)
        ):
            return begin + len(way)
    return 0


def _without(tokens: tuple[Token, ...], ways: tuple[Way, ...]) -> tuple[Token, ...]:
    """The tokens without every one of the ways in them."""
    left: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _way_at(tokens, at, ways)
        if not end:
            left.append(tokens[at])
        at = end or at + 1
    return tuple(left)


def _apart(tokens: Sequence[Token], name: Way) -> float:
    """The cost of taking the tokens for the name."""
    row = [float(index) for index in range(len(name) + 1)]
    for number, token in enumerate(tokens, 1):
        before, row = row, [float(number)]
        for index, wanted in enumerate(name):
            substituted = before[index] + distance(token.text, wanted)
            row.append(min(substituted, before[index + 1] + 1, row[index] + 1))
    return row[-1]


def _agreed(slots: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The slots that were filled in one way alone, however often they were said."""
    pairs = set(slots)
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}
