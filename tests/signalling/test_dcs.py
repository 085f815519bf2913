import itertools

import numpy as np
import pytest

from radiobridge.signalling.dcs import CODES, WORD_BITS, as_normal, sent_bits, word_bits

PUBLISHED_WORDS = {"023": 0x763813, "125": 0x07B855, "754": 0x20F9EC}
"""Lowest bit sent first."""

PUBLISHED_INVERSIONS = """
    023 047 025 244 026 464 031 627 032 051 036 172 043 445 053 452 054 413 065 271 071 306 072 245 073 506
    074 174 114 712 115 152 116 754 122 225 125 365 131 364 132 546 134 223 143 412 145 274 155 731 156 265
    162 503 165 251 205 263 212 356 226 411 243 351 246 523 252 462 255 446 261 732 266 454 311 664 315 423
    325 526 331 465 332 455 343 532 346 612 371 734 431 723 432 516 466 662 565 703 606 631 624 632 654 743
"""
"""Pairs of codes of which one inverted is the other. Source: radioreference.com, thread 8261."""


def inversions() -> dict[str, str]:
    codes = PUBLISHED_INVERSIONS.split()
    pairs = list(zip(codes[::2], codes[1::2], strict=True))
    return dict(pairs) | {other: code for code, other in pairs}


@pytest.mark.parametrize(("code", "word"), PUBLISHED_WORDS.items())
def test_words_are_those_published(code: str, word: int) -> None:
    assert sum(int(bit) << place for place, bit in enumerate(word_bits(code))) == word


def test_there_are_104_codes() -> None:
    assert len(set(CODES)) == 104
    assert list(CODES) == sorted(CODES)


def test_any_two_words_in_any_turn_differ_in_seven_bits_at_least() -> None:
    words = {
        tuple(np.roll(sent_bits(f"{code}{polarity}"), turn).tolist())
        for code, polarity, turn in itertools.product(CODES, "NI", range(WORD_BITS))
    }
    assert len(words) == 104 * WORD_BITS
    table = np.array(sorted(words), np.int32)
    alike = table @ table.T + (1 - table) @ (1 - table).T
    np.fill_diagonal(alike, 0)
    assert alike.max() == WORD_BITS - 7


def test_an_inverted_code_is_the_normal_one_that_is_published() -> None:
    assert {code: as_normal(f"{code}I")[:-1] for code in CODES} == inversions()


def test_a_normal_code_has_its_own_name() -> None:
    for code in CODES:
        assert as_normal(f"{code}N") == as_normal(code) == f"{code}N"


@pytest.mark.parametrize("name", ["D023N", "023n", " 023 ", "23"])
def test_other_ways_of_writing_a_code(name: str) -> None:
    assert as_normal(name) == "023N"


@pytest.mark.parametrize(
    ("name", "near"), [("024N", "023"), ("755", "754"), ("24N", "023"), ("", "023"), ("023X", "023")]
)
def test_an_unknown_code_is_refused_and_those_like_it_are_named(name: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"no DCS code: {name!r}; like it: .*{near}"):
        sent_bits(name)
