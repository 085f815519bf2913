"""Kenwood radios: the TS series and what speaks its language; with `dialect = "mobile"` TM and TH radios.

The radio goes on transmitting when this process dies: set its time-out timer, and see `radiobridge ptt-off`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from drivers.radio.cat import CatSettings, metered_db
from drivers.radio.text_cat import Language, Question, TextRadio
from radiobridge.ports import DriverSettings

MODES = {"1": "LSB", "2": "USB", "3": "CW", "4": "FM", "5": "AM", "6": "FSK", "7": "CW-R", "9": "FSK-R"}
"""Source: Kenwood, "TS-590S PC Control Command Reference", command MD."""

Scale = tuple[tuple[int, float], ...]

_OF_30: Scale = (
    (0, -54.0),
    (3, -48.0),
    (6, -36.0),
    (9, -24.0),
    (12, -12.0),
    (15, 0.0),
    (20, 20.0),
    (25, 40.0),
    (30, 60.0),
)
_OF_20: Scale = (
    (0, -60.0),
    (3, -48.0),
    (5, -36.0),
    (7, -24.0),
    (9, -12.0),
    (11, 0.0),
    (14, 20.0),
    (17, 40.0),
    (20, 60.0),
)
_OF_70: Scale = ((0, -54.0), (4, -48.0), (11, -36.0), (19, -24.0), (27, -12.0), (35, 0.0), (70, 60.0))

METERS: dict[str, Scale] = {
    "019": _OF_30,
    "020": _OF_20,
    "021": _OF_30,
    "022": _OF_70,
    "023": _OF_30,
    "024": _OF_70,
}
"""A radio's number (ID) and its S-meter's scale: reading of SM and dB over S9.

Source: Hamlib rigs/kenwood: ts2000.c, ts480.c, ts590.c, ts990s.c; the TS-890 (024) is taken to be like the
TS-990.
"""

_MODEL = Question("ID", "ID([0-9]{3})")

SERIES_TS = Language(
    key="TX",
    release="RX",
    here=_MODEL,
    transmits=Question("IF", "IF.{26}([01]).{6,8}"),
    busy=Question("BY", "BY([01])[01]?"),
    frequency=Question("FA", "FA([0-9]{11})"),
    mode=Question("MD", "MD([1-9])"),
    modes=MODES,
)
"""Source: the same reference."""

MOBILE = Language(
    key="TX",
    release="RX",
    here=Question("ID", "ID (.+)"),
    transmits=None,
    busy=Question("BY 0", "BY 0,([01])"),
    frequency=Question("FO 0", "FO 0,([0-9]{10}),.*"),
    mode=None,
    modes={},
    end="\r",
    acknowledges=True,
    refusals=("?", "N"),
)
"""Source: K7JAR, "TM-D700A Serial Port Commands"; Hamlib rigs/kenwood: th.c, tmd710.c."""

_S_METER = Question("SM", "SM([0-9]{4})")
_MAIN_S_METER = Question("SM0", "SM0([0-9]{4})")

_ONE_METER = {"024"}
"""Radios whose SM asks for no receiver."""


class KenwoodSettings(CatSettings):
    """Which port, how fast, and which way of speaking."""

    baud: int = Field(9600, ge=300, le=4_000_000)
    """Bits per second, as the radio's menu says. Cures a radio that never answers."""
    rts: bool = True
    """RTS is up while the port is open: these radios send nothing without it."""
    dialect: Literal["ts", "mobile"] = "ts"
    """`mobile`: TM and TH radios, whose commands end with a carriage return."""
    audio: Literal["mic", "data"] = "mic"
    """What a TS radio transmits: its microphone jack, or its USB or data jack. Cures silent transmissions."""
    band: Literal["A", "B"] = "A"
    """Of a TM or TH radio: the band that is listened to. It transmits on the one with the PTT mark."""

    @model_validator(mode="after")
    def _are_of_this_dialect(self) -> KenwoodSettings:
        if self.dialect == "mobile" and self.audio == "data":
            raise ValueError('audio = "data" is for TS radios: a TM or TH radio has no such command')
        if self.dialect == "ts" and self.band == "B":
            raise ValueError('band = "B" is for TM and TH radios: give dialect = "mobile" too')
        return self


class Kenwood(TextRadio):
    """One radio. A TM or TH radio acknowledges PTT but never says that it transmits."""

    Settings: ClassVar[type[DriverSettings]] = KenwoodSettings
    settings: KenwoodSettings

    def __init__(self, settings: KenwoodSettings) -> None:
        super().__init__(settings)
        self._language = _language(settings)
        self._model = ""

    def open(self) -> None:
        """The radio answers, its transmitter off."""
        self._model = ""
        super().open()

    @property
    def language(self) -> Language:
        """As the settings have it."""
        return self._language

    def _strength_db(self) -> float | None:
        if self.settings.dialect == "mobile":
            return None
        self._model = self._model or self._ask(_MODEL)
        scale = METERS.get(self._model)
        if scale is None:
            return None
        question = _S_METER if self._model in _ONE_METER else _MAIN_S_METER
        return metered_db(int(self._ask(question)), scale)


def _language(settings: KenwoodSettings) -> Language:
    if settings.dialect == "ts":
        return replace(SERIES_TS, key="TX1") if settings.audio == "data" else SERIES_TS
    if settings.band == "A":
        return MOBILE
    busy, frequency = Question("BY 1", "BY 1,([01])"), Question("FO 1", "FO 1,([0-9]{10}),.*")
    return replace(MOBILE, busy=busy, frequency=frequency)
