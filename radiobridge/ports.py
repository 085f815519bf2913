"""What the bridge needs of the world, and how a driver for it is found.

A driver is a class in one file, named by one line of the entry-point group `radiobridge.drivers`
(`audio.<name> = module:Class`). Bundled drivers and those of other packages take the same road.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import entry_points
from types import TracebackType
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict

from radiobridge.errors import MissingPart
from radiobridge.events import AudioBlock

GROUP = "radiobridge.drivers"


class DriverSettings(BaseModel):
    """Base of a driver's settings: the keys it takes beside `driver` in the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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


class AudioInput(ABC):
    """A source of sound, opened by `with`, read by one thread.

    For driver authors: the constructor stores the settings and touches nothing. `__enter__` opens
    the device and raises `DeviceLost` when it cannot, or `MissingPart` when a library is not
    installed. `read` waits at the most `timeout_s` and returns the next block (about 20 ms of sound
    suits the chain best), or None when nothing came in time. A device that dies raises
    `DeviceLost` with the system's reason; a source that is over raises `EndOfAudio`. No OSError and
    no library's own exception leaves a driver. `close` may be called twice, and after a failed open.
    """

    Settings: ClassVar[type[DriverSettings]]
    """The model of this driver's settings."""

    has_end: ClassVar[bool] = False
    """True for sources that are read to their end (a file, stdin) and not opened again."""

    def __init__(self, settings: DriverSettings) -> None:
        self.settings = settings

    @classmethod
    def devices(cls) -> list[AudioDevice]:
        """What its setting `device` can name; empty for a driver without that setting.

        Raises MissingPart or DeviceLost.
        """
        return []

    @abstractmethod
    def open(self) -> None:
        """The device is open and sound is being taken. Raises DeviceLost or MissingPart."""

    @abstractmethod
    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block, or None after `timeout_s`. Raises DeviceLost or EndOfAudio."""

    @abstractmethod
    def close(self) -> None:
        """The device is free again."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The device or source in words that its user knows, for logs and health messages."""

    def __enter__(self) -> Self:
        try:
            self.open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def driver_names(kind: str) -> list[str]:
    """The installed drivers of a kind (`audio`), sorted."""
    points = entry_points(group=GROUP)
    return sorted(p.name.removeprefix(f"{kind}.") for p in points if p.name.startswith(f"{kind}."))


def load_audio_input(name: str) -> type[AudioInput]:
    """The class of the audio driver `name`.

    Raises:
        LookupError: no such driver; the message lists those there are and the nearest name.
        MissingPart: the driver is there but does not import.
    """
    points = [p for p in entry_points(group=GROUP) if p.name == f"audio.{name}"]
    if not points:
        names = driver_names("audio")
        near = get_close_matches(name, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise LookupError(f"no audio driver {name!r}; there are: {', '.join(names)}{hint}")
    try:
        driver = points[0].load()
    except Exception as error:
        raise MissingPart(f"audio driver {name!r} does not load: {error}") from error
    if not (isinstance(driver, type) and issubclass(driver, AudioInput)):
        raise MissingPart(f"audio driver {name!r}: {points[0].value} is not an AudioInput")
    return driver
