from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from radiobridge.dispatch.desk import Desk, Heard, Made
from radiobridge.dispatch.keypad_rows import ROWS, row_of
from radiobridge.events import (
    Alert,
    CallIn,
    Digit,
    KeypadFault,
    KeypadTest,
    TransmissionEnded,
    TransmissionStarted,
    UnitId,
    Verdict,
)
from radiobridge.settings import Settings
from tests.builders import Clock

ROW = ROWS[0]
TABLE: dict[str, Any] = {
    "channel": [{"name": "gate", "digit_timeout_s": 5}, {"name": "school", "post": "3"}],
    "post": [{"id": "3", "name": {"zh": "第三小学", "en": "School 3"}, "units": ["1234"]}],
    "code": [{"keys": "*1{post:2}#", "alert": "emergency"}],
}
ID = UnitId("gate", 9.6, "mdc1200", "1234", 0.17, -12, 25)


def desk(clock: Clock | None = None, **more: Any) -> Desk:
    ids = (f"id{n}" for n in range(1000))
    return Desk(Settings.model_validate(TABLE | more), clock=clock or Clock(1000.0), new_id=lambda: next(ids))


def keys(
    text: str, at: float = 10.0, channel: str = "gate", every_s: float = 0.4, **how: float
) -> list[Digit]:
    """A handset that is heard well, but for `how`."""
    good = {"duration_s": 0.1, "level_dbfs": -15.0, "twist_db": 1.0, "snr_db": 28.0} | how
    return [Digit(channel, at + i * every_s, key, **good) for i, key in enumerate(text)]


def sent(*inside: Heard, id_: str = "T1", channel: str = "gate") -> Iterator[Heard]:
    """A transmission."""
    yield TransmissionStarted(channel, 9.5, id_)
    yield from inside
    yield TransmissionEnded(channel, 30.0, id_, 9.5, 20.0, -10, -20)


def made(at: Desk, *events: Iterable[Heard]) -> list[Made]:
    return [out for some in events for event in some for out in at.feed(event)]


def reports_of(at: Desk, *events: Iterable[Heard]) -> list[KeypadTest]:
    return [out for out in made(at, *events) if isinstance(out, KeypadTest)]


def report(*inside: Heard, **more: Any) -> KeypadTest:
    """The one test that one transmission makes."""
    (only,) = reports_of(desk(**more), sent(*inside))
    return only


def keyed(only: KeypadTest) -> str:
    return "".join(digit.key for digit in only.heard.digits)


def test_a_good_handset_is_told_so() -> None:
    only = report(*keys("*0#" + ROW))
    assert (only.heard.verdict, only.heard.faults, only.heard.missing) == (Verdict.GOOD, (), "")
    assert (only.heard.level_dbfs, only.heard.snr_db, only.heard.twist_db, only.heard.key_s) == (
        -15,
        28,
        1,
        0.1,
    )
    assert only.text == {
        "en": "Unknown unit on gate: all 16 keys heard, strong, twist fine.",
        "zh": "频道gate上的未知手台：16个键全部收到，声音清楚，高低音平衡。",
    }
    assert only.advice == {"en": (), "zh": ()}
    assert (only.callin, only.at, only.id, only.test) == ("T1", 10.0, only.test, only.id)


@pytest.mark.parametrize("row", ROWS)
def test_every_order_of_the_keys_is_known(row: str) -> None:
    assert report(*keys("*0#" + row)).heard.row == row
    assert report(*keys(row + "*0#")).heard.row == row


def test_the_code_alone_is_judged_by_its_own_keys() -> None:
    only = report(*keys("*0#", level_dbfs=-36))
    assert (keyed(only), only.heard.row) == ("*0#", "")
    assert only.heard.verdict is Verdict.FAIR
    assert only.text["en"] == "Unknown unit on gate: 3 keys heard, weak."


def test_a_row_of_all_keys_has_the_code_in_it_and_is_a_test_by_itself() -> None:
    only = report(*keys(ROW))
    assert (keyed(only), only.heard.row, only.heard.missing) == (ROW, ROW, "")


def test_keys_before_the_code_belong_to_the_test_unless_the_pause_was_too_long() -> None:
    assert keyed(report(*keys("12"), *keys("*0#", at=12))) == "12*0#"
    assert keyed(report(*keys("12"), *keys("*0#", at=17))) == "*0#"


def test_keys_that_are_missing_are_named() -> None:
    only = report(*keys("*0#12A456B789*0#D"))
    assert (only.heard.missing, only.heard.verdict) == ("3C", Verdict.POOR)
    assert only.text["en"] == ("Unknown unit on gate: 14 of 16 keys heard, 3 C missing, strong, twist fine.")
    assert only.text["zh"].endswith("16个键收到14个，缺3、C，声音清楚，高低音平衡。")
    assert only.advice["en"][0].startswith("Not heard: 3 C.")


def test_star_and_hash_are_spoken_as_words() -> None:
    assert "star hash missing" in report(*keys("*0#1234567890")).text["en"]


@pytest.mark.parametrize(
    ("heard", "missing"),
    [
        ("123456789*0#", ""),
        ("1234567890*#", ""),
        ("123A456B789C*0#D", ""),
        ("123A456B789C*0#", "D"),
        ("23A456B789C*0#D", "1"),
        ("124456789*0#", "3"),
        ("11233456789*0#", ""),
        ("123456", None),
        ("*1103#", None),
        ("", None),
    ],
)
def test_a_row_is_recognised_with_keys_too_many_or_too_few(heard: str, missing: str | None) -> None:
    row, lost = row_of([heard])
    assert (lost if row else None) == missing


@pytest.mark.parametrize(
    ("how", "fault", "verdict"),
    [
        ({"level_dbfs": -36}, KeypadFault.WEAK, Verdict.FAIR),
        ({"level_dbfs": -42}, KeypadFault.WEAK, Verdict.POOR),
        ({"snr_db": 16}, KeypadFault.NOISY, Verdict.FAIR),
        ({"snr_db": 8}, KeypadFault.NOISY, Verdict.POOR),
        ({"twist_db": 9}, KeypadFault.HIGH_TONES, Verdict.FAIR),
        ({"twist_db": 12}, KeypadFault.HIGH_TONES, Verdict.POOR),
        ({"twist_db": -7}, KeypadFault.LOW_TONES, Verdict.FAIR),
        ({"twist_db": -12}, KeypadFault.LOW_TONES, Verdict.POOR),
        ({"duration_s": 0.05}, KeypadFault.SHORT, Verdict.FAIR),
        ({"duration_s": 0.04}, KeypadFault.SHORT, Verdict.POOR),
        ({"level_dbfs": -4.4, "snr_db": 18}, KeypadFault.LOUD, Verdict.FAIR),
        ({"level_dbfs": -3, "snr_db": 9}, KeypadFault.LOUD, Verdict.POOR),
    ],
)
def test_each_fault_is_found_and_advice_given(
    how: dict[str, Any], fault: KeypadFault, verdict: Verdict
) -> None:
    only = report(*keys("*0#" + ROW, **how))
    assert (only.heard.faults, only.heard.verdict) == ((fault,), verdict)
    assert all(len(advice) == 1 for advice in only.advice.values())
    assert "{" not in "".join(only.advice["en"] + only.advice["zh"])


def test_weak_is_measured_from_the_level_that_opens_the_squelch() -> None:
    quiet = [{"name": "gate", "squelch": {"open_dbfs": -60}}]
    assert report(*keys("*0#", level_dbfs=-36), channel=quiet).heard.faults == ()


def test_a_few_bad_keys_do_not_make_a_bad_handset() -> None:
    assert report(*keys("*0#"), *keys(ROW, at=12), *keys("5", at=20, snr_db=3)).heard.faults == ()


def test_a_key_that_comes_in_two_pieces_is_a_drop_out() -> None:
    halves = keys("55", at=12, every_s=0.15)
    assert report(*keys("*0#"), *halves).heard.faults == (KeypadFault.DROP_OUTS,)
    assert report(*keys("*0#"), *keys("55", at=12)).heard.faults == ()


def test_a_pause_that_is_too_long_ends_the_test() -> None:
    first, second = reports_of(desk(), sent(*keys("*0#12"), *keys("*0#", at=20)))
    assert (keyed(first), keyed(second)) == ("*0#12", "*0#")
    assert first.test != second.test


def test_the_handset_is_named_by_the_id_that_it_sends_before_or_after() -> None:
    for only in (report(ID, *keys("*0#")), report(*keys("*0#"), replace(ID, at=12))):
        assert (only.handset, only.unit, only.post) == ("1234", "1234", "3")
        assert only.text["zh"].startswith("1234号：")


def test_or_else_by_the_number_in_the_code() -> None:
    code = {"keypad_test": {"keys": "*0{unit:2}#"}}
    only = report(*keys("*012#"), **code)
    assert (only.handset, only.unit, only.post) == ("12", "12", None)
    assert only.text["en"].startswith("Unit 12: ")
    assert report(ID, *keys("*012#"), **code).handset == "1234"


def test_or_else_by_the_post_of_the_channel() -> None:
    (only,) = reports_of(desk(), sent(*keys("*0#", channel="school"), channel="school"))
    assert (only.handset, only.unit, only.post) == ("post 3", None, "3")
    assert only.text["en"].startswith("School 3: ")
    assert only.text["zh"].startswith("第三小学：")


def test_or_else_it_is_unknown() -> None:
    assert report(*keys("*0#")).handset == "unknown on gate"


def test_an_id_in_dtmf_is_not_what_was_keyed() -> None:
    ani = keys("10345", at=9.6, every_s=0.1, duration_s=0.05)
    only = report(*ani, UnitId("gate", 9.6, "dtmf", "10345", 0.45, -15, 28), *keys("*0#" + ROW, at=11))
    assert (only.handset, keyed(only)) == ("10345", "*0#" + ROW)


def test_a_code_of_an_alert_in_the_test_still_raises_it() -> None:
    out = made(desk(), sent(*keys("*0#12*103#")))
    assert [type(o) for o in out] == [Alert, CallIn, KeypadTest]
    assert [keyed(o) for o in out if isinstance(o, KeypadTest)] == ["*0#12*103#"]


def test_the_test_is_no_alert_and_its_transmission_a_call_in() -> None:
    callin, _ = made(desk(), sent(*keys("*0#" + ROW)))
    assert isinstance(callin, CallIn)
    assert callin.alerts == ()


def test_switched_off_there_is_none() -> None:
    assert reports_of(desk(keypad_test={"keys": ""}), sent(*keys("*0#" + ROW))) == []


def test_a_code_with_the_same_keys_goes_before_a_test_that_nobody_has_chosen() -> None:
    codes = [{"keys": "*0#", "alert": "fire"}]
    out = made(desk(code=codes), sent(*keys("*0#")))
    assert [type(o) for o in out] == [Alert, CallIn]


def test_slow_keys_in_transmissions_of_their_own_are_reported_once_more_when_the_row_is_whole() -> None:
    at = desk()
    each = [sent(*keys(key, at=12.0 + 2 * i), id_=f"T{i}") for i, key in enumerate(ROW)]
    first, whole = reports_of(at, sent(*keys("*0#"), id_="T"), *each)
    assert (keyed(first), keyed(whole)) == ("*0#", "*0#" + ROW)
    assert whole.test == first.test != whole.id
    assert whole.callin == "T15"


def test_slow_keys_of_which_the_last_is_not_heard_are_reported_after_the_time_out() -> None:
    clock = Clock(1000.0)
    at = desk(clock)
    each = [sent(*keys(key, at=12.0 + 2 * i), id_=f"T{i}") for i, key in enumerate(ROW[:-1])]
    (first,) = reports_of(at, sent(*keys("*0#"), id_="T"), *each)
    clock.now += 5
    assert at.tick() == []
    clock.now += 2
    (late,) = at.tick()
    assert (late.test, late.heard.missing) == (first.test, "D")
    assert at.tick() == []
    assert reports_of(at, sent(*keys("5", at=50))) == []


def test_a_call_that_follows_soon_is_no_part_of_the_test() -> None:
    at = desk()
    out = made(at, sent(*keys("*0#")), sent(*keys("*103#", at=14), id_="T2"))
    assert [type(o) for o in out] == [CallIn, KeypadTest, Alert, CallIn]
    assert at.tick() == []


def test_a_second_handset_that_follows_soon_has_a_test_of_its_own() -> None:
    numbered = desk(keypad_test={"keys": "*0{unit:2}#"})
    both = reports_of(numbered, sent(*keys("*012#5")), sent(*keys("*013#6", at=14), id_="T2"))
    assert [(r.handset, keyed(r)) for r in both] == [("12", "*012#5"), ("13", "*013#6")]
    other = replace(ID, unit="5678", at=13.8)
    both = reports_of(desk(), sent(ID, *keys("*0#")), sent(other, *keys("*0#", at=14), id_="T2"))
    assert [(r.handset, keyed(r)) for r in both] == [("1234", "*0#"), ("5678", "*0#")]


def test_the_last_keys_of_a_keypad_that_is_played_with_count() -> None:
    only = report(*keys("*0#" + "5" * 200, every_s=0.2))
    assert len(only.heard.digits) == 64


def test_a_code_that_spans_transmissions_begins_a_test() -> None:
    (only,) = reports_of(desk(), sent(*keys("*0")), sent(*keys("#12", at=12), id_="T2"))
    assert keyed(only) == "*0#12"


def test_a_reload_in_the_middle_of_a_test_keeps_it() -> None:
    at = desk()
    assert reports_of(at, [TransmissionStarted("gate", 9.5, "T1"), *keys("*0#")]) == []
    at.reload(Settings.model_validate(TABLE | {"keypad_test": {"keys": "*9#"}}))
    (only,) = reports_of(at, [*keys("12", at=12), TransmissionEnded("gate", 30.0, "T1", 9.5, 20.0, -10, -20)])
    assert keyed(only) == "*0#12"
