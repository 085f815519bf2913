"""Texts to the station: codes in them, whose phone it is, and what is secret."""

from __future__ import annotations

from itertools import count

import pytest

from radiobridge.dispatch.desk import Desk
from radiobridge.events import Act, ActionAsked, Alert, CallIn, IncomingText, Source
from radiobridge.settings import Settings

AT = 1_795_619_400.0
SETTINGS = {
    "channel": [{"name": "gate"}],
    "post": [{"id": "03", "name": {"en": "School 3"}}],
    "unit": [{"ids": ["12"], "name": "Li", "phone": "+86 138-0000 0001", "post": "03"}],
    "operator": [{"id": "07", "name": "Li", "pin": "2468"}],
    "code": [
        {"keys": "*1{post:2}#", "alert": "emergency", "reply": {"en": "Received."}},
        {"keys": "*7{incident:2}#", "does": "come"},
        {"keys": "*9{incident:2}{pin:4}#", "does": "close", "needs": "pin"},
    ],
}


def written(
    text: str, sender: str = "+8613800000001", **more: object
) -> tuple[list[Alert | ActionAsked], CallIn]:
    numbers = count()
    desk = Desk(
        Settings.model_validate(SETTINGS | more), clock=lambda: AT, new_id=lambda: f"N{next(numbers)}"
    )
    *made, callin = desk.written(IncomingText("T", AT, "sms", sender, text))
    assert isinstance(callin, CallIn)
    return [each for each in made if not isinstance(each, CallIn)], callin


def test_a_text_is_a_call_in_of_whoever_has_the_phone() -> None:
    made, callin = written("大门口有陌生人")
    assert made == []
    assert (callin.id, callin.channel, callin.written) == ("T", "sms", "大门口有陌生人")
    assert (callin.caller.name, callin.caller.post, callin.caller.phone) == ("Li", "03", "+8613800000001")


@pytest.mark.parametrize("text", ["*103#", "help! *103# quickly", "1 2 *9 *103#", "*1*103#"])
def test_a_code_means_what_it_means_when_it_is_keyed(text: str) -> None:
    (alert,), callin = written(text)
    assert isinstance(alert, Alert)
    assert (alert.type, alert.post, alert.source, alert.channel) == ("emergency", "03", Source.TEXT, "sms")
    assert (alert.keys, alert.unit, alert.caller.name, alert.callin) == ("*103#", "+8613800000001", "Li", "T")
    assert callin.alerts == (alert.id,)


def test_an_act_is_asked_by_whoever_has_the_phone_and_answered_there() -> None:
    (asked,), _ = written("*707#")
    assert isinstance(asked, ActionAsked)
    assert (asked.act, asked.number, asked.answer_to) == (Act.COME, 7, "+8613800000001")
    assert (asked.who.name, asked.who.unit, asked.who.channel, asked.who.by) == (
        "Li",
        "+8613800000001",
        "sms",
        "text",
    )


def test_what_is_secret_is_not_in_the_call_in() -> None:
    (asked,), callin = written("closed: *9072468# thanks")
    assert isinstance(asked, ActionAsked)
    assert (asked.needs, asked.pin) == ("pin", "2468")
    assert callin.written == "closed: *907••••# thanks"


@pytest.mark.parametrize(
    ("sender", "is_known"),
    [
        ("+8613800000001", True),
        ("13800000001", True),
        ("008613800000001", True),
        ("+8613800000002", False),
        ("0001", False),
        ("10086", False),
        ("Bank", False),
    ],
)
def test_a_phone_is_known_with_and_without_the_prefix_of_its_country(sender: str, is_known: bool) -> None:
    made, callin = written("*103#", sender)
    assert bool(made) is is_known
    assert callin.caller.name == ("Li" if is_known else "")
    assert callin.caller.phone == sender


def test_a_notifier_may_be_open_to_anybody() -> None:
    notifier = {"name": "sms", "driver": "gammu_smsd", "from_anybody": True}
    (alert,), _ = written("*103#", "+8613900000009", notifier=[notifier])
    assert isinstance(alert, Alert)
    assert alert.unit == "+8613900000009"
