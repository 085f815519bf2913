"""Who calls, and from where."""

from __future__ import annotations

from typing import Any

import pytest

from radiobridge.dispatch.desk import Desk
from radiobridge.dispatch.roster import Roster
from radiobridge.events import ActionAsked, Alert, Caller, CallIn, UnitId
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


def made(keys: str, *signals: UnitId) -> list[object]:
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
