"""Which phrase an utterance is: all of it, said once or repeated, as it sounds rather than as it is written.

An utterance is aligned with each template; what costs more than the template's length allows is another
utterance. Who calls, and that it is a drill, may be said before or behind.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from radiobridge.speech.alignment import Utterance, aligned
from radiobridge.speech.hangul import liaised
from radiobridge.speech.shortlist import Shortlist, Token
from radiobridge.speech.slot_fills import Readings, SlotFills
from radiobridge.speech.sounds import distance
from radiobridge.speech.talk import Way, talk_of
from radiobridge.speech.templates import Slot, Template
from radiobridge.speech.text import tokens_of

TOLERANCE = 0.12
"""Of the tokens of a template so much may be wrong: see docs/phrases.md for what more and less would do."""

_MOST_TOKENS = 48
"""A call is shorter; an utterance that is longer is talk."""
_LEAST_ALLOWED = 0.25
_MOST_REPEATS = 4
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
    ways is left out. `rivals`: the keys of the other templates that it may be, the closest first.
    """

    key: int
    slots: Mapping[str, str]
    closeness: float
    confidence: float
    rivals: tuple[int, ...] = ()


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
        self._templates = templates
        self._tolerance = tolerance
        self._talk = talk_of(language)
        self._intros = [Template.parse(intro) for intro in self._talk.intros]
        self._fills = SlotFills(language, posts, readings, self._talk, tolerance)

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
        fillers = {
            begin: end
            for begin in range(len(tokens))
            if (end := _way_at(tokens, begin, self._talk.fillers, self._talk.negations))
        }
        return Utterance(tokens, self._talk, shortlist, self._fills.of(tokens, shortlist), fillers)

    def _best(self, utterance: Utterance) -> Match | None:
        """The closest template, and its rivals."""
        found = []
        asked = self._asked(utterance)
        for key, template in self._templates:
            if asked and template.elements[-len(asked) :] != asked:
                continue
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
        rivals = dict.fromkeys(other.key for other in found[1:] if other.key != best.key)
        return replace(best, rivals=(*rivals,))

    def _asked(self, utterance: Utterance) -> Way:
        """What makes it a question, at its end but for fillers: only a phrase that ends so can be meant."""
        texts = tuple(token.text for token in utterance.tokens)
        ends = {len(texts)}
        for begin in reversed(range(len(texts))):
            if utterance.fillers.get(begin) in ends:
                ends.add(begin)
        return next(
            (way for way in self._talk.questions for end in ends if texts[end - len(way) : end] == way), ()
        )

    def _allowed(self, template: Template) -> float:
        """How much may be wrong in it: endings of courtesy earn nothing; of two words a letter in four."""
        least = _LEAST_ALLOWED if template.weight > 1 and self._tolerance else 0.0
        ends = (len(way) for way in self._talk.endings if template.elements[-len(way) :] == way)
        return max(self._tolerance * (template.weight - next(ends, 0)), least)

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


def _tokens(words: Iterable[Heard]) -> tuple[Token, ...]:
    tokens = [
        Token(text, text, number, word.confidence)
        for number, word in enumerate(words)
        for text in tokens_of(word.text)
    ]
    sounds = liaised([token.text for token in tokens])
    return tuple(token._replace(sound=sound) for token, sound in zip(tokens, sounds, strict=True))


def _may_begin(utterance: Utterance, begin: int, template: Template) -> bool:
    """Whether the first element of the template may be here: what saves most of the work."""
    first = template.elements[0]
    if isinstance(first, Slot):
        return any(slot == first.name for slot, *_ in utterance.fills[begin])
    return distance(utterance.tokens[begin].text, first) <= _ALIKE


def _way_at(tokens: Sequence[Token], begin: int, ways: Iterable[Way], exact: Container[str] = ()) -> int:
    """Where the longest of the ways ends that begins here; 0 where none does.

    `exact`: tokens that are nothing but themselves, however they sound.
    """
    for way in ways:
        part = tokens[begin : begin + len(way)]
        if len(part) == len(way) and all(
            token.text == wanted or (token.text not in exact and distance(token.text, wanted) <= _ALIKE)
            for token, wanted in zip(part, way, strict=True)
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


def _agreed(slots: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The slots that were filled in one way alone, however often they were said."""
    pairs = set(slots)
    names = [name for name, _ in pairs]
    return {name: value for name, value in pairs if names.count(name) == 1}
