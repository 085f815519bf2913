import pytest

from radiobridge.signalling.five_tone import REPEAT, STANDARDS, Standard, meant, spelt

ZVEI1 = STANDARDS["zvei1"]


@pytest.mark.parametrize(
    ("code", "symbols"), [("12345", "12345"), ("12334", "123E4"), ("11111", "1E1E1"), ("12AAA", "12AEA")]
)
def test_a_digit_like_the_one_before_is_spelt_as_the_repeat_tone(code: str, symbols: str) -> None:
    assert spelt(code, ZVEI1) == symbols
    assert meant(symbols) == code


def test_a_repeat_tone_that_repeats_nothing_means_nothing() -> None:
    assert meant("E1234") is None


@pytest.mark.parametrize("standard", STANDARDS.values(), ids=STANDARDS)
def test_a_standard_has_every_digit_once(standard: Standard) -> None:
    tones_hz = standard.tones_hz
    assert set("0123456789A" + REPEAT) <= set(tones_hz)
    assert len(set(tones_hz.values())) == len(tones_hz)
    assert all(300 < hz < 3000 for hz in tones_hz.values())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("123", "'123' has 3 digits; a call has 4 to 8"),
        ("123456789", "has 9 digits"),
        ("12E45", "no tone in zvei1 for 'E'"),
        ("12x45", "no tone in zvei1 for 'x'"),
    ],
)
def test_a_code_that_cannot_be_sent_is_refused(code: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spelt(code, ZVEI1)
