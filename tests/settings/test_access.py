"""What a file may say of operators, PINs and one-time codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dispatch.access.test_admission import LI, WU
from tests.settings.test_links import CHANNELS
from tests.settings.test_load import loaded, mistakes

OPERATORS = f"""
[[operator]]
id = "07"
name = "Sergeant Li"
pin = "2468"
otp_secret = "{LI["otp_secret"]}"
"""


def code(keys: str, more: str) -> str:
    return f'[[code]]\nkeys = "{keys}"\n{more}\n'


def test_operators_and_codes_that_need_something_are_read(tmp_path: Path) -> None:
    text = code("*9{incident:2}{otp:6}#", 'does = "close"\nneeds = "otp"')
    text += code("*8{incident:2}{operator:2}{pin:4}#", 'does = "reopen"\nneeds = "pin"')
    settings = loaded(tmp_path, CHANNELS + OPERATORS + text).settings
    assert [each.needs for each in settings.code] == ["otp", "pin"]
    assert "2468" not in repr(settings)
    assert LI["otp_secret"] not in repr(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (code("*9{pin:4}#", 'alert = "fire"\nneeds = "pin"'), "an alert asks for nothing"),
        (code("*9{incident:2}#", 'does = "close"\nneeds = "otp"'), "the keys must have {otp:6}"),
        (code("*9{incident:2}{otp:5}#", 'does = "close"\nneeds = "otp"'), "the keys must have {otp:6}"),
        (code("*9{incident:2}{pin:6}#", 'does = "close"\nneeds = "pin"'), "the keys must have {pin:4}"),
        (code("*9{incident:2}{pin:4}#", 'does = "close"'), "nothing asks for {pin}"),
        (code("*9{incident:2}{otp:6}#", 'does = "close"\nneeds = "pn"'), "'pin' or 'otp'"),
        (
            code("*9{operator:3}{otp:6}#", 'does = "close"\nneeds = "otp"'),
            "operator '07' has no id of 3 digits: he cannot be keyed",
        ),
        ('[[operator]]\nid = "09"\nname = "x"\n', "give a pin, an otp_secret or both"),
        ('[[operator]]\nid = "09"\nname = "x"\npin = "12a4"\n', "a PIN has 4 to 12 digits"),
        ('[[operator]]\nid = "09"\nname = "x"\notp_secret = "MFRGG"\n', "a secret has at least 128 bits"),
        ('[[operator]]\nid = "09"\nname = "x"\notp_secret = "18"\n', "no secret in base32"),
        ('[[operator]]\nid = "07"\nname = "x"\npin = "1111"\n', "'07' stands twice"),
        (
            '[[operator]]\nid = "09"\nname = "x"\npin = "2468"\n'
            + code("*9{incident:2}{pin:4}#", 'does = "close"\nneeds = "pin"'),
            "the PIN of another operator",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_no_secret_is_shown(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(tmp_path, CHANNELS + OPERATORS + text)
    assert len(found) == 1, found
    assert said in found[0]
    for secret in ("2468", "12a4", LI["otp_secret"], WU["otp_secret"]):
        assert secret not in found[0]


def test_a_code_for_which_nobody_has_anything_is_refused(tmp_path: Path) -> None:
    text = code("*9{incident:2}{otp:6}#", 'does = "close"\nneeds = "otp"')
    (found,) = mistakes(tmp_path, CHANNELS + text)
    assert "nobody could key it: no [[operator]] has a otp_secret" in found
