"""Korean numbers: Sino-Korean (일 이 삼), native (하나 둘 셋) and the mixture of both on the air.

Spaces between the parts of a number mean nothing (`이십 일` is 21), but none may stand within a part.
Forms that count things (한, 두, 세, 네, 스무) end a quantity; 네 alone is `yes` and no number.
이 and 오 as the first word, or the first after letters, may also be the letters E and O: both readings are
given. Plain talk stays plain talk: joined, 둘이 and 셋이 are no numbers, and letter names of one syllable
stand as words of their own, since 지구, 유일 and 시사 are words. Longer names may be joined (에이십이).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from radiobridge.speech.numbers.latin import LETTER_WORDS, LETTERS, Way, identifier, ways, written
from radiobridge.spelling import ICAO_LETTERS_KOREAN, KOREAN_DIGITS

_SINO = {word: str(digit) for digit, word in enumerate(KOREAN_DIGITS)} | {
    "영": "0",
    "령": "0",
    "제로": "0",
    "륙": "6",
}
"""령 and 륙 as the North writes them."""
_NATIVE = {
    word: str(digit)
    for digit, word in enumerate(("하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉"), start=1)
}
_COUNTING = {"한": "1", "두": "2", "세": "3", "네": "4"}
_NATIVE_TENS = {
    word: str(digit)
    for digit, word in enumerate(
        ("열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"), start=1
    )
}
_COUNTING_TENS = {"스무": "2"}
_TENS = _NATIVE_TENS | _COUNTING_TENS
_TOGETHER = {f"{word}이" for word in _NATIVE}
"""둘이 and 셋이 are `the two of us` and `the three of us`, or carry the particle of a subject."""
_SCALES = ("천", "백", "십")
_FIGURES = _SINO | _NATIVE
_UNITS = _FIGURES | _COUNTING
_RADIO_DIGITS = ("공", "하나", "둘", "삼", "넷", "오", "여섯", "칠", "팔", "아홉")
"""Source: 무선국의 운용 등에 관한 규정, annex 1 (Korean rules of radio operation); the army's 포병 숫자."""

_ICAO = dict(zip(LETTERS, ICAO_LETTERS_KOREAN, strict=True))
_LETTER_NAMES = """
에이 비 씨 디 이 에프 지 에이치 아이 제이 케이 엘 엠 엔 오 피 큐 알 에스 티 유 브이 더블유 엑스 와이 제트
"""
_NAMES = dict(zip(LETTERS, _LETTER_NAMES.split(), strict=True))
_OTHER_NAMES = {"시": "C", "아르": "R", "케벡": "Q"}
_ALSO_FIGURES = {"이": "E", "오": "O"}
_LETTER_OF = {
    word: letter for table in (_ICAO, _NAMES) for letter, word in table.items() if word not in _ALSO_FIGURES
} | _OTHER_NAMES

WORDS = tuple(
    dict.fromkeys(
        (
            *_UNITS,
            *_TENS,
            *_SCALES,
            *(count + scale for count in KOREAN_DIGITS[2:] for scale in _SCALES),
            *(
                ten + unit
                for ten in ("십", *(f"{count}십" for count in KOREAN_DIGITS[2:]))
                for unit in KOREAN_DIGITS[1:]
            ),
            *(ten + unit for ten in _NATIVE_TENS for unit in (*_NATIVE, *_COUNTING)),
            *_LETTER_OF,
            *LETTER_WORDS,
        )
    )
)
"""With the joined forms: they sound otherwise than their parts (십육), and vocabularies have some of them."""


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_LONG_NAME = re.compile(_any_of([word for word in _LETTER_OF if len(word) > 1]))
_FIGURE = re.compile(rf"{_any_of(_FIGURES)}|[0-9]")
_IN_TURN = re.compile(rf"(?:{_FIGURE.pattern})+")
_PART = _any_of([*_FIGURES, *_COUNTING, *_TENS, *_SCALES])
_WORD = re.compile(rf"(?P<letters>(?:{_LONG_NAME.pattern})*)(?P<number>(?:{_PART})*)")

_COUNT = "[일이삼사오육륙칠팔구]"
_UNIT = _any_of([*_NATIVE, *_COUNTING])
_QUANTITY = re.compile(
    rf"(?:(?P<thousands>{_COUNT})?(?P<thousand>천))?(?:(?P<hundreds>{_COUNT})?(?P<hundred>백))?"
    rf"(?:(?:(?P<tens>{_COUNT})?(?P<ten>십))?(?P<units>{_COUNT})?"
    rf"|(?P<native_tens>{_any_of(_NATIVE_TENS)}|스무$)?(?P<native_units>{_UNIT})?)"
)


def readings(words: Way) -> frozenset[str]:
    """The identifiers that the words can stand for."""
    read = {identifier(_items(words), _number)}
    head = next((at for at, word in enumerate(words) if word not in _LETTER_OF), 0)
    if words[head] in _ALSO_FIGURES:
        as_letter = (*words[:head], _ICAO[_ALSO_FIGURES[words[head]]], *words[head + 1 :])
        read.add(identifier(_items(as_letter), _number))
    return frozenset(read - {""})


def _items(words: Way) -> tuple[str, ...]:
    """Capital letters, and the parts of numbers; none if there is another word."""
    items: list[str] = []
    for word in words:
        if word in _LETTER_OF:
            items.append(_LETTER_OF[word])
        elif word in _TOGETHER:
            return ()
        elif found := _WORD.fullmatch(word):
            items += (_LETTER_OF[name] for name in _LONG_NAME.findall(found["letters"]))
            items += [found["number"]] if found["number"] else []
        elif latin := written(word):
            items += latin
        else:
            return ()
    return tuple(items)


def _number(items: Way) -> str:
    text = "".join(items)
    if _IN_TURN.fullmatch(text):
        return "".join(_FIGURES.get(word, word) for word in _FIGURE.findall(text))
    found = _QUANTITY.fullmatch(text)
    if not found or text == "네":
        return ""
    units = found["native_units"] or found["units"]
    return "".join(
        (
            _SINO[found["thousands"] or "일"] if found["thousand"] else "0",
            _SINO[found["hundreds"] or "일"] if found["hundred"] else "0",
            _SINO[found["tens"] or "일"] if found["ten"] else _TENS.get(found["native_tens"], "0"),
            _UNITS[units] if units else "0",
        )
    ).lstrip("0")


def spoken(said: str) -> Iterator[Way]:
    """The ways in which it is said, the most usual first."""
    return ways(said, (_NAMES, _ICAO), _number_ways)


_DIGITS_SAID_AS_QUANTITY = 3
"""Longer ids are said digit by digit first."""
_MOST_DIGITS_AS_QUANTITY = 4


def _number_ways(digits: str) -> Sequence[Way]:
    plain = tuple(KOREAN_DIGITS[int(digit)] for digit in digits)
    radio = tuple(_RADIO_DIGITS[int(digit)] for digit in digits)
    in_turn = [plain, radio, tuple("영" if word == "공" else word for word in plain)]
    if len(digits) > _MOST_DIGITS_AS_QUANTITY or digits[0] == "0":
        return list(dict.fromkeys(in_turn))
    quantities = [*_sino(digits), *_native(digits)]
    short = len(digits) <= _DIGITS_SAID_AS_QUANTITY
    return list(dict.fromkeys([*quantities, *in_turn] if short else [*in_turn, *quantities]))


def _sino(digits: str) -> list[Way]:
    """Joined, with its thousands, hundreds, tens and units apart, and with all its parts apart."""
    places = [
        ("" if digit == "1" and scale else KOREAN_DIGITS[int(digit)], scale)
        for digit, scale in zip(digits, (*_SCALES, "")[-len(digits) :], strict=True)
        if digit != "0"
    ]
    by_place = tuple(count + scale for count, scale in places)
    apart = tuple(part for place in places for part in place if part)
    return [("".join(by_place),), by_place, apart]


def _native(digits: str) -> list[Way]:
    """`열둘`, `열 둘`; none from 100 on."""
    if len(digits) > len(("tens", "units")):
        return []
    tables = (_NATIVE_TENS, _NATIVE)[-len(digits) :]
    parts = tuple(
        word
        for digit, table in zip(digits, tables, strict=True)
        for word, value in table.items()
        if value == digit
    )
    return [("".join(parts),), parts]
