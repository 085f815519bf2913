"""International Morse code: what is sent for each character, and how long it takes.

A dash is as long as three dots. Between the elements of a character is a gap of one dot, between characters
of three, between words of seven. `PARIS ` is 50 dots long and stands for a word where speed is given in words
a minute. Signals that are no character (prosigns) are written by their letters in angle brackets: `<SK>`.

Sources: ITU-R M.1677-1, 1.1 (characters) and 2 (lengths); the letters by which operators know the signals of
its 1.1.3: ARRL Handbook. M.1677-1 has one accented letter, é, and nothing beyond the Latin alphabet.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

DASH, GAP, CHARACTER_GAP, WORD_GAP = 3, 1, 3, 7
"""In dots."""
PARIS_DOTS = 50

Word: TypeAlias = tuple[str, ...]
"""The characters of a word, each as its dots and dashes: `.-`."""


def _table(codes: str) -> Mapping[str, str]:
    pairs = codes.split()
    return MappingProxyType(dict(zip(pairs[::2], pairs[1::2], strict=True)))


CHARACTERS = _table(
    """
    A .-    B -...  C -.-.  D -..   E .     F ..-.  G --.   H ....  I ..    J .---  K -.-   L .-..  M --
    N -.    O ---   P .--.  Q --.-  R .-.   S ...   T -     U ..-   V ...-  W .--   X -..-  Y -.--  Z --..
    É ..-..
    1 .---- 2 ..--- 3 ...-- 4 ....- 5 ..... 6 -.... 7 --... 8 ---.. 9 ----. 0 -----
    . .-.-.- , --..-- : ---... ? ..--.. ' .----. - -....- / -..-. ( -.--. ) -.--.- " .-..-.
    = -...-  + .-.-.  × -..-   @ .--.-.
    """
)
"""Letters, figures and punctuation: dots and dashes of each."""

PROSIGNS = _table(
    """
    AR .-.-. AS .-... BT -...- CT -.-.- HH ........ K -.- KN -.--. SK ...-.- SN ...-. SOS ...---...
    """
)
"""Cross (end of message), wait, break, starting signal, error, invitation to transmit (K to all, KN to one),
end of work, understood; and the signal of distress."""

_PARTS = re.compile(r"<([^<>]*)>|(.)", re.DOTALL)


def dot_s(words_a_minute: float) -> float:
    """How long a dot is, in seconds."""
    return 60 / (PARIS_DOTS * words_a_minute)


def spelt(text: str) -> tuple[Word, ...]:
    """The words of a text as they are sent; small letters are as good as capitals.

    Raises:
        ValueError: a character or a prosign that the code does not have, or no text at all.
    """
    words = tuple(
        tuple(_code(prosign, character) for prosign, character in _PARTS.findall(word))
        for word in unicodedata.normalize("NFC", text).split()
    )
    if not words:
        raise ValueError("no text to send in Morse code; give letters, figures or punctuation")
    return words


def _code(prosign: str, character: str) -> str:
    if character.upper() in CHARACTERS:
        return CHARACTERS[character.upper()]
    if not character:
        if prosign.upper() in PROSIGNS:
            return PROSIGNS[prosign.upper()]
        raise ValueError(f"no prosign <{prosign}>; there are {' '.join(PROSIGNS)}")
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    raise ValueError(
        f"{character!r} ({name}) is not in Morse code; there are A-Z É 0-9 . , : ? ' - / ( ) \" = + × @"
        " and prosigns such as <SK>"
    )
