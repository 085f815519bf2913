from dataclasses import replace
from typing import Any

import pytest

from radiobridge.dispatch.desk import Desk
from radiobridge.dispatch.signal_book import never_matching
from radiobridge.events import Alert, CallIn, Meaning, Selcall, Source, UnitId
from radiobridge.settings import PostSettings, Settings, SignalRuleSettings
from tests.dispatch.test_desk import digits, fed, transmission

EMERGENCY = UnitId("gate", 10.0, "mdc1200", "1234", 0.17, -12, 25, Meaning.EMERGENCY)
PTT_ID = replace(EMERGENCY, means=Meaning.ID)
PAGE = Selcall("gate", 10.0, "two-tone", "fire brigade", 4.0, -12, 25, tones_hz=(349.0, 433.7))
TABLE: dict[str, Any] = {
    "channel": [{"name": "gate", "post": "9"}],
    "post": [
        {"id": "3", "name": {"en": "School 3"}, "units": ["1234"]},
        {"id": "9", "name": {"en": "Police post"}},
    ],
    "alert": {"emergency": {"text": {"en": "{unit} at {post.name}"}}},
    "code": [{"keys": "*7{zone:1}#", "alert": "patrol"}],
}


def desk(*rules: dict[str, Any]) -> Desk:
    ids = (f"id{n}" for n in range(1000))
    settings = Settings.model_validate({**TABLE, "signal": list(rules)})
    return Desk(settings, clock=lambda: 1000.0, new_id=lambda: next(ids))


def alerts(*heard: UnitId | Selcall, rules: tuple[dict[str, Any], ...] = ()) -> list[Alert]:
    return [out for out in fed(desk(*rules), transmission(*heard)) if isinstance(out, Alert)]


def test_an_emergency_button_raises_an_alert_without_any_rule() -> None:
    (alert,) = alerts(EMERGENCY)
    assert (alert.type, alert.source, alert.unit, alert.signal) == (
        "emergency",
        Source.MDC1200,
        "1234",
        EMERGENCY,
    )
    assert alert.heard_at == pytest.approx(10.17)
    assert alert.text == {"en": "1234 at School 3"}


def test_who_only_says_who_he_is_raises_nothing() -> None:
    assert alerts(PTT_ID) == []


def test_a_button_that_sends_many_bursts_raises_one_alert_a_transmission() -> None:
    assert len(alerts(EMERGENCY, EMERGENCY, replace(EMERGENCY, unit="5678"), EMERGENCY)) == 2


def test_the_first_rule_that_fits_raises_its_alert() -> None:
    rules = (
        {"system": "two-tone", "code": "another", "alert": "wrong"},
        {
            "system": "two-tone",
            "code": "fire brigade",
            "alert": "fire",
            "post": "3",
            "text": {"en": "{code}!"},
        },
        {"system": "two-tone", "alert": "page"},
    )
    (alert,) = alerts(PAGE, rules=rules)
    assert (alert.type, alert.post, alert.source) == ("fire", "3", Source.SELCALL)
    assert alert.text == {"en": "fire brigade!"}
    assert [a.type for a in alerts(replace(PAGE, code="349.0/433.7"), rules=rules)] == ["page"]


@pytest.mark.parametrize(
    "rule",
    [
        {"system": "zvei1"},
        {"system": "mdc1200", "means": "status"},
        {"system": "mdc1200", "unit": "9999"},
        {"system": "mdc1200", "code": "1234"},
    ],
)
def test_a_rule_of_which_one_key_does_not_fit_raises_nothing(rule: dict[str, str]) -> None:
    assert alerts(PTT_ID, rules=({**rule, "alert": "wrong"},)) == []


@pytest.mark.parametrize(
    ("system", "told", "written"),
    [("dcs", "047N", "023I"), ("dcs", "023N", "23"), ("ctcss", "100.0", "100"), ("mdc1200", "12AB", "12ab")],
)
def test_a_code_may_be_written_in_other_ways_than_it_is_told(system: str, told: str, written: str) -> None:
    call = Selcall("gate", 10.0, system, told, 1.0, -12, 25)
    assert len(alerts(call, rules=({"system": system, "code": written, "alert": "call"},))) == 1


def test_a_radio_may_be_written_in_small_letters() -> None:
    radio = replace(PTT_ID, unit="12AB")
    (alert,) = alerts(radio, rules=({"system": "mdc1200", "unit": "12ab", "alert": "call"},))
    assert alert.unit == "12AB"
    assert PostSettings.model_validate({"id": "3", "name": {"en": "x"}, "units": ["12ab"]}).units == ("12AB",)


def test_a_selective_call_names_the_unit_that_calls() -> None:
    call = replace(PAGE, system="mdc1200", by="1234", means=Meaning.CALL_ALERT)
    (alert,) = alerts(call, rules=({"system": "mdc1200", "unit": "1234", "alert": "call"},))
    assert (alert.unit, alert.post) == ("1234", "3")


def test_a_code_is_told_with_the_unit_that_keyed_it_and_its_post() -> None:
    out = fed(desk(), transmission(PTT_ID, *digits("*74#")))
    alert, callin = out
    assert isinstance(alert, Alert)
    assert (alert.unit, alert.post, alert.fields) == ("1234", "3", {"zone": "4"})
    assert isinstance(callin, CallIn)
    assert callin.signals == (PTT_ID,)


def test_a_transmission_with_an_id_alone_is_a_call_in() -> None:
    (callin,) = fed(desk(), transmission(PTT_ID))
    assert isinstance(callin, CallIn)
    assert (callin.digits, callin.alerts) == ((), ())


def test_a_rule_behind_a_wider_one_is_found() -> None:
    rules = [
        SignalRuleSettings(system="mdc1200", unit="1", alert="a"),
        SignalRuleSettings(system="mdc1200", alert="b"),
        SignalRuleSettings(system="zvei1", alert="c"),
        SignalRuleSettings(system="mdc1200", means=Meaning.STATUS, alert="d"),
    ]
    assert list(never_matching(rules)) == [(3, 1)]
