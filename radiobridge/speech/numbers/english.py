"""English numbers and letters: figures one by one, in pairs, as a quantity, and by the spelling alphabet.

One reading for each way of speaking: `twenty one` is 21 and never 201, since whoever means 201 says
`two oh one`; `one twenty` is 120; a pair is followed by a pair or by a zero with its figure, so that
`twelve thirty four` is 1234, `twelve oh three` 1203, and `twenty four seven` or `ten four` nothing.

Plain talk that sounds like numbers stays plain talk. `to`, `too`, `for`, `ate` and `won` are never figures:
they are among the most frequent words, and a recogniser that listens for numbers writes `two`, `four`,
`eight`, `one`. `oh` and `tree` count only beside another figure (`one oh three`, `tree five`): alone they
are a sigh and a plant. `o` beside figures may be zero or the letter: both readings are given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from radiobridge.speech.numbers.latin import (
    COMMON_SPELLING,
    LETTER_WORDS,
    PLAIN,
    SPELLING,
    Way,
    identifier,
    ways,
    written,
)
from radiobridge.spelling import ENGLISH_DIGITS

_WEAK = {"oh": "0", "tree": "3"}
_ICAO_FIGURES = {"fower": "4", "fife": "5", "ait": "8", "niner": "9"}
"""How figures are pronounced on the air, `tree` too. Source: ICAO Annex 10, volume II, 5.2.1.4.3."""

_STRONG = (
    {word: str(digit) for digit, word in enumerate(ENGLISH_DIGITS)}
    | {"nought": "0", "naught": "0"}
    | _ICAO_FIGURES
)
_FIGURES = _STRONG | _WEAK
_TEENS = (
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = {
    word: tens
    for tens, word in zip(
        range(20, 100, 10),
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
        strict=True,
    )
}
_TEN = 10

_PAIRS: dict[Way, int] = (
    {(word,): number for number, word in enumerate(_TEENS, _TEN)}
    | {(word,): tens for word, tens in _TENS.items()}
    | {
        (word, unit): tens + int(digit)
        for word, tens in _TENS.items()
        for unit, digit in _STRONG.items()
        if digit != "0"
    }
)
"""What is said as one number of two digits."""
_BELOW_HUNDRED = _PAIRS | {(word,): int(digit) for word, digit in _STRONG.items()}
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_SCALES = {"thousand": 1000, "hundred": 100}

_NUMBERS = {*_FIGURES, *_TEENS, *_TENS, *_TIMES, *_SCALES, "and"}

WORDS = (*sorted(_NUMBERS - {"tree"}), *LETTER_WORDS)
"""Without `tree`: a grammar that has it would hear it in many a `three`."""


def readings(words: Way) -> frozenset[str]:
    """The identifiers that the words can stand for."""
    read = {identifier(_items(words, letter_o), _number) for letter_o in ("O", "oh")}
    return frozenset(read - {""})


def _items(words: Way, letter_o: str) -> tuple[str, ...]:
    """Capital letters, figures and number words; none if there is another word. `letter_o`: what `o` is."""
    items: list[str] = []
    for word, after in zip(words, (*words[1:], ""), strict=True):
        found: tuple[str, ...]
        if word == "o":
            found = (letter_o,)
        elif word in _NUMBERS:
            found = (word,)
        else:
            found = ("one",) if word == "a" and after in _SCALES else written(word)
        if not found:
            return ()
        items += found
    return tuple(items)


def _number(words: Way) -> str:
    if all(word in _WEAK for word in words):
        return ""
    return _quantity(words) if any(word in _SCALES for word in words) else _in_turn(words)


def _quantity(words: Way) -> str:
    """`two thousand one hundred and three`, `twelve hundred`; '' where it is none."""
    total = 0
    for word, scale in _SCALES.items():
        if word not in words:
            continue
        at = words.index(word)
        count = _BELOW_HUNDRED.get(words[:at], 0)
        if not count or (total and count >= _TEN):
            return ""
        total += count * scale
        words = words[at + 1 :]
        if words[:1] == ("and",) and len(words) > 1:
            words = words[1:]
    rest = _BELOW_HUNDRED.get(words, 0)
    return str(total + rest) if rest or not words else ""


def _in_turn(words: Way) -> str:
    """Figures, then pairs: `one two`, `double seven`, `one twenty`, `twelve thirty four`, `twelve oh three`.

    '' where it is none.
    """
    read, paired, at = "", False, 0
    while at < len(words):
        figure = _figure(words[at])
        following = _figure(words[at + 1]) if at + 1 < len(words) else ""
        pair = _PAIRS.get(words[at : at + 2]) or _PAIRS.get(words[at : at + 1])
        if times := _TIMES.get(words[at]):
            if len(following) != 1:
                return ""
            read, at = read + following * times, at + 2
        elif pair:
            read, paired = read + str(pair), True
            at += 2 if words[at : at + 2] in _PAIRS else 1
        elif paired:
            if figure != "0" or len(following) != 1:
                return ""
            read, at = read + figure + following, at + 2
        elif figure:
            read, at = read + figure, at + 1
        else:
            return ""
    return read


def _figure(word: str) -> str:
    """The digit of a word, the digits of a numeral, or ''."""
    return word if word.isdigit() else _FIGURES.get(word, "")


def spoken(said: str) -> Iterator[Way]:
    """The ways in which it is said, the most usual first."""
    return ways(said, (COMMON_SPELLING, PLAIN, SPELLING), _number_ways)


_MOST_DIGITS_AS_QUANTITY = 4
_ONE_PAIR, _MOST_DIGITS_IN_PAIRS = 2, 6


def _number_ways(digits: str) -> Sequence[Way]:
    in_turn = [tuple(ENGLISH_DIGITS[int(digit)] for digit in digits)]
    in_turn += [tuple(new if word == old else word for word in in_turn[0]) for old, new in _IN_SERVICE]
    in_turn.append(_doubled(in_turn[0]))
    quantities: list[Way] = []
    if len(digits) <= _MOST_DIGITS_AS_QUANTITY and (digits == "0" or digits[0] != "0"):
        quantities = [_counted(int(digits), link) for link in (("and",), ())]
    paired = (
        [_paired(digits)] if _ONE_PAIR < len(digits) <= _MOST_DIGITS_IN_PAIRS and digits[0] != "0" else []
    )
    round_or_short = len(digits) <= _ONE_PAIR or digits.endswith("00")
    found = [*quantities, *paired, *in_turn] if round_or_short else [*paired, *in_turn, *quantities]
    return [way for way in dict.fromkeys(found) if way]


_REPEATED = {2: "double", 3: "triple"}
_IN_SERVICE = (("zero", "oh"), ("nine", "niner"))


def _doubled(words: Way) -> Way:
    """`double seven` for `seven seven`, `triple nine` for `nine nine nine`."""
    said: list[str] = []
    for word, repeated in groupby(words):
        times = len(tuple(repeated))
        said += [_REPEATED[times], word] if times in _REPEATED else [word] * times
    return tuple(said)


def _below_hundred(number: int) -> Way:
    if number < _TEN:
        return (ENGLISH_DIGITS[number],)
    if number < 2 * _TEN:
        return (_TEENS[number - _TEN],)
    tens = next(word for word, value in _TENS.items() if value == number - number % _TEN)
    return (tens, ENGLISH_DIGITS[number % _TEN]) if number % _TEN else (tens,)


def _counted(number: int, link: Way) -> Way:
    """As a quantity, with `and` or without."""
    said: list[str] = []
    rest = number
    for word, scale in _SCALES.items():
        count, rest = divmod(rest, scale)
        if count:
            said += (*_below_hundred(count), word)
    if rest and said:
        said += link
    if rest or not said:
        said += _below_hundred(rest)
    return tuple(said)


def _paired(digits: str) -> Way:
    """`one oh three`, `twelve thirty four`, `twelve hundred`; none where a pair would be `oh oh`."""
    if re.fullmatch("[0-9][1-9]00", digits):
        return (*_below_hundred(int(digits[:2])), "hundred")
    head = len(digits) % 2
    said = list(_below_hundred(int(digits[:head]))) if head else []
    for at in range(head, len(digits), 2):
        pair = digits[at : at + 2]
        if pair == "00" or (at == 0 and pair[0] == "0"):
            return ()
        said += ("oh", ENGLISH_DIGITS[int(pair)]) if pair[0] == "0" else _below_hundred(int(pair))
    return tuple(said)
