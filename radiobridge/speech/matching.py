"""Which phrase an utterance is: all of it, said once or repeated, as it sounds rather than as it is written.

An utterance is aligned with each template, token by token: a token that sounds alike costs nothing or little,
a filler or a particle little, any other token that is too many or missing a whole one. What costs more than
the template's length allows is another utterance. Who calls, and that it is a drill, may be said before or
behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple, TypeAlias

from radiobridge.speech.sounds import distance
from radiobridge.speech.talk import Talk, Way, talk_of
from radiobridge.speech.templates import Slot, Template
from radiobridge.speech.text import tokens_of, words_of

Readings: TypeAlias = Callable[[Sequence[str], str], frozenset[str]]
"""The identifiers that words of a language can stand for."""

TOLERANCE = 0.12
"""Of the tokens of a template so much may be wrong: see docs/phrases.md for what more and less would do."""

_MOST_TOKENS = 48
"""A call is shorter; an utterance that is longer is talk."""
_MOST_REPEATS = 4
_FILLER_COST = 0.02
_SOFT_COST = 0.1
_LONGEST_SLOT = 12
_ALIKE = 0.2
"""Tokens of fillers, drills and introductions are those of the table when they are so near."""

ACTUAL, EXERCISE, TEST = "Actual", "Exercise", "Test"


class Heard(NamedTuple):
    """One recognised word and its confidence, 0 to 1."""

    text: str
    confidence: float


class _Token(NamedTuple):
    text: str
    word: int
    """Of which word it is a part."""
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


@dataclass(frozen=True, slots=True)
class _State:
    """The best way to a place of the alignment."""

    cost: float
    confidence: float = 1.0
    repeats: int = 1
    slots: tuple[tuple[str, str], ...] = ()

    def plus(self, cost: float, confidence: float = 1.0) -> _State:
        return replace(self, cost=self.cost + cost, confidence=min(self.confidence, confidence))


@dataclass(frozen=True, slots=True)
class _Utterance:
    """The tokens to be aligned, and what can fill slots: by first token, then (slot, end, value, cost)."""

    tokens: tuple[_Token, ...]
    talk: Talk
    fills: Mapping[int, tuple[tuple[str, int, str, float], ...]]
    fillers: Mapping[int, int] = field(default_factory=dict)
    """Where a filler begins, and where it ends."""

    def part(self, begin: int, end: int) -> float:
        """The least confidence of these tokens."""
        return min(token.confidence for token in self.tokens[begin:end])


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
        if not tokens:
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
            (_aligned(utterance, template, template.weight, anywhere=True), template.weight)
            for key, template in self._templates
            if key in wanted
        ]
        return max((1 - state.cost / weight for state, weight in costs if state), default=0.0)

    def _status(self, tokens: tuple[_Token, ...]) -> tuple[str | None, tuple[_Token, ...]]:
        """Whether it is a drill, and the tokens that do not say so."""
        talk = self._talk
        for status, ways in ((ACTUAL, talk.no_drill), (EXERCISE, talk.drill), (TEST, talk.test)):
            left = _without(tokens, ways)
            if len(left) < len(tokens):
                return status, left
        return None, tokens

    def _utterance(self, tokens: tuple[_Token, ...]) -> _Utterance:
        fills = {begin: tuple(self._fills(tokens, begin)) for begin in range(len(tokens))}
        fillers = {
            begin: end for begin in range(len(tokens)) if (end := _way_at(tokens, begin, self._talk.fillers))
        }
        return _Utterance(tokens, self._talk, fills, fillers)

    def _fills(self, tokens: tuple[_Token, ...], begin: int) -> Iterable[tuple[str, int, str, float]]:
        """What can fill a slot from this token on."""
        for end in range(begin + 1, min(begin + _LONGEST_SLOT, len(tokens)) + 1):
            found = self._readings(_words(tokens[begin:end]), self._language)
            if found:
                value = min(found, key=lambda each: (not each.isdigit(), each))
                yield "number", end, value, 0.0
                yield "unit", end, value, 0.0
                if (post := self._post(found)) is not None:
                    yield "post", end, post, 0.0
        for post, name in self._names:
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

    def _best(self, utterance: _Utterance) -> Match | None:
        """The closest template, and its rival."""
        found = []
        for key, template in self._templates:
            allowed = self._tolerance * template.weight
            state = _aligned(utterance, template, allowed, repeats=_MOST_REPEATS)
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

    def _introduced(self, tokens: tuple[_Token, ...], utterance: _Utterance) -> Match | None:
        """The phrase that is left without who calls."""
        for begin in range(len(tokens)):
            for intro in self._intros:
                for end in range(begin + 1, len(tokens) + 1):
                    part = replace(utterance, tokens=tokens[:end])
                    state = _aligned(part, intro, self._tolerance * intro.weight, begin=begin)
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


def _tokens(words: Iterable[Heard]) -> tuple[_Token, ...]:
    return tuple(
        _Token(text, number, word.confidence)
        for number, word in enumerate(words)
        for text in tokens_of(word.text)
    )


def _words(tokens: Sequence[_Token]) -> list[str]:
    """The tokens as the words that they are parts of."""
    groups = groupby(tokens, lambda token: token.word)
    return [word for _, group in groups for word in words_of("".join(token.text for token in group))]


def _way_at(tokens: Sequence[_Token], begin: int, ways: Iterable[Way]) -> int:
    """Where the longest of the ways ends that begins here; 0 where none does."""
    for way in ways:
        part = tokens[begin : begin + len(way)]
        if len(part) == len(way) and all(
            distance(a.text, b) <= _ALIKE for a, b in zip(part, way, strict=True)
        ):
            return begin + len(way)
    return 0


def _without(tokens: tuple[_Token, ...], ways: tuple[Way, ...]) -> tuple[_Token, ...]:
    """The tokens without every one of the ways in them."""
    left: list[_Token] = []
    at = 0
    while at < len(tokens):
        end = _way_at(tokens, at, ways)
        if not end:
            left.append(tokens[at])
        at = end or at + 1
    return tuple(left)


def _apart(tokens: Sequence[_Token], name: Way) -> float:
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


def _aligned(
    utterance: _Utterance,
    template: Template,
    allowed: float,
    *,
    begin: int = 0,
    repeats: int = 1,
    anywhere: bool = False,
) -> _State | None:
    """The cheapest way to say the tokens from `begin` on by the template; None where it costs too much.

    `allowed`: the most that one repetition may cost. `anywhere`: what comes before and behind costs nothing.
    """
    count, width = len(utterance.tokens), len(template.elements)
    rows: list[list[_State | None]] = [[None] * (width + 1) for _ in range(count + 1)]
    rows[begin][0] = _State(0.0)
    for at in range(begin, count + 1):
        if anywhere:
            _improve(rows[at], 0, _State(0.0))
        _left_out(rows[at], template, utterance.talk)
        ended = rows[at][width]
        if ended and begin < at < count and ended.repeats < repeats:
            _improve(rows[at], 0, replace(ended, repeats=ended.repeats + 1))
            _left_out(rows[at], template, utterance.talk)
        if at < count:
            _said(rows, at, utterance, template, allowed)
    ends = [row[width] for row in (rows if anywhere else rows[count:])]
    state = min((end for end in ends if end), key=lambda end: end.cost, default=None)
    return state if state and state.cost <= allowed * state.repeats + 1e-9 else None


def _improve(row: list[_State | None], index: int, state: _State) -> None:
    there = row[index]
    if there is None or (state.cost, -state.confidence) < (there.cost, -there.confidence):
        row[index] = state


def _left_out(row: list[_State | None], template: Template, talk: Talk) -> None:
    """Tokens of the template that are not said."""
    for index, element in enumerate(template.elements):
        state = row[index]
        if state and isinstance(element, str):
            _improve(row, index + 1, state.plus(_SOFT_COST if element in talk.soft else 1.0))


def _said(
    rows: list[list[_State | None]], at: int, utterance: _Utterance, template: Template, allowed: float
) -> None:
    """What token `at` may be in the template."""
    token = utterance.tokens[at]
    for index in range(len(template.elements) + 1):
        state = rows[at][index]
        if state is None or state.cost > allowed * state.repeats:
            continue
        if (end := utterance.fillers.get(at)) and end < len(rows):
            _improve(rows[end], index, state.plus(_FILLER_COST))
        extra = _SOFT_COST if token.text in utterance.talk.soft else 1.0
        _improve(rows[at + 1], index, state.plus(extra))
        if index == len(template.elements):
            continue
        element = template.elements[index]
        if isinstance(element, Slot):
            for slot, end, value, cost in utterance.fills[at]:
                if slot == element.name and end < len(rows):
                    filled = state.plus(cost, utterance.part(at, end))
                    _improve(rows[end], index + 1, replace(filled, slots=(*state.slots, (slot, value))))
        else:
            _improve(rows[at + 1], index + 1, state.plus(distance(token.text, element), token.confidence))
