"""Numbers, call signs and times in a text become the words that radio people say.

What is an id and what an amount is told from how it is written, by these rules in turn:

1. A time of day (`21:45`, `7:05:30`) is said as one.
2. Digits grouped by commas (`1,200`) are an amount, and so is a number with a point (`3.5`); but where
   either side of the point would be an id by rule 4 (`145.500`), all of it is said digit by digit.
3. Three or more capitals and digits, mixed (`B1ABC`, `HL2XYZ`, `1A2F`), are a call sign or a radio's id:
   letters by the spelling alphabet, digits one by one. Digits with one letter after them (`220V`) are an
   amount with its unit, unless they begin with 0.
4. Three or more digits (`1234`, `119`), and two or more that begin with 0 (`07`), are an id: digit by digit;
   but not where a measure follows (`300 metres`, `120名`, `120 명`).
5. Everything else stays for the voice to read: `12 children`, `post 12`, `12km`, `B2`, `2nd`.
"""

from __future__ import annotations

import re

from radiobridge.voice.wordings import Style, Wording, wording

_SHORTEST_ID = 3

_ASCII = {ord("０") + digit: ord("0") + digit for digit in range(10)} | {
    ord(wide) + letter: ord(narrow) + letter for wide, narrow in ("ＡA", "ａa") for letter in range(26)
}
"""Digits and letters as wide as Chinese characters become the common ones."""

_ITEM = re.compile(
    r"""(?<![0-9A-Za-z])(?:
        (?P<time> (?<![0-9][:：.]) (?P<hour>[01]?[0-9]|2[0-3]|24(?=[:：]00))[:：](?P<minute>[0-5][0-9])
            (?:[:：](?P<second>[0-5][0-9]))? (?![:：.][0-9]) )
      | (?P<grouped> [0-9]{1,3}(?:,[0-9]{3})+ (?!,[0-9]) )
      | (?P<decimal> (?<![0-9]\.) (?P<whole>[0-9]+)\.(?P<part>[0-9]+) (?!\.[0-9]) )
      | (?P<call_sign> (?=[0-9]*[A-Z])(?=[A-Z]*[0-9]) [A-Z0-9]{3,} )
      | (?P<digits> (?<![0-9][:：]) [0-9]+ )
    )(?![0-9A-Za-z])""",
    re.VERBOSE,
)

_WITH_UNIT = re.compile(r"[1-9][0-9]*[A-Z]")


def spoken_text(text: str, language: str, style: Style = "plain") -> str:
    """The text as it is to be spoken in `language` (en, zh, yue or ko; others have their ids' digits apart).

    `style`: in `plain` English 9 is `nine`, and in Mandarin ids 1 is 幺 and 0 is 零. In `service` English 9
    is `niner`, and Mandarin ids use 洞幺两三四五六拐八勾. Cantonese and Korean have one style.
    """
    words = wording(language)
    measures = re.compile(rf" ?(?:{words.measures})")
    plain = text.translate(_ASCII)

    def said(found: re.Match[str]) -> str:
        if found["time"]:
            second = found["second"]
            return words.time(int(found["hour"]), int(found["minute"]), int(second) if second else None)
        if found["grouped"]:
            return found[0].replace(",", "")
        if not _is_id(found, measures):
            return found[0]
        return _apart(_spelled(found[0], words, style), found)

    return _ITEM.sub(said, plain)


def _is_id(found: re.Match[str], measures: re.Pattern[str]) -> bool:
    if found["call_sign"]:
        return not _WITH_UNIT.fullmatch(found[0])
    if found["decimal"]:
        return _has_form_of_id(found["whole"]) or len(found["part"]) >= _SHORTEST_ID
    return _has_form_of_id(found[0]) and not measures.match(found.string, found.end())


def _has_form_of_id(digits: str) -> bool:
    return len(digits) >= _SHORTEST_ID or (len(digits) > 1 and digits.startswith("0"))


def _spelled(item: str, words: Wording, style: Style) -> str:
    spoken = [_word(char, words, style) for char in item]
    return (" " if any(char.isalpha() for char in item) else words.gap).join(spoken)


def _word(char: str, words: Wording, style: Style) -> str:
    if char == ".":
        return words.point
    return words.digit(char, style) if char.isdigit() else words.letter(char)


def _apart(spoken: str, found: re.Match[str]) -> str:
    """With a space to a word that stands right before or after it, where its own words have spaces too."""
    if " " not in spoken:
        return spoken
    text, start, end = found.string, found.start(), found.end()
    before = " " if text[start - 1 : start].isalnum() else ""
    after = " " if text[end : end + 1].isalnum() else ""
    return f"{before}{spoken}{after}"
