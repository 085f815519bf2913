"""What the bridge needs of the world, and how a driver for it is found.

A driver is a class in one file, named by one line of the entry-point group `radiobridge.drivers`
(`audio.<name> = module:Class`, `carrier.<name> = …`). Bundled drivers and those of other packages take
the same road.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from importlib.metadata import entry_points
from types import TracebackType
from typing import ClassVar, Self, TypeVar

from pydantic import BaseModel, ConfigDict

from radiobridge.errors import MissingPart
from radiobridge.events import AudioBlock
from radiobridge.near import did_you_mean

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


class Driver(ABC):
    """What all drivers are: made with their settings, opened by `with`.

    For driver authors: the constructor stores the settings and touches nothing. `open` raises
    `DeviceLost` when the device does not open, or `MissingPart` when a library is not installed. A
    device that dies raises `DeviceLost` with the system's reason. No OSError and no library's own
    exception leaves a driver. `close` may be called twice, and after a failed open.
    """

    Settings: ClassVar[type[DriverSettings]]
    """The model of this driver's settings."""

    def __init__(self, settings: DriverSettings) -> None:
        self.settings = settings

    @abstractmethod
    def open(self) -> None:
        """The device is open and at work. Raises DeviceLost or MissingPart."""

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


T = TypeVar("T", bound=Driver)


def driver_names(kind: str) -> list[str]:
    """The installed drivers of a kind (`audio`, `carrier`), sorted."""
    points = entry_points(group=GROUP)
    return sorted(p.name.removeprefix(f"{kind}.") for p in points if p.name.startswith(f"{kind}."))


def load_audio_input(name: str) -> type[AudioInput]:
    """The class of the audio driver `name`.

    Raises:
        LookupError: no such driver; the message lists those there are and the nearest name.
        MissingPart: the driver is there but does not import.
    """
    return _load("audio", name, AudioInput)  # type: ignore[type-abstract]  # compared, not made


def load_carrier_sense(name: str) -> type[CarrierSense]:
    """The class of the carrier driver `name`. Raises LookupError and MissingPart as for sound."""
    return _load("carrier", name, CarrierSense)  # type: ignore[type-abstract]  # the same


def _load(kind: str, name: str, port: type[T]) -> type[T]:
    points = [p for p in entry_points(group=GROUP) if p.name == f"{kind}.{name}"]
    if not points:
        names = driver_names(kind)
        hint = did_you_mean(name, names)
        raise LookupError(f"no {kind} driver {name!r}; there are: {', '.join(names) or 'none'}{hint}")
    try:
        driver = points[0].load()
    except Exception as error:
        raise MissingPart(f"{kind} driver {name!r} does not load: {error}") from error
    if not (isinstance(driver, type) and issubclass(driver, port)):
        raise MissingPart(f"{kind} driver {name!r}: {points[0].value} is no {port.__name__}")
    return driver
