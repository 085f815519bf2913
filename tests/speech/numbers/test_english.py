"""English numbers and letters on the air."""

from __future__ import annotations

import pytest

from radiobridge.speech.numbers import english, number_words, spoken
from tests.speech.numbers.builders import lines, read, table

SAID = table("""
zero = 0, one = 1, two = 2, niner = 9, nought = 0, naught = 0, ten = 10, eleven = 11, nineteen = 19
twelve = 12, twenty = 20, twenty one = 21, twenty-one = 21, forty two = 42, ninety nine = 99
ninety niner = 99, zero three = 03, oh three = 03, o three = 03 | O3, nought seven = 07
zero zero seven = 007, oh oh seven = 007, double oh seven = 007, one two = 12, one two three = 123
one zero three = 103, one oh three = 103, one o three = 103 | 1O3, one hundred = 100, a hundred = 100
one hundred three = 103, one hundred and three = 103, a hundred and three = 103
one hundred twenty three = 123, three hundred and forty = 340, nine hundred = 900
nine hundred ninety nine = 999, one twenty = 120, one ten = 110, two fifteen = 215, one twenty three = 123
nine ninety nine = 999, five oh five = 505, six sixty six = 666, nine one one = 911, nine eleven = 911
twelve thirty four = 1234, twelve oh three = 1203, nineteen oh five = 1905, twenty twenty = 2020
twenty twenty four = 2024, ten oh one = 1001, twelve hundred = 1200, twelve hundred and five = 1205
twelve double four = 1244, two thousand = 2000, a thousand and one = 1001, one thousand two hundred = 1200
one thousand two hundred and three = 1203, one thousand thirty four = 1034, twenty one hundred = 2100
nine thousand nine hundred and ninety nine = 9999, twenty thousand = 20000
one two three four five = 12345, one two thirty four = 1234, five five twenty one = 5521
double seven = 77, double seven one = 771, triple nine = 999, treble two = 222
one double two three = 1223, five zero = 50, two zero zero = 200, tree five = 35, fower fife = 45
ait zero = 80, one tree = 13, niner niner niner = 999, fife = 5, alpha one two = A12, alfa twelve = A12
a twelve = A12, a one two = A12, bravo three = B3, bravo zero three = B03
charlie one hundred and three = C103, delta tango seven = DT7, x-ray four = X4, x ray four = X4
xray four = X4, juliet one = J1, juliett one = J1, whiskey nine = W9, whisky niner = W9, zulu = Z, b = B
kilo lima = KL, one two bravo = 12B, twelve bravo = 12B, b one a b c = B1ABC
hotel lima two x-ray yankee zulu = HL2XYZ, oscar one = O1, o = O, alpha oh three = A03
alpha o three = A03 | AO3, a hundred a = 100A, i seven = I7, 12 = 12, 1 2 = 12, 03 = 03, a12 = A12
A 12 = A12, alpha 12 = A12, 12b = 12B, zero 3 = 03, 7 double 7 = 777
""")

NOT_NUMBERS = lines("""
to, too, for, fore, ate, won, to two, for four, one to one, oh, oh oh, tree, tree oh, and, hundred
thousand, double, double trouble, triple, double alpha, double twelve, one double, ten four, ten seven
twenty four seven, twelve three, thirty five six, twenty one five, twelve oh, twelve zero
hundred and three, hundred three, one hundred and, one hundred two hundred, one hundred zero
two hundred three four, zero hundred, oh hundred, one thousand twelve hundred, twelve and three
one and two, and one, one and, alpha and one, the two, number two, post three, fire, help, no, am, ab
second, first, 1st, 2nd, 3rd, 24th, ray, ray four, x-rays, one fire, twenty twelve one, one million, once
ones, twos, sixes, tens, point five, one point five, minus one, hello, fox, able, adam
""")


@pytest.mark.parametrize(("said", "meant"), SAID)
def test_what_is_said_is_read(said: str, meant: set[str]) -> None:
    assert read(said, "en") == meant


@pytest.mark.parametrize("said", NOT_NUMBERS)
def test_plain_talk_is_no_number(said: str) -> None:
    assert read(said, "en") == set()


@pytest.mark.parametrize(("word", "digit"), english._STRONG.items())
def test_every_word_of_a_figure_is_that_figure(word: str, digit: str) -> None:
    assert read(word, "en") == {digit}


@pytest.mark.parametrize(("words", "number"), english._PAIRS.items())
def test_every_pair_is_its_number(words: tuple[str, ...], number: int) -> None:
    assert read(" ".join(words), "en") == {str(number)}


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("3", "three"),
        ("03", "zero three|oh three"),
        ("12", "twelve|one two"),
        ("77", "seventy seven|seven seven|double seven"),
        ("99", "ninety nine|nine nine|niner niner|double nine"),
        ("100", "one hundred|one zero zero|one oh oh|one double zero"),
        ("103", "one oh three|one zero three|one hundred and three|one hundred three"),
        ("A12", "alpha twelve|alpha one two|a twelve|a one two|alfa twelve|alfa one two"),
        ("X1", "x ray one|x one|xray one"),
    ],
)
def test_the_ways_to_say_an_identifier(identifier: str, said: str) -> None:
    assert [" ".join(way) for way in spoken(identifier, "en")] == said.split("|")


def test_a_grammar_has_three_and_no_tree() -> None:
    assert "three" in number_words("en")
    assert "tree" not in number_words("en")
