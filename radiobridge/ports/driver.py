"""What every driver is: made with its settings, opened by `with`, and honest about what went wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict


class DriverSettings(BaseModel):
    """Base of a driver's settings: the keys it takes beside `driver` in the settings file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
