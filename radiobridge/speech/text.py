"""What is written becomes what is said: normalised text, and the tokens of it.

A token is a syllable where each character is one (Chinese, Korean), and a word elsewhere: recognisers and
people set the spaces between syllables differently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

UNSPACED = "\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
"""Characters of scripts written without spaces between words (kana, Han, and the zero 〇)."""
_SYLLABLES = rf"{UNSPACED}\uac00-\ud7a3"
_TOKEN = re.compile(rf"[{_SYLLABLES}]|[^\s{_SYLLABLES}]+")
_WORD = re.compile(rf"[{UNSPACED}]|[^\s{UNSPACED}]+")
_SYLLABLE = re.compile(rf"[{_SYLLABLES}]")
_BETWEEN_UNSPACED = re.compile(rf"(?<=[{UNSPACED}]) (?=[{UNSPACED}])")
_WHOLE = {"s": " is", "re": " are", "ve": " have"}
_CONTRACTED = re.compile(r"(?<=[a-z])'(s|re|ve)\b")
"""English: `there's` is `there is`, said fast."""
_SAME = str.maketrans({"\N{RIGHT SINGLE QUOTATION MARK}": "'", "○": "〇"})


def normalised(text: str) -> str:
    """Text as vocabularies have it: NFKC, lower case, single spaces, no punctuation but apostrophes."""
    plain = unicodedata.normalize("NFKC", text).lower().translate(_SAME)
    kept = (c if c == "'" or unicodedata.category(c)[0] in "LMN" else " " for c in plain)
    return " ".join(word for word in "".join(kept).split() if word.strip("'"))


def written(words: Iterable[str]) -> str:
    """The words as a text: without spaces where the script has none."""
    return _BETWEEN_UNSPACED.sub("", " ".join(words))


def syllables_in(text: str) -> int:
    """How many syllables a text has, as far as its characters are syllables; else 0."""
    return len(_SYLLABLE.findall(text))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text; characters of unspaced scripts each by itself."""
    return tuple(_WORD.findall(normalised(text)))


def tokens_of(text: str) -> tuple[str, ...]:
    """The tokens of a text, however it is spaced, punctuated and contracted."""
    whole = _CONTRACTED.sub(lambda found: _WHOLE[found[1]], normalised(text))
    return tuple(_TOKEN.findall(whole))
