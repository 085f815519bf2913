"""Contacts: pressed, dead, cut, and last tested when. Sans-IO.

A contact that says nothing is worse than one that was never there: people count on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from radiobridge.events import Condition, ContactKept, ContactRead, ContactState, Health
from radiobridge.settings import ContactSettings

DAY_S = 86_400.0
TEST_S = 600.0
"""A contact that is to be tested must be pressed within so many seconds."""


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """What is remembered of it now: it is to be kept, and told."""

    contact: ContactKept


@dataclass(frozen=True, slots=True)
class ContactPressed:
    """Its alert is to be raised; `is_test`: somebody said before that he would press it."""

    settings: ContactSettings
    is_test: bool


ContactStep: TypeAlias = ContactChanged | ContactPressed | Health


class Contacts:
    """All contacts of a station; every time is UTC seconds and is passed in."""

    def __init__(self, settings: Sequence[ContactSettings], now: float) -> None:
        self._kept: dict[str, ContactKept] = {}
        self._troubles: dict[str, str] = {}
        """Of its device: why it cannot be read."""
        self._tests: dict[str, float] = {}
        """Until when a press is a test."""
        self.reload(settings, now)

    def reload(self, settings: Sequence[ContactSettings], now: float) -> None:
        """The contacts are these from now on."""
        self._settings = {each.name: each for each in settings}
        self._kept = {name: self._kept.get(name) or ContactKept(name, now) for name in self._settings}

    def restore(self, kept: Iterable[ContactKept]) -> None:
        """This was known before the restart."""
        self._kept |= {each.name: each for each in kept if each.name in self._settings}

    def all(self) -> list[tuple[ContactSettings, ContactKept]]:
        """Each with what is known of it."""
        return [(settings, self._kept[name]) for name, settings in self._settings.items()]

    def of_topic(self, topic: str) -> list[ContactSettings]:
        """The contacts that this MQTT topic tells of."""
        return [each for each in self._settings.values() if each.topic == topic]

    def begin_test(self, name: str, now: float) -> ContactSettings | None:
        """The next press of it is a test; None where there is none of that name."""
        if name in self._settings:
            self._tests[name] = now + TEST_S
        return self._settings.get(name)

    def lost(self, name: str, why: str, now: float) -> list[ContactStep]:
        """Its device cannot be read."""
        self._troubles[name] = why
        return self._health(name, now)

    def heard(self, type_: str, post: str, at: float) -> list[ContactStep]:
        """An alert from a post: perhaps the sign of life of a button with a radio."""
        return [
            step
            for each in self._settings.values()
            if type_ in each.counts and each.post == post
            for step in self.read(ContactRead(each.name, at, ContactState.RESTING))
        ]

    def read(self, read: ContactRead) -> list[ContactStep]:
        """It was seen to be so."""
        settings = self._settings.get(read.name)
        if settings is None:
            return []
        self._troubles.pop(read.name, None)
        before = self._kept[read.name]
        kept = replace(before, state=read.state, seen_at=read.at)
        steps: list[ContactStep] = []
        if read.state is ContactState.PRESSED and before.state is not ContactState.PRESSED:
            is_test = read.at <= self._tests.pop(read.name, float("-inf"))
            kept = replace(kept, pressed_at=read.at, tested_at=read.at)
            steps.append(ContactPressed(settings, is_test))
        self._kept[read.name] = kept
        return [ContactChanged(kept), *self._health(read.name, read.at), *steps]

    def tick(self, now: float) -> list[ContactStep]:
        """How each is; to be asked every few seconds."""
        return [step for name in self._settings for step in self._health(name, now)]

    def condition(self, name: str, now: float) -> tuple[Condition, str]:
        """How it is, and what is wrong and to do."""
        settings, kept = self._settings[name], self._kept[name]
        if name in self._troubles:
            return Condition.FAILED, self._troubles[name]
        if kept.state is ContactState.FAULT:
            return Condition.FAILED, "its line is cut or shorted: look at the cable and both its ends"
        if settings.heartbeat_s and now - (kept.seen_at or kept.since) > settings.heartbeat_s:
            seen = f"since {_day(kept.seen_at)}" if kept.seen_at else "ever"
            return Condition.FAILED, f"no sign of life {seen}: look at its power, battery, SIM card and cable"
        if settings.test_days and now - (kept.tested_at or kept.since) > settings.test_days * DAY_S:
            tested = f"last tested {_day(kept.tested_at)}" if kept.tested_at else "never tested"
            return Condition.DEGRADED, f"{tested}: announce a test (command/contact-test) and press it"
        return Condition.OK, ""

    def _health(self, name: str, now: float) -> list[ContactStep]:
        condition, why = self.condition(name, now)
        return [Health(f"contact/{name}", now, condition, why)]


def state_of_message(settings: ContactSettings, payload: bytes) -> ContactState:
    """What a message on the contact's topic says. Raises ValueError: it says nothing of it."""
    text = payload.decode(errors="replace").strip()
    if settings.key:
        try:
            message = json.loads(payload)
        except ValueError as error:
            raise ValueError(f"no JSON: {error}") from error
        if not isinstance(message, Mapping) or settings.key not in message:
            raise ValueError(f"no key {settings.key!r} in it")
        value = message[settings.key]
        text = value if isinstance(value, str) else json.dumps(value)
    is_pressed = text.casefold() in {each.casefold() for each in settings.pressed}
    return ContactState.PRESSED if is_pressed else ContactState.RESTING


def _day(at: float | None) -> str:
    return f"{datetime.fromtimestamp(at or 0).astimezone():%Y-%m-%d %H:%M}"
