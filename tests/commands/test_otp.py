"""`radiobridge otp`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from radiobridge.access import AccessFile
from radiobridge.dispatch.access.admission import AccessState, Decision, Lock
from tests.commands.calls import called
from tests.dispatch.access.test_admission import LI, RFC_CODES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "radiobridge.toml"
    path.write_text(
        f'[station]\nstate_dir = "{tmp_path}"\n'
        '[[channel]]\nname = "gate"\ninput = { driver = "udp", port = 7000 }\n'
        f'[[operator]]\nid = "07"\nname = "Sergeant Li"\notp_secret = "{LI["otp_secret"]}"\n'
        '[[operator]]\nid = "08"\nname = "Officer Wu"\npin = "1357"\n',
        encoding="utf-8",
    )
    return path


def remembered(file: Path, state: AccessState) -> None:
    AccessFile(file.parent / "access.db").decide(lambda _: Decision(state))


def test_a_new_secret_is_a_line_of_the_settings_and_another_each_time() -> None:
    first, second = called("otp", "new").stdout, called("otp", "new").stdout
    assert re.fullmatch(r'otp_secret = "[A-Z2-7]{32}"\n', first)
    assert first != second


def test_a_card_has_the_codes_of_the_standard_in_their_order(file: Path) -> None:
    done = called("otp", "card", "07", "--count", "10", "--config", str(file))
    assert done.stdout.startswith("Sergeant Li: one-time codes.")
    numbered = dict(re.findall(r" (\d+)  (\d{6})", done.stdout))
    assert [int(numbered[str(number)]) for number in range(1, 11)] == [*RFC_CODES]


def test_a_card_goes_on_where_codes_were_used(file: Path) -> None:
    remembered(file, AccessState({"07": 3}))
    out = called("otp", "card", "07", "--count", "1", "--config", str(file)).stdout
    assert f"  1  {RFC_CODES[3]}" in out


def test_the_state_shows_counters_and_locks_and_no_secret(file: Path) -> None:
    remembered(
        file, AccessState({"07": 3}, {}, {"unit 12": Lock(failures=2), "channel gate": Lock(0, 1, 0, 9e9)})
    )
    out = called("otp", "state", "--config", str(file)).stdout
    assert "07  Sergeant Li: codes, 3 used or passed over" in out
    assert "08  Officer Wu: a PIN" in out
    assert "unit 12: 2 wrong" in out
    assert "channel gate: locked for" in out
    assert "1357" not in out
    assert LI["otp_secret"] not in out


def test_unlock_lets_try_again(file: Path) -> None:
    remembered(file, AccessState(locks={"channel gate": Lock(0, 1, 0, 9e9)}))
    assert (
        called("otp", "unlock", "channel", "gate", "--config", str(file)).stdout
        == "channel gate may try again\n"
    )
    done = called("otp", "unlock", "channel", "gate", "--config", str(file))
    assert done.returncode == 1
    assert "nothing is known of 'channel gate'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("card", "70"), 1, "no [[operator]] has the id '70' (there are: 07, 08)"),
        (("card", "08"), 1, "operator '08' has no otp_secret: `radiobridge otp new` makes one"),
        (("card", "07", "--count", "0"), 2, "--count: give 1 to 100"),
        (("card",), 2, "card takes OPERATOR"),
        (("unlock", "12"), 2, "unlock takes unit|channel NAME"),
        (("unlock", "radio", "12"), 2, "unlock takes unit|channel NAME"),
        (("state", "07"), 2, "state takes nothing more"),
    ],
)
def test_what_cannot_be_is_told(file: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = called("otp", *arguments, "--config", str(file))
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
