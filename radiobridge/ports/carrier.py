"""A carrier line alone, where the radio's other lines are not used."""

from __future__ import annotations

from abc import abstractmethod

from radiobridge.ports.driver import Driver


class CarrierSense(Driver):
    """A line, or a question to a radio, that tells whether a carrier is received.

    For driver authors: `is_open` is asked about 50 times a second by the thread that takes the sound, so
    it answers at once; where an answer takes longer than some ms, a thread of the driver's own asks for
    it, and `is_open` says what it heard last. It raises `DeviceLost` rather than repeat an old answer.
    `open` is called by another thread than `is_open`, never at the same time.
    """

    @abstractmethod
    def is_open(self) -> bool:
        """Whether the radio receives a carrier now. Raises DeviceLost."""
