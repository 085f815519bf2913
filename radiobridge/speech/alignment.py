"""The cheapest way to take an utterance for a template: token by token, with fillers, slots and repetitions.

A token that sounds alike costs nothing or little, a filler or a particle little, any other token that is too
many or missing a whole one, and a negation more than any template allows. Costs are in tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from radiobridge.speech.shortlist import SOFT_COST, Shortlist, Token
from radiobridge.speech.sounds import distance
from radiobridge.speech.talk import Talk
from radiobridge.speech.templates import Slot, Template

_FILLER_COST = 0.02
_NEGATED_COST = 2.0


@dataclass(frozen=True, slots=True)
class State:
    """The best way to a place of the alignment."""

    cost: float
    confidence: float = 1.0
    repeats: int = 1
    slots: tuple[tuple[str, str], ...] = ()

    def plus(self, cost: float, confidence: float = 1.0) -> State:
        """One step further."""
        return State(self.cost + cost, min(self.confidence, confidence), self.repeats, self.slots)


@dataclass(frozen=True, slots=True)
class Utterance:
    """The tokens to be aligned, and what can fill slots: by first token, then (slot, end, value, cost)."""

    tokens: tuple[Token, ...]
    talk: Talk
    shortlist: Shortlist
    fills: Mapping[int, tuple[tuple[str, int, str, float], ...]]
    fillers: Mapping[int, int] = field(default_factory=dict)
    """Where a filler begins, and where it ends."""

    def part(self, begin: int, end: int) -> float:
        """The least confidence of these tokens."""
        return min(token.confidence for token in self.tokens[begin:end])


def aligned(
    utterance: Utterance,
    template: Template,
    allowed: float,
    *,
    begin: int = 0,
    repeats: int = 1,
    anywhere: bool = False,
) -> State | None:
    """The cheapest way to say the tokens from `begin` on by the template; None where it costs too much.

    `allowed`: the most that one repetition may cost. `anywhere`: what comes before and behind costs nothing.
    """
    if not utterance.shortlist.may_hold(template.said, allowed):
        return None
    count, width = len(utterance.tokens), len(template.elements)
    rows: list[list[State | None]] = [[None] * (width + 1) for _ in range(count + 1)]
    rows[begin][0] = State(0.0)
    for at in range(begin, count + 1):
        if anywhere:
            _improve(rows[at], 0, State(0.0))
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


def _improve(row: list[State | None], index: int, state: State) -> None:
    there = row[index]
    if there is None or (state.cost, -state.confidence) < (there.cost, -there.confidence):
        row[index] = state


def _left_out(row: list[State | None], template: Template, talk: Talk) -> None:
    """Tokens of the template that are not said."""
    for index, element in enumerate(template.elements):
        state = row[index]
        if state and isinstance(element, str):
            _improve(row, index + 1, state.plus(SOFT_COST if element in talk.soft else 1.0))


def _said(
    rows: list[list[State | None]], at: int, utterance: Utterance, template: Template, allowed: float
) -> None:
    """What token `at` may be in the template."""
    token = utterance.tokens[at]
    negates = token.text in utterance.talk.negations
    extra = SOFT_COST if token.text in utterance.talk.soft else _NEGATED_COST if negates else 1.0
    for index in range(len(template.elements) + 1):
        state = rows[at][index]
        if state is None or state.cost > allowed * state.repeats:
            continue
        if (end := utterance.fillers.get(at)) and end < len(rows):
            _improve(rows[end], index, state.plus(_FILLER_COST))
        _improve(rows[at + 1], index, state.plus(extra))
        if index < len(template.elements):
            for end, after, then in _as_element(utterance, at, template, index, state):
                _improve(rows[end], after, then)


def _as_element(
    utterance: Utterance, at: int, template: Template, index: int, state: State
) -> Iterator[tuple[int, int, State]]:
    """What token `at` may be as an element: where that ends in both, and the way there."""
    token, element = utterance.tokens[at], template.elements[index]
    if isinstance(element, Slot):
        for slot, end, value, cost in utterance.fills[at]:
            if slot == element.name and end <= len(utterance.tokens):
                filled = state.plus(cost, utterance.part(at, end))
                yield end, index + 1, replace(filled, slots=(*state.slots, (slot, value)))
        return
    negates = token.text in utterance.talk.negations
    if negates and token.text != element:
        return
    apart = min(distance(token.text, element), distance(token.sound, template.sounds[index]))
    yield at + 1, index + 1, state.plus(apart, token.confidence)
    if token.text.isascii() and not negates:
        for end, after, cost in _as_one(utterance.tokens, at, template, index):
            yield end, after, state.plus(cost, utterance.part(at, end))


def _as_one(
    tokens: Sequence[Token], at: int, template: Template, index: int
) -> Iterator[tuple[int, int, float]]:
    """Two words that were written as one, or one as two (`back up`): where that ends, and what it costs."""
    token, element = tokens[at].text, template.elements[index]
    following = template.elements[index + 1] if index + 1 < len(template.elements) else None
    if at + 1 < len(tokens) and token + tokens[at + 1].text == element:
        yield at + 2, index + 1, SOFT_COST
    if isinstance(element, str) and isinstance(following, str) and token == element + following:
        yield at + 1, index + 2, SOFT_COST
