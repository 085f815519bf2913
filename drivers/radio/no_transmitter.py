"""A channel that only listens: a receiver, a scanner, a network stream."""

from __future__ import annotations

from typing import ClassVar

from radiobridge.errors import DeviceLost
from radiobridge.ports import DriverSettings, Radio


class NoTransmitterSettings(DriverSettings):
    """Takes no keys."""


class NoTransmitter(Radio):
    """Opens always and never transmits.

    Releasing PTT is allowed, since it is off. Keying raises DeviceLost, the one error that a radio's
    caller waits for: the transmission fails with a message that says which setting is missing.
    """

    Settings: ClassVar[type[DriverSettings]] = NoTransmitterSettings
    releases_by_itself: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """No transmitter."""
        return "no transmitter"

    def open(self) -> None:
        """Nothing has to be opened."""

    def close(self) -> None:
        """Nothing has to be closed."""

    def set_ptt(self, on: bool) -> None:
        """It is off. Raises DeviceLost where it should be on."""
        if on:
            raise DeviceLost(
                "this channel has no transmitter: give it one, as in "
                'radio = { driver = "serial_lines", port = "/dev/ttyUSB0", ptt = "rts" }'
            )
