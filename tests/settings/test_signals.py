from pathlib import Path

import pytest

from tests.settings.test_load import CHANNEL, mistakes, remarked


def rule(more: str, system: str = "mdc1200") -> str:
    return f'[[signal]]\nsystem = "{system}"\nalert = "emergency"\n{more}\n'


def test_a_system_that_is_none_is_named_with_what_there_is(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + rule("", "zvei"))
    assert mistake.startswith("radiobridge.toml:6: signal[0].system:")
    assert "'zvei1'" in mistake


def test_a_post_that_is_none_is_named(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + rule('post = "7"'))
    assert mistake == "radiobridge.toml:8: signal[0].post: no [[post]] has the id '7'"


def test_a_rule_that_an_earlier_one_hides_is_named_with_both_lines(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + rule("") + rule('unit = "1234"'))
    assert mistake.startswith("radiobridge.toml:10: signal[1].system: never matches")
    assert "line 6" in mistake


@pytest.mark.parametrize(
    ("system", "code", "said"),
    [
        ("dcs", "024N", "no DCS code: '024N'"),
        ("ctcss", "101", "the nearest of the table: 100.0 and 103.5"),
        ("ctcss", "red", "write it like 88.5"),
    ],
)
def test_a_tone_or_a_code_that_is_none_is_named(tmp_path: Path, system: str, code: str, said: str) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + rule(f'code = "{code}"', system))
    assert mistake.startswith("radiobridge.toml:8: signal[0].code: ")
    assert said in mistake


def test_a_text_that_nothing_fills_is_named(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, CHANNEL + rule('text = { en = "{unit} called {code} {zone}" }'))
    assert "nothing fills {zone}" in mistake


def test_a_system_that_no_channel_hears_is_remarked_on(tmp_path: Path) -> None:
    remarks = remarked(tmp_path, CHANNEL + rule("", "zvei1") + rule("", "dtmf"))
    assert "never heard; see five_tone of a channel's signals" in remarks
    assert "never heard; see dtmf_id_digits of a channel's signals" in remarks
    assert "never heard" not in remarked(tmp_path, CHANNEL + rule(""))


def test_a_code_that_an_id_may_be_is_remarked_on(tmp_path: Path) -> None:
    codes = "".join(f'[[code]]\nkeys = "{keys}"\nalert = "emergency"\n' for keys in ("5{post:2}", "*1#"))
    remarks = remarked(tmp_path, CHANNEL + "signals = { dtmf_id_digits = 5 }\n" + codes)
    assert "'5{post:2}' has no * and no #" in remarks
    assert "'*1#'" not in remarks
    assert "no * and no #" not in remarked(tmp_path, CHANNEL + codes)


def test_a_radio_of_two_posts_is_named_with_both_lines(tmp_path: Path) -> None:
    posts = "".join(f'[[post]]\nid = "{i}"\nname = {{ en = "x" }}\nunits = ["12", "3{i}"]\n' for i in (1, 2))
    (mistake,) = mistakes(tmp_path, CHANNEL + posts)
    assert mistake.startswith("radiobridge.toml:12: post[1].units: the radio '12' belongs to two posts")
    assert "line 8" in mistake


def test_signals_that_are_none_are_named(tmp_path: Path) -> None:
    text = CHANNEL + "signals = { tone_burst = [100], pages = { x = [300] }, dtmf = 3 }"
    assert len(mistakes(tmp_path, text)) == 3
