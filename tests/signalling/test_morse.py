import pytest

from radiobridge.signalling.morse import CHARACTERS, PROSIGNS, dot_s, spelt


def test_a_text_is_spelt_in_dots_and_dashes_word_by_word() -> None:
    assert spelt("DE b1") == (("-..", "."), ("-...", ".----"))


def test_prosigns_are_written_in_angle_brackets_and_sent_as_one_character() -> None:
    assert spelt("K<sk>") == (("-.-", "...-.-"),)
    assert spelt("<SOS>") == (("...---...",),)


def test_the_accented_letter_of_the_recommendation_is_sent_however_it_is_composed() -> None:
    assert spelt("é") == spelt("e\u0301") == (("..-..",),)


def test_the_code_has_what_itu_r_m1677_has() -> None:
    assert set(CHARACTERS) == set("ABCDEFGHIJKLMNOPQRSTUVWXYZÉ0123456789.,:?'-/()\"=+×@")
    shared = {"X": "×"}
    codes = [code for character, code in CHARACTERS.items() if character not in shared]
    assert len(set(codes)) == len(codes)
    assert all(set(code) <= set(".-") for code in (*CHARACTERS.values(), *PROSIGNS.values()))


def test_paris_stands_for_a_word() -> None:
    dots = sum(3 if element == "-" else 1 for code in spelt("PARIS")[0] for element in code)
    within = sum(len(code) - 1 for code in spelt("PARIS")[0])
    assert dots + within + 4 * 3 + 7 == 50
    assert dot_s(20) == pytest.approx(0.06)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Über", r"'Ü' \(LATIN CAPITAL LETTER U WITH DIAERESIS\) is not in Morse code; there are A-Z"),
        ("straße", "LATIN SMALL LETTER SHARP S"),
        ("火灾", r"'火' \(CJK UNIFIED IDEOGRAPH-706B\)"),
        ("50 %", "PERCENT SIGN"),
        ("<KS>", "no prosign <KS>; there are AR AS .* SK"),
        ("<SK", "LESS-THAN SIGN"),
        (" \n", "no text to send"),
    ],
)
def test_what_is_not_in_the_code_is_refused_by_its_name(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spelt(text)
