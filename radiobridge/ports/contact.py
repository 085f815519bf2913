"""A contact: an alarm button, a door, a relay of another system."""

from __future__ import annotations

from abc import abstractmethod

from radiobridge.events import ContactState
from radiobridge.ports.driver import Driver


class ContactInput(Driver):
    """One contact.

    For driver authors: all calls come from one thread, the contact's own. `open` raises `DeviceLost` where
    the device has no such line. A device that dies raises `DeviceLost`.
    """

    @abstractmethod
    def read(self) -> ContactState:
        """How the contact is now; asked some 50 times a second. Raises DeviceLost."""
