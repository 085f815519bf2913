"""Contacts at work: lines of this PC and topics of other systems, pressed, dead or due for a test."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from radiobridge.bus.supervision_messages import ContactTestCommand
from radiobridge.contact_link import ContactLink, contact_links
from radiobridge.dispatch.alerts import AlertMaker
from radiobridge.dispatch.supervision.contacts import (
    TEST_S,
    ContactChanged,
    ContactPressed,
    Contacts,
    ContactStep,
    state_of_message,
)
from radiobridge.errors import CommandRefused
from radiobridge.events import Alert, Condition, ContactKept, ContactRead, Health
from radiobridge.near import did_you_mean
from radiobridge.settings import Settings
from radiobridge.supervision_store import SupervisionStore

log = logging.getLogger(__name__)

_STOP_S = 0.2


class ContactWatch:
    """On the event loop; `clock` gives UTC seconds, `new_id` a ULID.

    `changed`: something is known of the contacts of this post that was not.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        store: SupervisionStore,
        on_health: Callable[[Health], None],
        raise_alert: Callable[[Alert], None],
        changed: Callable[[str], None],
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._store = store
        self._on_health = on_health
        self._raise_alert = raise_alert
        self._changed = changed
        self._clock = clock
        self._new_id = new_id
        self._is_drill = False
        self._links: list[ContactLink] = []
        self._health: dict[str, Condition] = {}
        self._contacts = Contacts(settings.contact, clock())
        self._take(settings)

    def start(self, kept: Iterable[ContactKept]) -> None:
        """They are watched; `kept`: what was known before the restart."""
        self._contacts.restore(kept)
        loop = asyncio.get_running_loop()
        self._links = contact_links(
            self._settings.contact,
            read=lambda read: _call_soon(loop, self._read, read),
            lost=lambda name, why: _call_soon(loop, self._lost, name, why),
        )
        for link in self._links:
            link.start()

    def close(self) -> None:
        """Devices are free, or their drivers are left behind."""
        for link in self._links:
            link.stop()
        deadline = time.monotonic() + _STOP_S
        for link in self._links:
            link.join(max(deadline - time.monotonic(), 0.0))

    def reload(self, settings: Settings) -> None:
        """Alerts and posts are those of `settings`; other contacts take a restart."""
        self._take(settings)

    def drill(self, on: bool) -> None:
        """What is pressed from now on is part of an exercise, or is not."""
        self._is_drill = self._alerts.is_drill = on

    def heard(self, alert: Alert) -> None:
        """An alert came in: perhaps the sign of life of a button with a radio."""
        if alert.post:
            self._carry_out(self._contacts.heard(alert.type, alert.post, alert.at))

    def message(self, topic: str, payload: bytes) -> None:
        """Something came on the topic of a contact."""
        for settings in self._contacts.of_topic(topic):
            try:
                state = state_of_message(settings, payload)
            except ValueError as error:
                log.warning("contact %s: a message on %s says nothing of it: %s", settings.name, topic, error)
            else:
                self._read(ContactRead(settings.name, self._clock(), state))

    def test(self, command: ContactTestCommand) -> str:
        """A contact is going to be tested: what whoever asked is told. Raises CommandRefused."""
        if self._contacts.begin_test(command.contact, self._clock()) is None:
            names = [settings.name for settings, _ in self._contacts.all()]
            hint = did_you_mean(command.contact, names)
            raise CommandRefused(f"no [[contact]] is called {command.contact!r}{hint}")
        return f"press {command.contact} within {TEST_S / 60:g} minutes: that is a test, and nobody is called"

    def tick(self) -> None:
        """Who is dead is known; called every few seconds."""
        self._carry_out(self._contacts.tick(self._clock()))

    def at_post(self, post: str) -> list[tuple[ContactKept, Condition, str]]:
        """The contacts of a post, with how each is and what is wrong."""
        now = self._clock()
        return [
            (kept, *self._contacts.condition(kept.name, now))
            for settings, kept in self._contacts.all()
            if settings.post == post
        ]

    def _take(self, settings: Settings) -> None:
        self._settings = settings
        self._channels = [channel.name for channel in settings.channel]
        self._channel_of = {channel.post: channel.name for channel in settings.channel if channel.post}
        self._alerts = AlertMaker(settings, clock=self._clock, new_id=self._new_id)
        self._alerts.is_drill = self._is_drill

    def _read(self, read: ContactRead) -> None:
        self._carry_out(self._contacts.read(read))

    def _lost(self, name: str, why: str) -> None:
        self._carry_out(self._contacts.lost(name, why, self._clock()))

    def _carry_out(self, steps: Iterable[ContactStep]) -> None:
        for step in steps:
            match step:
                case ContactChanged(kept):
                    self._store.keep_soon(kept)
                    self._tell(kept.name)
                case ContactPressed(settings, is_test):
                    channel = self._channel_of.get(settings.post or "", self._channels[0])
                    self._raise_alert(
                        self._alerts.of_contact(settings, channel, self._clock(), is_test=is_test)
                    )
                case Health(part=part, condition=condition):
                    self._on_health(step)
                    if self._health.get(part) is not condition:
                        self._health[part] = condition
                        self._tell(part.removeprefix("contact/"))

    def _tell(self, name: str) -> None:
        for settings, _ in self._contacts.all():
            if settings.name == name and settings.post:
                self._changed(settings.post)


def _call_soon(loop: asyncio.AbstractEventLoop, what: Callable[..., None], *values: object) -> None:
    """On the event loop, from another thread; after its end nothing."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what, *values)
