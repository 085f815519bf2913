import pytest

from radiobridge.dispatch.codebook import Codebook, Pattern, code_mistakes, lost_key_remarks
from radiobridge.settings import CodeSettings


def codes(*keys: str) -> list[CodeSettings]:
    return [CodeSettings(keys=k, alert="emergency") for k in keys]


def keyed(book: Codebook, keys: str) -> list[tuple[int, str, dict[str, str]]]:
    """Every code that `keys` completes, one key after the other."""
    found, kept = [], ""
    for key in keys:
        kept, match = book.step(kept + key)
        if match:
            found.append((match.code, match.keyed, match.fields))
    return found


def test_a_code_with_fields_is_found_with_its_digits() -> None:
    book = Codebook(codes("*1{post:2}#", "*9{incident:3}{otp:6}#"))
    assert keyed(book, "*112#") == [(0, "*112#", {"post": "12"})]
    assert keyed(book, "*9007123456#") == [(1, "*9007123456#", {"incident": "007", "otp": "123456"})]


def test_codes_follow_one_another() -> None:
    assert [c for c, _, _ in keyed(Codebook(codes("*1#", "*2#")), "*1#*2#*1#")] == [0, 1, 0]


@pytest.mark.parametrize("keys", ["5*112#", "**112#", "*1*112#", "*11*112#", "99#*112#"])
def test_a_code_begun_again_after_a_slip_is_heard(keys: str) -> None:
    assert keyed(Codebook(codes("*1{post:2}#")), keys) == [(0, "*112#", {"post": "12"})]


@pytest.mark.parametrize("keys", ["*11#", "*1123#", "112#", "*1A2#", ""])
def test_other_keys_raise_nothing(keys: str) -> None:
    assert keyed(Codebook(codes("*1{post:2}#")), keys) == []


def test_a_code_inside_a_longer_one_waits_for_it() -> None:
    assert [c for c, _, _ in keyed(Codebook(codes("110#", "*110#")), "*110#")] == [1]


@pytest.mark.parametrize(
    "keys", ["", "*1{post}#", "*1{Post:2}#", "*1x#", "{post:0}", "{a:2}{a:2}", "*" * 10 + "{a:60}"]
)
def test_patterns_that_make_no_sense_are_refused(keys: str) -> None:
    if not keys:
        with pytest.raises(ValueError, match="at least 1"):
            codes(keys)
        return
    with pytest.raises(ValueError, match=r"keys|key|field"):
        Pattern.parse(keys)


@pytest.mark.parametrize(
    ("first", "second"),
    [("*1#", "*1#"), ("*1{a:1}#", "*12#"), ("11", "112"), ("1{a:2}", "11"), ("{a:3}", "12{b:1}")],
)
def test_ambiguous_codes_are_found(first: str, second: str) -> None:
    ((index, why, other),) = code_mistakes(codes(first, second))
    assert (index, other) == (1, 0)
    assert first in why
    assert second in why


def test_codes_that_differ_somewhere_are_fine() -> None:
    assert code_mistakes(codes("*1{post:2}#", "*2{post:2}#", "110", "*1{post:2}A")) == []


def test_a_code_that_is_the_end_of_another_is_remarked_on() -> None:
    assert [(short, long) for short, _, long in lost_key_remarks(codes("*110#", "110#", "*2#"))] == [(1, 0)]


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("*907123456#", "*907••••••#"),
        ("*90712", "*907••"),
        ("5*907123456#*112#", "5*907••••••#*112#"),
        ("*9071234*907123456#", "*907••••••07••••••#"),
        ("*112#", "*112#"),
        ("*90", "*90"),
        ("*8071234#", "*807••••#"),
    ],
)
def test_what_is_keyed_of_pins_and_one_time_codes_is_found_also_where_it_is_broken_off(
    keys: str, shown: str
) -> None:
    book = Codebook(codes("*1{post:2}#", "*9{incident:2}{otp:6}#", "*8{operator:2}{pin:4}#"))
    secret = book.secret_keys(keys)
    assert "".join("•" if place in secret else key for place, key in enumerate(keys)) == shown
