"""A carrier line that tests hold in their hand, found as an installed driver is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import ClassVar

from radiobridge.errors import DeviceLost
from radiobridge.ports import CarrierSense, DriverSettings


class FakeCarrierSettings(DriverSettings):
    """Takes nothing but which line it is."""

    line: str = "1"


class FakeCarrier(CarrierSense):
    """Says what `says` holds for its line; an exception there is raised, on opening too."""

    Settings = FakeCarrierSettings
    says: ClassVar[dict[str, bool | Exception]] = {}

    def __init__(self, settings: DriverSettings) -> None:
        super().__init__(settings)
        self._is_there = False

    @property
    def _line(self) -> str:
        assert isinstance(self.settings, FakeCarrierSettings)
        return self.settings.line

    def open(self) -> None:
        self._answer()
        self._is_there = True

    def close(self) -> None:
        self._is_there = False

    @property
    def name(self) -> str:
        return f"fake line {self._line}"

    def is_open(self) -> bool:
        if not self._is_there:
            raise DeviceLost(f"{self.name} is not open")
        return self._answer()

    def _answer(self) -> bool:
        answer = self.says[self._line]
        if isinstance(answer, Exception):
            raise answer
        return answer


def installed(*, group: str) -> Sequence[EntryPoint]:
    """The entry points there are, and `carrier.fake`."""
    fake = EntryPoint("carrier.fake", "tests.carrier_drivers:FakeCarrier", group)
    return EntryPoints([*entry_points(group=group), fake])
