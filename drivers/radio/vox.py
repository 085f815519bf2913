"""A radio that keys itself when it hears sound (VOX): there is no line to set."""

from __future__ import annotations

from typing import ClassVar

from radiobridge.ports import DriverSettings, Radio


class VoxSettings(DriverSettings):
    """Takes no keys: sensitivity and hang time are set on the radio."""


class Vox(Radio):
    """Transmits by itself while there is sound, and stops some time after it.

    It cuts the first syllable: the channel's key-up time or attention tone has to cover that. It releases
    by itself, since a dead process makes no sound.
    """

    Settings: ClassVar[type[DriverSettings]] = VoxSettings
    releases_by_itself: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """VOX."""
        return "the radio's VOX"

    def open(self) -> None:
        """Nothing has to be opened."""

    def close(self) -> None:
        """Nothing has to be closed."""

    def set_ptt(self, on: bool) -> None:
        """Nothing is done: the sound does it."""
