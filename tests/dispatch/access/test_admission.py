"""Who is let in by a PIN or a one-time code, and who is locked out."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from radiobridge.dispatch.access.admission import AccessState, Decision, NotAdmitted, admit
from radiobridge.dispatch.access.hotp import one_time_code
from radiobridge.events import Act, ActionAsked, Who
from radiobridge.settings import AccessSettings, OperatorSettings, secret_bytes

SECRET = b"12345678901234567890"
RFC_CODES = (755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489)
"""RFC 4226, appendix D."""
LI = {"id": "07", "name": "Sergeant Li", "pin": "2468", "otp_secret": base64.b32encode(SECRET).decode()}
WU = {"id": "08", "name": "Officer Wu", "otp_secret": base64.b32encode(b"a secret of officer Wu").decode()}


@pytest.mark.parametrize("counter", range(10))
def test_codes_are_those_of_the_standard(counter: int) -> None:
    assert one_time_code(SECRET, counter) == str(RFC_CODES[counter])


def test_codes_keep_their_leading_zeros_and_their_length() -> None:
    assert {len(one_time_code(SECRET, counter, 8)) for counter in range(200)} == {8}
    assert any(one_time_code(SECRET, counter).startswith("0") for counter in range(200))


class Door:
    """What is known, and a clock that is moved by hand."""

    def __init__(self, *operators: dict[str, Any], **settings: float) -> None:
        self.operators = [OperatorSettings.model_validate(each) for each in operators or (LI, WU)]
        self.settings = AccessSettings.model_validate(settings)
        self.state = AccessState()
        self.now = 1_795_619_100.0

    def code(self, counter: int, operator: int = 0) -> str:
        secret = self.operators[operator].otp_secret
        assert secret
        return one_time_code(secret_bytes(secret), counter)

    def otp(self, code: str, *, unit: str | None = "12", channel: str = "police", **asked: Any) -> Decision:
        who = Who(unit=unit, channel=channel, by="dtmf")
        return self._decided(ActionAsked("A", self.now, Act.CLOSE, 1, who, needs="otp", otp=code, **asked))

    def pin(self, pin: str, *, unit: str | None = "12", **asked: Any) -> Decision:
        who = Who(unit=unit, channel="police", by="dtmf")
        return self._decided(ActionAsked("A", self.now, Act.CLOSE, 1, who, needs="pin", pin=pin, **asked))

    def _decided(self, asked: ActionAsked) -> Decision:
        decision = admit(asked, self.operators, self.settings, self.state, self.now)
        self.state = decision.state
        return decision


def name(decision: Decision) -> str:
    return decision.operator.name if decision.operator else str(decision.why)


def test_a_code_tells_whose_it_is() -> None:
    door = Door()
    assert name(door.otp(door.code(0))) == "Sergeant Li"
    assert name(door.otp(door.code(0, 1))) == "Officer Wu"


def test_a_code_counts_once() -> None:
    door = Door()
    door.otp(door.code(0))
    assert name(door.otp(door.code(0))) == NotAdmitted.REPLAY
    assert name(door.otp(door.code(1))) == "Sergeant Li"


def test_codes_that_were_passed_over_are_used_up() -> None:
    door = Door(look_ahead=10)
    assert name(door.otp(door.code(9))) == "Sergeant Li"
    assert name(door.otp(door.code(5))) == NotAdmitted.REPLAY


def test_a_card_that_is_far_ahead_comes_into_step_by_two_codes_in_a_row() -> None:
    door = Door(look_ahead=10, resync=100)
    assert name(door.otp(door.code(10))) == NotAdmitted.WRONG
    assert name(door.otp(door.code(12))) == NotAdmitted.WRONG
    assert name(door.otp(door.code(13))) == "Sergeant Li"
    assert name(door.otp(door.code(14))) == "Sergeant Li"
    assert name(door.otp(door.code(13))) == NotAdmitted.REPLAY
    assert name(door.otp(door.code(15 + 110))) == NotAdmitted.WRONG


def test_a_pin_is_that_of_an_operator() -> None:
    door = Door()
    assert name(door.pin("2468")) == "Sergeant Li"
    assert name(door.pin("2469")) == NotAdmitted.WRONG
    assert name(door.pin("")) == NotAdmitted.WRONG


def test_who_names_himself_shows_his_own_code() -> None:
    door = Door()
    assert name(door.otp(door.code(0, 1), operator="07")) == NotAdmitted.WRONG
    assert name(door.otp(door.code(0, 1), operator="08")) == "Officer Wu"
    assert name(door.otp(door.code(1, 1), operator="09")) == NotAdmitted.UNKNOWN_OPERATOR


def test_an_operator_may_be_bound_to_acts_and_radios() -> None:
    door = Door(LI | {"may": ["come"]}, WU | {"units": ["31"]})
    assert name(door.pin("2468", unit="31")) == NotAdmitted.WRONG
    assert name(door.otp(door.code(0, 1), unit="12")) == NotAdmitted.NOT_ALLOWED
    assert name(door.otp(door.code(0, 1), unit="31")) == "Officer Wu"
    assert name(door.pin("2468", operator="07")) == NotAdmitted.NOT_ALLOWED


def test_too_many_wrong_ones_lock_the_unit_and_nobody_else() -> None:
    door = Door(failures=3, lock_s=300)
    for _ in range(3):
        assert name(door.otp("000000")) == NotAdmitted.WRONG
    assert name(door.otp(door.code(0))) == NotAdmitted.LOCKED
    assert name(door.otp(door.code(0), unit="13")) == "Sergeant Li"
    door.now += 299
    assert name(door.otp(door.code(1))) == NotAdmitted.LOCKED
    door.now += 1
    assert name(door.otp(door.code(1))) == "Sergeant Li"


def test_without_a_unit_the_channel_is_locked() -> None:
    door = Door(failures=1)
    door.otp("000000", unit=None)
    assert name(door.otp(door.code(0), unit=None)) == NotAdmitted.LOCKED
    assert name(door.otp(door.code(0), unit=None, channel="guards")) == "Sergeant Li"
    assert name(door.otp(door.code(1), unit="12")) == "Sergeant Li"


def test_a_good_code_makes_up_for_wrong_ones() -> None:
    door = Door(failures=3)
    for _ in range(2):
        door.otp("000000")
    door.otp(door.code(0))
    for _ in range(2):
        door.otp("000000")
    assert name(door.otp(door.code(1))) == "Sergeant Li"


def test_each_lock_out_of_a_day_is_twice_as_long_up_to_a_bound() -> None:
    door = Door(failures=1, lock_s=100)
    lengths = []
    for _ in range(6):
        door.otp("000000")
        lengths.append(round(door.state.locks["unit 12"].until - door.now))
        door.now = door.state.locks["unit 12"].until
    assert lengths == [100, 200, 400, 800, 800, 800]
    door.now += 86_401
    door.otp("000000")
    assert round(door.state.locks["unit 12"].until - door.now) == 100


def test_a_clock_that_is_set_back_neither_unlocks_nor_locks_for_ever() -> None:
    door = Door(failures=1, lock_s=100)
    door.otp("000000")
    door.now -= 86_400
    assert name(door.otp(door.code(0))) == NotAdmitted.LOCKED
    door.now += 99
    assert name(door.otp(door.code(0))) == NotAdmitted.LOCKED
    door.now += 1
    assert name(door.otp(door.code(0))) == "Sergeant Li"


def test_secrets_are_shown_by_nothing() -> None:
    door = Door()
    asked = ActionAsked("A", 0, Act.CLOSE, 1, Who(), needs="otp", otp="755224", pin="2468")
    shown = f"{asked!r} {door.operators!r} {door.otp('755224')!r}"
    for secret in ("755224", "2468", LI["otp_secret"]):
        assert secret not in shown
