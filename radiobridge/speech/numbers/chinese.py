"""Chinese numbers, Mandarin and Cantonese: figures one by one, also as the services say them, and quantities.

`一百三` is 130 and `百二` 120, as people mean it; 103 is 一百零三. 两 stands for 2 among figures, and before
百 and 千: 十两 is a weight. The service figures (洞幺拐勾) are never part of a quantity.

Strict, since each character is a word of its own here: 么, which is often written for 幺, is none (什么,
怎么), nor are the characters of formal documents (伍 and 陆 are names), except 壹.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from radiobridge.speech.numbers.latin import (
    LETTER_WORDS,
    PLAIN,
    SPELLING,
    Way,
    identifier,
    ways,
    written,
)
from radiobridge.spelling import CHINESE_DIGITS, CHINESE_SERVICE_DIGITS

_FIGURES = (
    {word: str(digit) for digit, word in enumerate(CHINESE_DIGITS)}
    | {word: str(digit) for digit, word in enumerate(CHINESE_SERVICE_DIGITS)}
    | dict.fromkeys("〇○", "0")
    | {"壹": "1", "兩": "2"}
    | dict.fromkeys("钩鉤鈎", "9")
)
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
"""Said in Cantonese and Wu. Source: 现代汉语词典, under each."""
_SCALES = {"十": 10, "百": 100, "千": 1000}
_CHARACTERS = {*_FIGURES, *_TENS, *_SCALES}

WORDS = (*_FIGURES, *_TENS, *_SCALES, *LETTER_WORDS)

_UNIT = "[一壹二三四五六七八九]"
_COUNT = "[一壹二两兩三四五六七八九]"
_QUANTITY = re.compile(
    rf"(?:(?P<thousands>{_COUNT})千)?(?:(?P<hundreds>{_COUNT})百)?"
    rf"(?P<zero>[零〇○])?(?P<ten>(?P<tens>{_UNIT})?十)?(?P<units>{_UNIT})?"
)
_CUT_SHORT = re.compile(
    rf"(?:(?P<thousands>{_COUNT})千(?={_COUNT}百))?(?P<count>{_COUNT})?(?P<scale>[百千])(?P<next>{_UNIT})"
)
"""The last scale left out: 一百三, 一千二, 百二, 一千二百三."""


def readings(words: Way) -> frozenset[str]:
    """The identifiers that the words can stand for."""
    items: list[str] = []
    for word in words:
        found = written(word) or (tuple(word) if _CHARACTERS.issuperset(word) else ())
        if not found:
            return frozenset()
        items += found
    return frozenset({identifier(items, _number)} - {""})


def _number(items: Way) -> str:
    if all(item.isdigit() or item in _FIGURES for item in items):
        return "".join(_FIGURES.get(item, item) for item in items)
    text = "".join(_TENS.get(item, item) for item in items)
    return _cut_short(text) or _quantity(text)


def _cut_short(text: str) -> str:
    found = _CUT_SHORT.fullmatch(text)
    if not found:
        return ""
    digits = (found["thousands"] or "零", found["count"] or "一", found["next"])
    number = int("".join(_FIGURES[digit] for digit in digits))
    return str(number * _SCALES[found["scale"]] // 10)


def _quantity(text: str) -> str:
    found = _QUANTITY.fullmatch(text)
    if not found or _SCALES.keys().isdisjoint(text):
        return ""
    above = found["hundreds"] or found["thousands"]
    if found["zero"] and (not above or (found["hundreds"] and found["ten"])):
        return ""
    if found["units"] and not found["ten"] and not found["zero"]:
        return ""
    if found["zero"] and not (found["ten"] or found["units"]):
        return ""
    tens = (found["tens"] or "一") if found["ten"] else "零"
    places = (found["thousands"], found["hundreds"], tens, found["units"])
    return "".join(_FIGURES[place or "零"] for place in places).lstrip("0")


def spoken(said: str, *, cantonese: bool) -> Iterator[Way]:
    """The ways in which it is said, the most usual first.

    `cantonese`: in its order, and with 兩 as Hong Kong and Taiwan write it.
    """

    def number(digits: str) -> Sequence[Way]:
        plain = tuple(CHINESE_DIGITS[int(digit)] for digit in digits)
        civil = tuple("幺" if word == "一" else word for word in plain)
        service = tuple(CHINESE_SERVICE_DIGITS[int(digit)] for digit in digits)
        railway = tuple("九" if word == "勾" else word for word in service)
        in_turn = [*((plain, civil) if cantonese else (civil, plain)), service, railway]
        quantities = _quantities(digits)
        short = len(digits) <= _DIGITS_SAID_AS_QUANTITY or digits.endswith("00")
        found = [*quantities, *in_turn] if short else [*in_turn, *quantities]
        if cantonese:
            found = [tuple("兩" if word == "两" else word for word in way) for way in found]
        return list(dict.fromkeys(found))

    return ways(said, (PLAIN, SPELLING), number)


_DIGITS_SAID_AS_QUANTITY = 2
"""Longer ids are said digit by digit first, as the numbers of rooms and trains are."""
_MOST_DIGITS_AS_QUANTITY = 4


def _quantities(digits: str) -> list[Way]:
    """一百零三; 两百 and 二百; 一百三十 and 一百三; 二十 and 廿; none for ids that begin with zero."""
    if len(digits) > _MOST_DIGITS_AS_QUANTITY or digits[0] == "0":
        return []
    text, skipped = "", False
    for digit, scale in zip(digits, ("千", "百", "十", "")[-len(digits) :], strict=True):
        if digit == "0":
            skipped = True
            continue
        text += ("零" if skipped else "") + CHINESE_DIGITS[int(digit)] + scale
        skipped = False
    if len(digits) == _DIGITS_SAID_AS_QUANTITY:
        text = text.removeprefix("一")
    texts = [re.sub("二(?=[百千])", "两", text), text]
    texts += [each[:-1] for each in texts if re.fullmatch(".*百.十|.千.百", each)]
    texts += [text.replace(long, short) for short, long in _TENS.items() if long in text]
    return [tuple(each) for each in texts]
