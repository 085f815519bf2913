"""Sound cards and other ways for sound: what the bridge listens to, and what it speaks through."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from radiobridge.events import AudioBlock, Samples
from radiobridge.ports.driver import Driver


@dataclass(frozen=True, slots=True)
class AudioDevice:
    """A device that a driver can open: its setting `device` takes the name, or the number.

    `rate_hz`: the rate that the device has by itself. `is_default`: it is opened where none is named.
    """

    name: str
    number: int
    channels: int
    rate_hz: int
    is_default: bool


class AudioInput(Driver):
    """A source of sound, read by one thread.

    For driver authors: `read` waits at the most `timeout_s` and returns the next block (about 20 ms
    of sound suits the chain best), or None when nothing came in time. A source that is over raises
    `EndOfAudio`.
    """

    has_end: ClassVar[bool] = False
    """True for sources that are read to their end (a file, stdin) and not opened again."""

    is_analogue: ClassVar[bool] = False
    """True where even a quiet radio brings noise: digital silence then means a muted or unplugged input."""

    @classmethod
    def devices(cls) -> list[AudioDevice]:
        """What its setting `device` can name; empty for a driver without that setting.

        Raises MissingPart or DeviceLost.
        """
        return []

    @abstractmethod
    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block, or None after `timeout_s`. Raises DeviceLost or EndOfAudio."""


class AudioOutput(Driver):
    """A sink of sound, written to by one thread.

    For driver authors: an open output is silent. What is written sounds at once and without a gap, as long
    as the next samples come before the last have sounded; where none come, it falls silent by itself.
    """

    @classmethod
    def devices(cls) -> list[AudioDevice]:
        """What its setting `device` can name; empty for a driver without that setting.

        Raises MissingPart or DeviceLost.
        """
        return []

    @property
    @abstractmethod
    def rate_hz(self) -> int:
        """The rate at which it takes sound; known when it is open."""

    @abstractmethod
    def write(self, samples: Samples) -> None:
        """The samples (float32, mono, full scale is -1 to 1) are on their way.

        Waits while more than `LONGEST_AHEAD_S` of sound is. Raises DeviceLost.
        """

    @abstractmethod
    def pending_s(self) -> float:
        """Seconds until the last sample that was written has left the device; 0 when it has.

        Raises DeviceLost.
        """

    @abstractmethod
    def discard(self) -> None:
        """What has not sounded yet never will. Raises DeviceLost."""


LONGEST_AHEAD_S = 0.2
"""So much sound may be under way to a device: what is broken off must be silent soon."""
