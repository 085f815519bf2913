"""DCS: the words that radios send below the voice for as long as they transmit (CDCSS, DPL, DTCS).

On the air: 134.4 bit/s, NRZ, a 1 raising the carrier's frequency in normal polarity; one word of 23 bits
again and again, without a gap or any mark of where it begins. A word, in the order of sending: the nine
bits of the three octal digits, lowest first; 0 0 1; eleven parity bits of the (23, 12) Golay code. Any two
words differ in at least seven bits, so that three wrong ones can be put right. At the end a tone of
134.4 Hz for 150 to 200 ms tells receivers to shut.

A word turned round by some bits is another word of the code, and so is an inverted one. The codes below
are chosen so that no two of them are the same word turned round; but each one inverted is another one of
them turned round: on the air 023 inverted and 047 normal are the same signal. A receiver therefore has
one name for each, the one in normal polarity (`as_normal`).

Sources: TIA-603-E (83 of the codes) and the memory editor CHIRP (all 104); "DPL / DCS Introduction",
onfreq.com, for the layout of a word; data sheets of CML's CMX881 (134.4 bit/s to 0.3 %, polarities) and
CMX138 (turn-off tone, three errors); for inverted codes the chart in radioreference.com's thread 8261.
"""

from __future__ import annotations

from itertools import zip_longest
from re import fullmatch
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.int8]

BITS_PER_S = 134.4
WORD_BITS = 23
TURN_OFF_HZ = 134.4
TURN_OFF_S = 0.18

# fmt: off
CODES = (
    "023", "025", "026", "031", "032", "036", "043", "047", "051", "053", "054", "065", "071",
    "072", "073", "074", "114", "115", "116", "122", "125", "131", "132", "134", "143", "145",
    "152", "155", "156", "162", "165", "172", "174", "205", "212", "223", "225", "226", "243",
    "244", "245", "246", "251", "252", "255", "261", "263", "265", "266", "271", "274", "306",
    "311", "315", "325", "331", "332", "343", "346", "351", "356", "364", "365", "371", "411",
    "412", "413", "423", "431", "432", "445", "446", "452", "454", "455", "462", "464", "465",
    "466", "503", "506", "516", "523", "526", "532", "546", "565", "606", "612", "624", "627",
    "631", "632", "654", "662", "664", "703", "712", "723", "731", "732", "734", "743", "754",
)
# fmt: on
"""All codes as octal digits, rising."""

_GENERATOR = 0b1010_1110_0011
"""x^11 + x^9 + x^7 + x^6 + x^5 + x + 1; the first bit sent is the highest power."""
_PARITY_BITS = 11
_DATA_BITS = WORD_BITS - _PARITY_BITS


def word_bits(code: str) -> Bits:
    """The word of an octal code in the order of sending: 0 and 1, shape (23,)."""
    data = 0o4000 | int(code, 8)
    sent = int(f"{data:0{_DATA_BITS}b}"[::-1], 2)
    rest = sent << _PARITY_BITS
    for power in reversed(range(_PARITY_BITS, WORD_BITS)):
        if rest >> power & 1:
            rest ^= _GENERATOR << (power - _PARITY_BITS)
    return np.array(list(f"{sent << _PARITY_BITS | rest:0{WORD_BITS}b}"), np.int8)


def sent_bits(name: str) -> Bits:
    """The word of a code with its polarity (`023N`, `023I`), as it is sent: 0 and 1, shape (23,).

    Raises:
        ValueError: no such code; the message names those near it.
    """
    code, inverted = _parsed(name)
    bits = word_bits(code)
    return 1 - bits if inverted else bits


def as_normal(name: str) -> str:
    """The name in normal polarity of what `name` is on the air: `023N` of itself, `047N` of `023I`.

    Raises:
        ValueError: no such code; the message names those near it.
    """
    return f"{_CODE_OF_WORD[_first_turn(sent_bits(name))]}N"


def _parsed(name: str) -> tuple[str, bool]:
    """The octal digits, and whether they are inverted; without a letter they are not."""
    text = name.strip().upper()
    match = fullmatch("D?([0-7]{1,3})([NI]?)", text)
    code = match[1].zfill(3) if match else text
    if match is None or code not in CODES:
        near = ", ".join(sorted(CODES, key=lambda known: _unlike(known, code))[:3])
        raise ValueError(f"no DCS code: {name!r}; like it: {near}; write 023N, or 023I for the inverted one")
    return code, match[2] == "I"


def _unlike(known: str, code: str) -> tuple[int, int]:
    """How little like a known code a code is: digits that differ, are too many or too few; then how early."""
    differ = [at for at, (a, b) in enumerate(zip_longest(known, code)) if a != b]
    return len(differ), -min(differ, default=len(known))


def _first_turn(bits: Bits) -> str:
    """The first, in alphabetical order, of all turns of a word: the same for all of them."""
    word = "".join(map(str, bits))
    return min(word[turn:] + word[:turn] for turn in range(WORD_BITS))


_CODE_OF_WORD = {_first_turn(word_bits(code)): code for code in CODES}
