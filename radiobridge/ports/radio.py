"""A radio's lines: what keys its transmitter, what tells of a carrier, and what it says of itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from radiobridge.ports.driver import Driver

ANSWER_S = 2.0
"""The longest that a radio may take to answer; then it is lost."""


class Radio(Driver):
    """One radio.

    For driver authors: all calls come from one thread, the radio's own, and none takes longer than
    `ANSWER_S`. `open` leaves the transmitter off, whatever it was before, and does not key it for a moment;
    it raises `DeviceLost` where the device cannot do what the settings ask. `close` releases PTT first, if
    it still can. What the device cannot tell is None; one that no longer answers raises `DeviceLost`.
    """

    releases_by_itself: ClassVar[bool] = False
    """True where PTT falls when the process is killed; elsewhere `radiobridge ptt-off` has to release it."""

    @abstractmethod
    def set_ptt(self, on: bool) -> None:
        """The transmitter is on, or off; doing it again changes nothing. Raises DeviceLost."""

    def ptt(self) -> bool | None:
        """Whether the radio itself says that it transmits. Raises DeviceLost."""
        return None

    def carrier(self) -> bool | None:
        """Whether it receives a carrier now; asked some 50 times a second. Raises DeviceLost."""
        return None

    def strength_db(self) -> float | None:
        """How strong the carrier is, in dB over S9. Raises DeviceLost."""
        return None

    def frequency_hz(self) -> int | None:
        """The frequency that it is set to. Raises DeviceLost."""
        return None

    def mode(self) -> str | None:
        """How it modulates, in the radio's own word (FM, USB, ...). Raises DeviceLost."""
        return None
