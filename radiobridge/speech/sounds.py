"""How tokens sound, and how near two of them are: pinyin for Chinese, jamo for Korean, letters elsewhere.

Recognisers write the right sound with the wrong characters, and southern speakers make fewer differences than
the written language does. Tones are left out: on a radio they are the first to go.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")

_MERGED = 0.15
"""Of an initial or a final that many speakers do not tell apart: two are still nearer than a wrong one."""
_ONE_PART = 0.7
"""Only the initial, or only the final, is the same."""

_INITIALS = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
_MERGED_INITIALS = frozenset(
    frozenset(pair.split()) for pair in ("n l", "h f", "r l", "zh z", "ch c", "sh s")
)
_MERGED_FINALS = frozenset(
    frozenset(pair.split())
    for pair in ("an ang", "en eng", "in ing", "ian iang", "uan uang", "un ong", "ian in", "o uo", "e o")
)
"""After 袁家骅, 汉语方言概要 (1989): what Cantonese, Hakka, Min and Xiang speakers merge in Mandarin."""


@lru_cache(maxsize=4096)
def ways_of(token: str) -> tuple[str, ...]:
    """The toneless pinyin syllables that a Chinese character may be read as; else the token itself."""
    if not _HAN.fullmatch(token):
        return (token,)
    from pypinyin import Style, pinyin

    return tuple(dict.fromkeys(pinyin(token, style=Style.NORMAL, heteronym=True)[0]))


@lru_cache(maxsize=65536)
def distance(one: str, other: str) -> float:
    """From 0, the two tokens sound the same, to 1, they have nothing in common."""
    if one == other:
        return 0.0
    if _HANGUL.fullmatch(one) and _HANGUL.fullmatch(other):
        return _of_hangul(one, other)
    if _HAN.fullmatch(one) and _HAN.fullmatch(other):
        return min(_of_syllables(a, b) for a in ways_of(one) for b in ways_of(other))
    return _of_letters(one, other)


def _of_syllables(one: str, other: str) -> float:
    """Two syllables in pinyin."""
    if one == other:
        return 0.0
    (initial, final), (other_initial, other_final) = _split(one), _split(other)
    initials = _part(initial, other_initial, _MERGED_INITIALS)
    finals = _part(final, other_final, _MERGED_FINALS)
    if max(initials, finals) < 1:
        return initials + finals
    return _ONE_PART if min(initials, finals) == 0 else 1.0


def _split(syllable: str) -> tuple[str, str]:
    initial = _INITIALS.match(syllable)
    length = initial.end() if initial else 0
    return syllable[:length], syllable[length:]


def _part(one: str, other: str, merged: frozenset[frozenset[str]]) -> float:
    if one == other:
        return 0.0
    return _MERGED if frozenset((one, other)) in merged else 1.0


def liaised(syllables: Sequence[str]) -> tuple[str, ...]:
    """Korean as it is said: a final consonant goes over to the vowel behind it.

    Source: 표준 발음법, 제13항.
    """
    said = list(syllables)
    for index in range(len(said) - 1):
        if not (_HANGUL.fullmatch(said[index]) and _HANGUL.fullmatch(said[index + 1])):
            continue
        initial, vowel, final = _jamo(said[index])
        next_initial, next_vowel, next_final = _jamo(said[index + 1])
        if next_initial == _SILENT and final in _MOVES:
            said[index] = unicodedata.normalize("NFC", initial + vowel)
            said[index + 1] = unicodedata.normalize("NFC", _MOVES[final] + next_vowel + next_final)
    return tuple(said)


_SILENT = "ᄋ"
_MOVES = dict(zip("ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆽᆾᆿᇀᇁ", "ᄀᄁᄂᄃᄅᄆᄇᄉᄊᄌᄎᄏᄐᄑ", strict=True))
"""Each final consonant, and the same as an initial."""
_LENIS = dict(zip("ᄁᄏᄄᄐᄈᄑᄍᄎᄊᄒ", "ᄀᄀᄃᄃᄇᄇᄌᄌᄉᄋ", strict=True))
"""Initials that differ in tenseness or breath alone; ㅎ is hardly heard between vowels."""
_VOWELS = dict(zip("ᅦᅨᅬᅫᅴ", "ᅢᅤᅰᅰᅵ", strict=True))
"""Vowels that are said alike today."""
_FINALS = dict(zip("ᆮᆺᆻᆽᆾᇀᇂᆩᆿᇁ", "ᆮᆮᆮᆮᆮᆮᆮᆨᆨᆸ", strict=True))
"""Finals that are said alike. Source: 표준 발음법, 제8항 and 제9항."""
_NEAR_JAMO = 0.1
_OTHER_JAMO = 0.4


def _of_hangul(one: str, other: str) -> float:
    """Two syllables of Korean: each of initial, vowel and final counts."""
    parts = zip(_jamo(one), _jamo(other), (_LENIS, _VOWELS, _FINALS), strict=True)
    return min(1.0, sum(_of_jamo(a, b, same) for a, b, same in parts))


def _jamo(syllable: str) -> tuple[str, str, str]:
    jamo = unicodedata.normalize("NFD", syllable)
    return jamo[0], jamo[1], jamo[2:]


def _of_jamo(one: str, other: str, same: dict[str, str]) -> float:
    if one == other:
        return 0.0
    return _NEAR_JAMO if same.get(one, one) == same.get(other, other) else _OTHER_JAMO


_UNLIKE = 0.34
"""Words that differ in more of their letters are different words: `fighting` is not `writing`."""


def _of_letters(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    apart = float(Levenshtein.normalized_distance(one, other))
    return apart if apart <= _UNLIKE else 1.0
