"""Contacts: pressed, dead, cut, due for a test, with times that are passed in."""

from __future__ import annotations

from typing import Any

import pytest

from radiobridge.dispatch.supervision.contacts import (
    DAY_S,
    TEST_S,
    ContactPressed,
    Contacts,
    ContactStep,
    state_of_message,
)
from radiobridge.events import Condition, ContactRead, ContactState, Health
from radiobridge.settings import ContactSettings

AT = 1_795_619_400.0
BUTTON = {"name": "gate-3", "post": "03", "alert": "emergency", "topic": "town/button/3"}


def contact(**more: Any) -> ContactSettings:
    return ContactSettings.model_validate(BUTTON | more)


class Rig:
    def __init__(self, **more: Any) -> None:
        self.contacts = Contacts([contact(**more)], AT)
        self.now = AT

    def read(self, state: ContactState = ContactState.RESTING, after_s: float = 1) -> list[ContactStep]:
        self.now += after_s
        return self.contacts.read(ContactRead("gate-3", self.now, state))

    def health(self, after_s: float = 0) -> tuple[Condition, str]:
        self.now += after_s
        (step,) = self.contacts.tick(self.now)
        assert isinstance(step, Health)
        assert step.part == "contact/gate-3"
        return step.condition, step.why


def presses(steps: list[ContactStep]) -> list[bool]:
    """Of each press, whether it was a test."""
    return [step.is_test for step in steps if isinstance(step, ContactPressed)]


def test_a_press_is_one_alert_however_long_it_lasts() -> None:
    rig = Rig()
    assert presses(rig.read()) == []
    assert presses(rig.read(ContactState.PRESSED)) == [False]
    assert presses(rig.read(ContactState.PRESSED)) == []
    rig.read()
    assert presses(rig.read(ContactState.PRESSED)) == [False]


def test_a_contact_that_was_pressed_before_the_restart_is_not_pressed_again() -> None:
    rig = Rig()
    rig.read(ContactState.PRESSED)
    ((_, kept),) = rig.contacts.all()
    after = Rig()
    after.contacts.restore([kept])
    assert presses(after.read(ContactState.PRESSED)) == []


def test_one_that_gives_no_sign_of_life_is_dead_since_then() -> None:
    rig = Rig(heartbeat_s=3600)
    assert rig.health(3600)[0] is Condition.OK
    assert rig.health(1) == (
        Condition.FAILED,
        "no sign of life ever: look at its power, battery, SIM card and cable",
    )
    rig.read()
    assert rig.health(3600)[0] is Condition.OK
    condition, why = rig.health(1)
    assert condition is Condition.FAILED
    assert why.startswith("no sign of life since 2026-")


def test_one_that_is_cut_or_cannot_be_read_is_told_of_until_it_is_well() -> None:
    rig = Rig()
    assert rig.health()[0] is Condition.OK
    rig.read(ContactState.FAULT)
    assert "cut or shorted" in rig.health()[1]
    rig.contacts.lost("gate-3", "ttyUSB0 is not there", rig.now)
    assert rig.health() == (Condition.FAILED, "ttyUSB0 is not there")
    rig.read()
    assert rig.health() == (Condition.OK, "")


def test_it_must_be_tested_now_and_then_and_a_test_calls_nobody() -> None:
    rig = Rig(test_days=30)
    assert rig.health(30 * DAY_S)[0] is Condition.OK
    condition, why = rig.health(1)
    assert condition is Condition.DEGRADED
    assert "never tested" in why
    assert rig.contacts.begin_test("gate-3", rig.now)
    assert presses(rig.read(ContactState.PRESSED, TEST_S - 1)) == [True]
    assert rig.health()[0] is Condition.OK
    rig.read()
    # The next one is none, and neither is one that comes too late.
    assert presses(rig.read(ContactState.PRESSED)) == [False]
    rig.read()
    rig.contacts.begin_test("gate-3", rig.now)
    assert presses(rig.read(ContactState.PRESSED, TEST_S + 1)) == [False]
    assert "last tested 2026-" in rig.health(31 * DAY_S)[1]
    assert rig.contacts.begin_test("gate-4", rig.now) is None


def test_a_button_with_a_radio_lives_by_what_it_signals_from_its_post() -> None:
    rig = Rig(topic=None, counts=["button-alive"], heartbeat_s=3600)
    assert rig.contacts.heard("button-alive", "04", AT + 3000) == []
    assert rig.contacts.heard("fire", "03", AT + 3000) == []
    assert rig.contacts.heard("button-alive", "03", AT + 3000)
    assert rig.health(6600)[0] is Condition.OK
    assert rig.health(1)[0] is Condition.FAILED


@pytest.mark.parametrize(
    ("key", "payload", "state"),
    [
        (None, b"ON", ContactState.PRESSED),
        (None, b" off\n", ContactState.RESTING),
        (None, b"", ContactState.RESTING),
        ("alarm", b'{"alarm": true, "battery": 80}', ContactState.PRESSED),
        ("alarm", b'{"alarm": 1}', ContactState.PRESSED),
        ("alarm", b'{"alarm": "Pressed"}', ContactState.PRESSED),
        ("alarm", b'{"alarm": null}', ContactState.RESTING),
    ],
)
def test_what_a_message_says(key: str | None, payload: bytes, state: ContactState) -> None:
    assert state_of_message(contact(key=key), payload) is state


@pytest.mark.parametrize("payload", [b"on", b"[1]", b'{"battery": 80}', b"\xff"])
def test_a_message_without_its_key_says_nothing(payload: bytes) -> None:
    with pytest.raises(ValueError, match="no "):
        state_of_message(contact(key="alarm"), payload)
