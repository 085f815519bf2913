"""A contact at a line of this PC: a thread that asks how it is, and opens a device that died again."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from radiobridge.backoff import Backoff
from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.events import ContactRead, ContactState
from radiobridge.ports import ContactInput, load_contact
from radiobridge.settings import ContactSettings

log = logging.getLogger(__name__)

_POLL_S = 0.02
_SETTLE_S = 0.06
"""A contact bounces for some ms; what lasts so long is how it is."""
_ALIVE_EVERY_S = 30.0
"""So often it is told that it was read, where nothing changes."""


class ContactLink:
    """The contact's thread. `read` and `lost` are called from it.

    `read`: it is so. `lost`: its name, and why its device cannot be read.
    """

    def __init__(
        self,
        settings: ContactSettings,
        driver: ContactInput,
        *,
        read: Callable[[ContactRead], None],
        lost: Callable[[str, str], None],
    ) -> None:
        self._settings = settings
        self._driver = driver
        self._read = read
        self._lost = lost
        self._stopping = threading.Event()
        self._backoff = Backoff()
        self._thread = threading.Thread(target=self._run, name=f"contact-{settings.name}", daemon=True)

    def start(self) -> None:
        """It is watched."""
        self._thread.start()

    def stop(self) -> None:
        """It is asked to end; `join` waits for it."""
        self._stopping.set()

    def join(self, timeout_s: float) -> bool:
        """Its device is free; False when the driver does not come back in time."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._backoff.opens(time.monotonic())
            try:
                with self._driver:
                    self._watch()
            except (DeviceLost, MissingPart) as error:
                self._lost(self._settings.name, str(error))
            except Exception as error:
                log.exception("contact %s: fault in its driver", self._settings.name)
                self._lost(self._settings.name, f"fault in its driver: {error!r}")
            self._stopping.wait(self._backoff.died(time.monotonic()))

    def _watch(self) -> None:
        told: ContactState | None = None
        told_at = 0.0
        seen, since = self._state(), time.monotonic()
        while not self._stopping.wait(_POLL_S):
            state, now = self._state(), time.monotonic()
            if state is not seen:
                seen, since = state, now
            is_news = state is not told or now - told_at > _ALIVE_EVERY_S
            if is_news and now - since >= _SETTLE_S:
                told, told_at = state, now
                self._read(ContactRead(self._settings.name, time.time(), state))

    def _state(self) -> ContactState:
        """How it is, where a contact may be closed at rest."""
        state = self._driver.read()
        if self._settings.rests_open or state is ContactState.FAULT:
            return state
        return ContactState.RESTING if state is ContactState.PRESSED else ContactState.PRESSED


def contact_links(
    contacts: tuple[ContactSettings, ...],
    *,
    read: Callable[[ContactRead], None],
    lost: Callable[[str, str], None],
) -> list[ContactLink]:
    """Those of the contacts that are at lines of this PC; not started yet."""
    links = []
    for contact in contacts:
        if contact.input:
            driver = load_contact(contact.input.driver)
            made = driver(driver.Settings.model_validate(contact.input.options))
            links.append(ContactLink(contact, made, read=read, lost=lost))
    return links
