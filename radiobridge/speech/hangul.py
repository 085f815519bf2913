"""Korean as it is said: syllables change with what follows, and many letters sound alike.

Source of all rules: 표준 발음법 (국립국어원), by its articles.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_HANGUL = re.compile("[\uac00-\ud7a3]")

_SILENT = "ᄋ"
_MOVES = {
    **{final: ("", initial) for final, initial in zip("ᆨᆩᆫᆮᆯᆷᆸᆺᆻᆽᆾᆿᇀᇁ", "ᄀᄁᄂᄃᄅᄆᄇᄉᄊᄌᄎᄏᄐᄑ", strict=True)},
    **dict(zip("ᆪᆬᆰᆱᆲᆳᆴᆵᆹ", ("ᆨᄊ", "ᆫᄌ", "ᆯᄀ", "ᆯᄆ", "ᆯᄇ", "ᆯᄊ", "ᆯᄐ", "ᆯᄑ", "ᆸᄊ"), strict=True)),
    "ᆭ": ("", "ᄂ"),
    "ᆶ": ("", "ᄅ"),
}
"""Each final consonant: what stays of it before a vowel, and what goes over to it (articles 12 to 14)."""
_ASPIRATES = dict(zip("ᆨᆮᆸᆽ", "ᄏᄎᄑᄎ", strict=True))
"""What a final consonant and ㅎ are together (article 12); ㄷ as it is in 닫히다, 묻히다 (article 17)."""
_NASALS = {
    **dict.fromkeys("ᆨᆩᆿᆪᆰ", "ᆼ"),
    **dict.fromkeys("ᆮᆺᆻᆽᆾᇀᇂ", "ᆫ"),
    **dict.fromkeys("ᆸᇁᆲᆵᆹ", "ᆷ"),
}
"""What a final consonant becomes before ㄴ and ㅁ (article 18)."""
_LENIS = dict(zip("ᄁᄏᄄᄐᄈᄑᄍᄎᄊᄒ", "ᄀᄀᄃᄃᄇᄇᄌᄌᄉᄋ", strict=True))
"""Initials that differ in tenseness or breath alone; ㅎ is hardly heard between vowels."""
_VOWELS = dict(zip("ᅦᅨᅬᅫᅴ", "ᅢᅤᅰᅰᅵ", strict=True))
"""Vowels that are said alike today."""
_FINALS = dict(zip("ᆮᆺᆻᆽᆾᇀᇂᆩᆿᇁ", "ᆮᆮᆮᆮᆮᆮᆮᆨᆨᆸ", strict=True))
"""Finals that are said alike (articles 8 and 9)."""
_NEAR_JAMO = 0.1
_OTHER_JAMO = 0.4


def is_hangul(token: str) -> bool:
    """Whether it is one syllable of Korean."""
    return bool(_HANGUL.fullmatch(token))


def liaised(syllables: Sequence[str]) -> tuple[str, ...]:
    """The syllables as they are said, each before the one that follows it."""
    said = [*syllables]
    for index, (one, following) in enumerate(pairwise(syllables)):
        if not (is_hangul(one) and is_hangul(following)):
            continue
        initial, vowel, final = _jamo(said[index])
        next_initial, next_vowel, next_final = _jamo(following)
        if next_initial == _SILENT and final in _MOVES:
            stays, moves = _MOVES[final]
            said[index] = _syllable(initial + vowel + stays)
            said[index + 1] = _syllable(moves + next_vowel + next_final)
        elif next_initial == "ᄒ" and final in _ASPIRATES:
            said[index] = _syllable(initial + vowel)
            said[index + 1] = _syllable(_ASPIRATES[final] + next_vowel + next_final)
        elif next_initial in "ᄂᄆ" and final in _NASALS:
            said[index] = _syllable(initial + vowel + _NASALS[final])
    return tuple(said)


def of_hangul(one: str, other: str) -> float:
    """How far two syllables are apart, from 0 to 1: each of initial, vowel and final counts."""
    parts = zip(_jamo(one), _jamo(other), (_LENIS, _VOWELS, _FINALS), strict=True)
    return min(1.0, sum(_of_jamo(a, b, same) for a, b, same in parts))


def _jamo(syllable: str) -> tuple[str, str, str]:
    jamo = unicodedata.normalize("NFD", syllable)
    return jamo[0], jamo[1], jamo[2:]


def _syllable(jamo: str) -> str:
    return unicodedata.normalize("NFC", jamo)


def _of_jamo(one: str, other: str, same: dict[str, str]) -> float:
    if one == other:
        return 0.0
    return _NEAR_JAMO if same.get(one, one) == same.get(other, other) else _OTHER_JAMO
