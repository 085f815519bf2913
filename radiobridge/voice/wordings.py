"""How digits, letters, times and amounts are worded in each language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from radiobridge.spelling import (
    CHINESE_DIGITS,
    CHINESE_SERVICE_DIGITS,
    ENGLISH_DIGITS,
    ICAO_LETTERS,
    ICAO_LETTERS_KOREAN,
    KOREAN_DIGITS,
)

Style: TypeAlias = Literal["plain", "service"]
"""`plain`: as everybody understands it. `service`: as police, military and air traffic say it."""

Time: TypeAlias = Callable[[int, int, int | None], str]
"""Hour, minute and, where it is told, second."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One language.

    `digits`, `service`: the words of 0 to 9 in either style. `gap` stands between digits. `point`: of a
    decimal. `measures`: words after a number that make it an amount, as a regular expression.
    """

    digits: tuple[str, ...]
    service: tuple[str, ...]
    gap: str
    point: str
    letters: tuple[str, ...]
    measures: str
    time: Time

    def digit(self, char: str, style: Style) -> str:
        """The word of one of `0` to `9`."""
        words = self.service if style == "service" else self.digits
        return words[int(char)]

    def letter(self, char: str) -> str:
        """The word of one of `A` to `Z`."""
        return self.letters[ord(char) - ord("A")]


def _english_time(hour: int, minute: int, second: int | None) -> str:
    """21:45 is `21 45`, 7:05 `zero 7 zero 5`, 21:00 `21 hundred`."""
    hours = _two(hour, "zero ")
    minutes = _two(minute, "zero ") if minute or second is not None else "hundred"
    seconds = "" if second is None else f" and {second} second{'s' * (second != 1)}"
    return f"{hours} {minutes}{seconds}"


def _chinese_time(two: str, hours: str, sharp: str) -> Time:
    """21:45 is 21点45分, 2:05 两点零5分, 21:00 21点整."""

    def time(hour: int, minute: int, second: int | None) -> str:
        said = f"{two if hour == 2 else hour}{hours}"  # noqa: PLR2004  two o'clock is 两点, not 二点
        if not minute and second is None:
            return said + sharp
        return f"{said}{_two(minute, '零')}分" + ("" if second is None else f"{second}秒")

    return time


def _korean_time(hour: int, minute: int, second: int | None) -> str:
    """9:05 is 아홉 시 5분, 21:45 21시 45분, 21:00 21시 정각: hours to twelve have native numbers."""
    native = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두"]
    said = f"{native[hour]} 시" if 0 < hour < len(native) else f"{hour}시"
    if not minute and second is None:
        return f"{said} 정각"
    return f"{said} {minute}분" + ("" if second is None else f" {second}초")


def _unchanged_time(hour: int, minute: int, second: int | None) -> str:
    return f"{hour}:{minute:02d}" + ("" if second is None else f":{second:02d}")


def _two(number: int, zero: str) -> str:
    return str(number) if number > 9 else f"{zero}{number}"  # noqa: PLR2004  one digit


_CHINESE_MEASURES = (
    "%|人|名|个|個|位|米|公里|公尺|公斤|千克|吨|噸|升|度|秒|分钟|分鐘|小时|小時|天|元|辆|輛|次|伏|瓦"
    "|户|戶|块|塊"
)

_ENGLISH = Wording(
    digits=ENGLISH_DIGITS,
    # ICAO also has tree, fower and fife; they are ways to pronounce, and a program's voice would miss them.
    service=(*ENGLISH_DIGITS[:9], "niner"),
    gap=" ",
    point="point",
    letters=ICAO_LETTERS,
    measures=r"(?:%|(?:people|persons|pupils|children|adults|men|women|met(?:er|re)s?|kilomet(?:er|re)s?|km|m|kg"
    r"|kilos?|lit(?:er|re)s?|degrees|percent|minutes?|seconds?|hours?|days?|watts?|volts?)\b)",
    time=_english_time,
)
_MANDARIN = Wording(
    digits=(CHINESE_DIGITS[0], "幺", *CHINESE_DIGITS[2:]),
    service=CHINESE_SERVICE_DIGITS,
    gap="",
    point="点",
    letters=ICAO_LETTERS,
    measures=_CHINESE_MEASURES,
    time=_chinese_time("两", "点", "整"),
)
_CANTONESE = Wording(
    digits=CHINESE_DIGITS,
    service=CHINESE_DIGITS,
    gap="",
    point="點",
    letters=ICAO_LETTERS,
    measures=_CHINESE_MEASURES,
    time=_chinese_time("兩", "點", "正"),
)
_KOREAN = Wording(
    digits=KOREAN_DIGITS,
    service=KOREAN_DIGITS,
    gap=" ",
    point="점",
    letters=ICAO_LETTERS_KOREAN,
    measures="%|명|사람|개|미터|킬로|도|분|초|시간|일|원|대|번째|년|회|리터|와트|볼트",
    time=_korean_time,
)
_OTHER = Wording(
    digits=tuple("0123456789"),
    service=tuple("0123456789"),
    gap=" ",
    point=".",
    letters=ICAO_LETTERS,
    measures="%",
    time=_unchanged_time,
)

_WORDINGS = {
    "en": _ENGLISH,
    "zh": _MANDARIN,
    "cmn": _MANDARIN,
    "zh-yue": _CANTONESE,
    "zh-hk": _CANTONESE,
    "yue": _CANTONESE,
    "ko": _KOREAN,
}


def wording(language: str) -> Wording:
    """The wording of a language tag; other languages have their digits apart and leave the rest."""
    tag = language.casefold()
    return _WORDINGS.get("-".join(tag.split("-")[:2])) or _WORDINGS.get(tag.split("-")[0], _OTHER)
