"""A radio that tests hold in their hand, found as an installed driver is."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import ClassVar

from radiobridge.ports import DriverSettings, Radio


class FakeRadioSettings(DriverSettings):
    """Takes nothing but which radio it is."""

    radio: str = "1"


class FakeRadio(Radio):
    """Says what `says` holds for it; an exception there is raised, on opening too. `keyed` is its PTT."""

    Settings = FakeRadioSettings
    says: ClassVar[dict[str, bool | Exception]] = {}
    keyed: ClassVar[dict[str, bool]] = {}
    tuned_hz: ClassVar[dict[str, int]] = {}

    def __init__(self, settings: DriverSettings) -> None:
        super().__init__(settings)
        self._is_there = False

    @property
    def _radio(self) -> str:
        assert isinstance(self.settings, FakeRadioSettings)
        return self.settings.radio

    def open(self) -> None:
        self.keyed[self._radio] = False
        self._answer()
        self._is_there = True

    def close(self) -> None:
        self.keyed[self._radio] = False
        self._is_there = False

    @property
    def name(self) -> str:
        return f"fake radio {self._radio}"

    def set_ptt(self, on: bool) -> None:
        self._answer()
        self.keyed[self._radio] = on

    def carrier(self) -> bool:
        return self._answer()

    def frequency_hz(self) -> int | None:
        return self.tuned_hz.get(self._radio)

    def _answer(self) -> bool:
        answer = self.says.get(self._radio, False)
        if isinstance(answer, Exception):
            raise answer
        return answer


def installed(*, group: str) -> Sequence[EntryPoint]:
    """The entry points there are, and `radio.fake`."""
    fake = EntryPoint("radio.fake", "tests.fake_radio:FakeRadio", group)
    return EntryPoints([*entry_points(group=group), fake])
