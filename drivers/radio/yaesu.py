"""Yaesu radios that speak CAT in text: FT-450 to FT-991A, FTDX series, FT-710, FT-891.

The radio goes on transmitting when this process dies: set its time-out timer, and see `radiobridge ptt-off`.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from drivers.radio.cat import CatSettings, metered_db
from drivers.radio.text_cat import Language, Question, TextRadio
from radiobridge.ports import DriverSettings

MODES = {
    "1": "LSB",
    "2": "USB",
    "3": "CW-U",
    "4": "FM",
    "5": "AM",
    "6": "RTTY-L",
    "7": "CW-L",
    "8": "DATA-L",
    "9": "RTTY-U",
    "A": "DATA-FM",
    "B": "FM-N",
    "C": "DATA-U",
    "D": "AM-N",
    "E": "C4FM",
}
"""Source: Yaesu, "FT-991A CAT Operation Reference Manual", command MD."""

METER = (
    (0, -54.0),
    (26, -42.0),
    (51, -30.0),
    (81, -18.0),
    (105, -9.0),
    (130, 0.0),
    (157, 12.0),
    (186, 25.0),
    (203, 35.0),
    (237, 50.0),
    (255, 60.0),
)
"""Reading of SM0 and dB over S9. Source: Hamlib rigs/yaesu/newcat.h, yaesu_default_str_cal (an FT-991)."""

LANGUAGE = Language(
    key="TX1",
    release="TX0",
    here=Question("ID", "ID([0-9]{4})"),
    transmits=Question("TX", "TX([0-3])"),
    busy=Question("BY", "BY([01])[01]?"),
    frequency=Question("FA", "FA([0-9]{8,9})"),
    mode=Question("MD0", "MD0(.)"),
    modes=MODES,
)
"""Source: the same manual."""

_S_METER = Question("SM0", "SM0([0-9]{3})")

_KEYED_BY_CAT = "1"
"""2 is a radio that is keyed by its microphone or its jack alone."""


class YaesuSettings(CatSettings):
    """Which port, and how fast."""

    baud: int = Field(38400, ge=300, le=4_000_000)
    """Bits per second, as the radio's menu says ("CAT RATE"). Cures a radio that never answers."""
    rts: bool = True
    """RTS is up while the port is open: the radio sends nothing without it, unless its menu has that off."""


class Yaesu(TextRadio):
    """One radio."""

    Settings: ClassVar[type[DriverSettings]] = YaesuSettings
    settings: YaesuSettings

    @property
    def language(self) -> Language:
        """The same for all."""
        return LANGUAGE

    def _obeys(self, *, on: bool) -> bool | None:
        """A radio that somebody keys by hand as well has obeyed."""
        state = self._value(LANGUAGE.transmits)
        return state != "0" if on else state != _KEYED_BY_CAT

    def _strength_db(self) -> float:
        return metered_db(int(self._ask(_S_METER)), METER)
