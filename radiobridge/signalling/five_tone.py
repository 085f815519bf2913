"""Five-tone selective calling: which tone stands for which digit, how long it is, and how a code is spelt.

A call is a row of tones without a gap. Two equal tones in a row would be one, so a digit like the one
before it is sent as the repeat tone, E. The group tone, A, stands in a code for "whatever digit". B, C, D
and F are what a network makes of them.

Sources: MPT 1316, Zetron Model 15P (table 7-7), Wavecom decoder manuals, SvxLink (SelCall.tcl) and
multimon-ng agree on the digits, the repeat and the group tones, with one exception. `zvei3` is here
what Wavecom and SvxLink call ZVEI-3 (digits from 970 Hz, repeat 2400 Hz). multimon-ng and old versions of
SvxLink give it the digits of ZVEI-1, repeat 970 Hz and group 885 Hz: that is ZVEI-2 in all that calls
need, and is heard as `zvei2`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

GROUP, REPEAT = "A", "E"
FEWEST, MOST = 4, 8
"""Tones of a row: five, and in some networks fewer, or status digits after them."""


@dataclass(frozen=True, slots=True)
class Standard:
    """`tones_hz`: what each symbol sounds like. `tone_s`: how long a tone is."""

    name: str
    tone_s: float
    tones_hz: Mapping[str, float]


def _standard(name: str, tone_s: float, symbols: str, *tones_hz: float) -> Standard:
    return Standard(name, tone_s, MappingProxyType(dict(zip(symbols, tones_hz, strict=True))))


_CCITT = (1981, 1124, 1197, 1275, 1358, 1446, 1540, 1640, 1747, 1860)
_ZVEI = (1060, 1160, 1270, 1400, 1530, 1670, 1830, 2000, 2200)
_ALL = "0123456789ABCDEF"

STANDARDS: Mapping[str, Standard] = MappingProxyType(
    {
        standard.name: standard
        for standard in (
            _standard("ccir", 0.1, _ALL, *_CCITT, 2400, 930, 2247, 991, 2110, 1055),
            _standard("eea", 0.04, _ALL, *_CCITT, 1055, 930, 2400, 991, 2110, 2247),
            _standard(
                "eia",
                0.033,
                _ALL,
                *(600, 741, 882, 1023, 1164, 1305, 1446, 1587, 1728, 1869),
                *(2151, 2433, 2010, 2292, 459, 1091),
            ),
            _standard("zvei1", 0.07, _ALL, 2400, *_ZVEI, 2800, 810, 970, 885, 2600, 680),
            _standard("zvei2", 0.07, _ALL, 2400, *_ZVEI, 885, 825, 740, 680, 970, 2600),
            _standard("zvei3", 0.07, _ALL[:-1], 2200, 970, *_ZVEI[:-1], 885, 810, 740, 680, 2400),
        )
    }
)


def spelt(code: str, standard: Standard) -> str:
    """The symbols that are sent for a code: `12334` is `123E4`.

    Raises:
        ValueError: a code of a wrong length, or with a symbol that the standard has no tone for.
    """
    if not FEWEST <= len(code) <= MOST:
        raise ValueError(f"code {code!r} has {len(code)} digits; a call has {FEWEST} to {MOST}")
    if unknown := sorted(set(code) - (set(standard.tones_hz) - {REPEAT})):
        there = "".join(symbol for symbol in standard.tones_hz if symbol != REPEAT)
        raise ValueError(
            f"code {code!r}: no tone in {standard.name} for {''.join(unknown)!r}; there are {there}"
            f" (the repeat tone {REPEAT} comes by itself)"
        )
    symbols = ""
    for symbol in code:
        again = symbols and code[len(symbols) - 1] == symbol and symbols[-1] != REPEAT
        symbols += REPEAT if again else symbol
    return symbols


def meant(symbols: str) -> str | None:
    """The code that was spelt so, or None where the first symbol repeats nothing."""
    code = ""
    for symbol in symbols:
        if symbol == REPEAT and not code:
            return None
        code += code[-1] if symbol == REPEAT else symbol
    return code
