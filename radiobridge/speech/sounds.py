"""How tokens sound, and how near two of them are: pinyin for Chinese, jamo for Korean, letters elsewhere.

Recognisers write the right sound with the wrong characters, and southern speakers make fewer differences than
the written language does. Tones are left out: on a radio they are the first to go.
"""

from __future__ import annotations

import re
from functools import lru_cache

from radiobridge.speech.hangul import is_hangul, of_hangul
from radiobridge.speech.spelling_sounds import dulled, key_of

_HAN = re.compile("[\u3007\u3400-\u9fff\uf900-\ufaff]")

_MERGED = 0.15
"""Of an initial or a final that many speakers do not tell apart: two are still nearer than a wrong one."""
_ONE_PART = 0.7
"""Only the initial, or only the final, is the same."""

_INITIALS = re.compile("zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?")
_MERGED_INITIALS = frozenset(
    frozenset(pair.split()) for pair in ("n l", "h f", "r l", "zh z", "ch c", "sh s")
)
_MERGED_SYLLABLES = frozenset(
    frozenset(pair.split())
    for pair in ("hu fu", "hua fa", "huan fan", "huang fang", "hui fei", "hun fen", "hong feng", "huo fo")
)
"""Where h before u is f, and back. Source: 朙月拼音模糊音定製模板, the fuzzy syllables of Rime's Pinyin."""
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
    if is_hangul(one) and is_hangul(other):
        return of_hangul(one, other)
    if _HAN.fullmatch(one) and _HAN.fullmatch(other):
        return min(_of_syllables(a, b) for a in ways_of(one) for b in ways_of(other))
    return _of_letters(one, other)


def _of_syllables(one: str, other: str) -> float:
    """Two syllables in pinyin."""
    if one == other:
        return 0.0
    if frozenset((one, other)) in _MERGED_SYLLABLES:
        return _MERGED
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


_HOMOPHONE = 0.1
"""Of a word that sounds the same, and of an ending that is hardly heard (`leak`, `leaks`)."""
_DULL = 0.2
"""Of a word that differs in voice alone: `send`, `sent`."""
_UNLIKE = 0.25
"""Words that differ in more of their letters are different words: `police` is not `polish`."""
_SHORT = 5
"""So are words of no more letters of which a single one differs: `gate`, `game`; `fight`, `light`."""
_ENDINGS = frozenset(("s", "es", "d", "ed"))


def _of_letters(one: str, other: str) -> float:
    from rapidfuzz.distance import Levenshtein

    stem, whole = sorted((one, other), key=len)
    key, other_key = key_of(one), key_of(other)
    if (key and key == other_key) or (whole.startswith(stem) and whole[len(stem) :] in _ENDINGS):
        return _HOMOPHONE
    if key and dulled(key) == dulled(other_key):
        return _DULL
    if len(whole) <= _SHORT:
        return 1.0
    apart = float(Levenshtein.normalized_distance(one, other))
    return apart if apart <= _UNLIKE else 1.0
