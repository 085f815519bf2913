"""Who calls, and from where."""

from __future__ import annotations

from typing import Any

import pytest

from radiobridge.dispatch.desk import Desk
from radiobridge.dispatch.incidents.book import who_called
from radiobridge.dispatch.roster import Roster
from radiobridge.events import ActionAsked, Alert, Caller, CallIn, Selcall, UnitId, Who
from radiobridge.settings import Settings
from tests.dispatch.test_desk import digits, fed, transmission

TABLE: dict[str, Any] = {
    "channel": [{"name": "gate", "post": "9"}, {"name": "yard"}],
    "post": [
        {"id": "03", "name": {"en": "School 3", "zh": "第三小学"}, "units": ["1234"]},
        {"id": "9", "name": {"en": "Police post"}},
    ],
    "unit": [
        {
            "ids": ["1234", "a1b2"],
            "name": "Patrol 7",
            "role": "patrol",
            "phone": "+8613800000000",
            "post": "9",
        },
        {"ids": ["77"], "name": "Guard"},
    ],
    "alert": {
        "emergency": {"text": {"en": "{unit.name} at {post.name}", "zh": "{post.name}", "ko": "{post.name}"}}
    },
    "code": [
        {"keys": "*1{post:2}#", "alert": "emergency"},
        {"keys": "*7{incident:2}#", "does": "come"},
    ],
}
PTT_ID = UnitId("gate", 10.0, "mdc1200", "A1B2", 0.17, -12, 25)


def made(keys: str, *signals: UnitId | Selcall) -> list[object]:
    ids = (f"id{n}" for n in range(1000))
    desk = Desk(Settings.model_validate(TABLE), clock=lambda: 1000.0, new_id=lambda: next(ids))
    return [*fed(desk, transmission(*signals, *digits(keys)))]


@pytest.mark.parametrize(
    ("unit", "channel", "caller"),
    [
        ("1234", "yard", Caller("1234", "Patrol 7", "patrol", "+8613800000000", "9")),
        ("A1B2", "yard", Caller("A1B2", "Patrol 7", "patrol", "+8613800000000", "9")),
        ("77", "gate", Caller("77", "Guard", post="9")),
        ("77", "yard", Caller("77", "Guard")),
        ("5678", "gate", Caller("5678", post="9")),
        (None, "gate", Caller(post="9")),
        (None, "yard", Caller()),
    ],
)
def test_whoever_calls_is_known_by_his_radio_and_his_post_by_him_it_or_the_channel(
    unit: str | None, channel: str, caller: Caller
) -> None:
    assert Roster(Settings.model_validate(TABLE)).caller(unit, channel) == caller


def test_a_radio_of_a_post_without_a_unit_is_of_that_post() -> None:
    table = TABLE | {"unit": []}
    assert Roster(Settings.model_validate(table)).caller("1234", "yard") == Caller("1234", post="03")


def test_the_code_says_where_it_is_and_the_radio_who_calls() -> None:
    alert, callin = made("*103#", PTT_ID)
    assert isinstance(alert, Alert)
    assert isinstance(callin, CallIn)
    assert (alert.post, alert.caller.post, alert.caller.name) == ("03", "9", "Patrol 7")
    assert alert.text["en"] == "Patrol 7 at School 3"
    assert callin.caller == alert.caller


def test_a_post_that_the_settings_do_not_have_is_called_unknown_in_each_language() -> None:
    alert, _ = made("*147#", PTT_ID)
    assert isinstance(alert, Alert)
    assert alert.post == "47"
    assert alert.text == {
        "en": "Patrol 7 at unknown post 47",
        "zh": "未登记的47号岗",
        "ko": "등록되지 않은 47번 초소",
    }


def test_who_does_something_about_an_incident_is_named_in_its_log() -> None:
    asked, _ = made("*701#", PTT_ID)
    assert isinstance(asked, ActionAsked)
    assert (asked.who.name, asked.who.unit, asked.who.post) == ("Patrol 7", "A1B2", "9")


SAME_DIGITS: dict[str, Any] = TABLE | {
    "post": [{"id": "03", "name": {"en": "School 3"}, "units": ["dtmf:55", "zvei1:11111"]}],
    "unit": [
        {"ids": ["mdc1200:1234"], "name": "Patrol 7"},
        {"ids": ["dtmf:1234"], "name": "Guard"},
        {"ids": ["1234", "77"], "name": "Somebody"},
        {"ids": ["ccir:12345"], "name": "Officer", "post": "03"},
    ],
}


def selcall(code: str, *, system: str = "ccir", by: str = "") -> Selcall:
    return Selcall("yard", 10.0, system, code, 0.5, -12, 25, by=by)


def unit_id(unit: str, system: str) -> UnitId:
    return UnitId("yard", 10.0, system, unit, 0.17, -12, 25)


@pytest.mark.parametrize(
    ("system", "name"), [("mdc1200", "Patrol 7"), ("dtmf", "Guard"), ("eia", "Somebody"), ("", "Somebody")]
)
def test_the_same_digits_in_two_systems_are_two_people(system: str, name: str) -> None:
    assert Roster(Settings.model_validate(SAME_DIGITS)).caller("1234", "yard", system).name == name


@pytest.mark.parametrize(
    ("signals", "sender"),
    [
        ([], (None, "")),
        ([unit_id("1234", "mdc1200")], ("1234", "mdc1200")),
        ([unit_id("9999", "mdc1200")], ("9999", "mdc1200")),
        ([unit_id("9999", "dtmf"), unit_id("1234", "mdc1200")], ("1234", "mdc1200")),
        ([selcall("12345")], ("12345", "ccir")),
        ([selcall("12345", system="eea")], (None, "")),
        ([selcall("11111", system="zvei1")], ("11111", "zvei1")),
        ([selcall("54321"), selcall("12345")], ("12345", "ccir")),
        ([selcall("9999", system="mdc1200", by="1234")], ("1234", "mdc1200")),
        ([unit_id("9999", "dtmf"), selcall("12345")], ("12345", "ccir")),
        ([selcall("77")], (None, "")),
    ],
)
def test_who_speaks_is_the_first_id_that_the_roster_knows_or_else_the_first_that_was_sent(
    signals: list[UnitId | Selcall], sender: tuple[str | None, str]
) -> None:
    assert Roster(Settings.model_validate(SAME_DIGITS)).sender(signals) == sender


def test_who_sent_five_tones_of_his_own_is_named_and_his_post_is_known() -> None:
    ids = (f"id{n}" for n in range(1000))
    table = SAME_DIGITS | {"signal": [{"system": "ccir", "alert": "emergency"}]}
    desk = Desk(Settings.model_validate(table), clock=lambda: 1000.0, new_id=lambda: next(ids))
    alert, callin = fed(desk, transmission(selcall("12345"), channel="yard"))
    assert isinstance(alert, Alert)
    assert isinstance(callin, CallIn)
    assert (alert.unit, alert.caller.name, alert.post) == ("12345", "Officer", "03")
    assert callin.caller == alert.caller == Caller("12345", "Officer", post="03", system="ccir")


def test_two_people_with_the_same_digits_are_two_in_the_log_of_an_incident() -> None:
    first, second = (
        Who(unit="1234", channel="yard", by="dtmf", system=system) for system in ("mdc1200", "dtmf")
    )
    assert first.key != second.key
    assert Who(unit="1234").key == "1234"


@pytest.mark.parametrize(
    ("keyed_unit", "name", "unit", "post"),
    [("77", "Guard", "77", "9"), ("78", "Patrol 7", "A1B2", "9")],
)
def test_whoever_keys_his_number_is_who_calls_and_else_it_is_the_radio_that_tells(
    keyed_unit: str, name: str, unit: str, post: str
) -> None:
    ids = (f"id{n}" for n in range(1000))
    table = TABLE | {"code": [{"keys": "*5{unit:2}#", "alert": "emergency"}]}
    desk = Desk(Settings.model_validate(table), clock=lambda: 1000.0, new_id=lambda: next(ids))
    alert, _ = fed(desk, transmission(PTT_ID, *digits(f"*5{keyed_unit}#")))
    assert isinstance(alert, Alert)
    assert (alert.caller.name, alert.caller.unit, alert.post) == (name, unit, post)
    assert alert.unit == "A1B2"
    who = who_called(alert)
    assert (who.name, who.unit) == (name, unit)
