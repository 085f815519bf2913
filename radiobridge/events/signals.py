"""What tone decoders hear."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Digit:
    """One DTMF key (0-9 A-D * #), reported when its tone has ended; `at` is the tone's start.

    `level_dbfs`: the pair's power. `twist_db`: high tone over low tone. `snr_db`: the pair over all
    else in its band, at most 30.
    """

    channel: str
    at: float
    key: str
    duration_s: float
    level_dbfs: float
    twist_db: float
    snr_db: float


class Meaning(StrEnum):
    """What a radio signals beside who it is or whom it calls."""

    ID = "id"
    """Who is speaking (PTT-ID, ANI), or whom a call addresses, and nothing more."""
    EMERGENCY = "emergency"
    STATUS = "status"
    """`value` has its number."""
    MESSAGE = "message"
    """`value` has its number."""
    CALL_ALERT = "call-alert"
    SELECTIVE_CALL = "selective-call"
    RADIO_CHECK = "radio-check"
    ACKNOWLEDGE = "acknowledge"
    OTHER = "other"
    """`value` has what was sent, as the system writes it."""


@dataclass(frozen=True, slots=True)
class UnitId:
    """A radio said who it is; `at` is the start of its signal.

    `system`: `mdc1200` or `dtmf`. `unit`: the id as its users write it. `snr_db` is that of the signal,
    at most 30; `level_dbfs` its power.
    """

    channel: str
    at: float
    system: str
    unit: str
    duration_s: float
    level_dbfs: float
    snr_db: float
    means: Meaning = Meaning.ID
    value: str = ""

    @property
    def sender(self) -> str:
        """Id of the radio that sent it."""
        return self.unit


@dataclass(frozen=True, slots=True)
class Selcall:
    """Tones that address somebody, whoever sent them; `at` is the start of the first.

    `system`: `ccir`, `eea`, `eia`, `zvei1`, `zvei2`, `zvei3`, `two-tone`, `tone-burst`, `ctcss`, `dcs` or
    `mdc1200`. `code`: what was called, as its users write it: digits, a page's name or its tones in Hz, a
    CTCSS tone in Hz, a DCS code and its polarity. `group`: it addresses more than one. `by`: who calls,
    where the system says so. `tones_hz`: the tones as measured, in their order.
    """

    channel: str
    at: float
    system: str
    code: str
    duration_s: float
    level_dbfs: float
    snr_db: float
    group: bool = False
    by: str = ""
    means: Meaning = Meaning.ID
    value: str = ""
    tones_hz: tuple[float, ...] = ()

    @property
    def sender(self) -> str:
        """Id of the radio that sent it, empty where the system does not say."""
        return self.by


Signal: TypeAlias = Digit | UnitId | Selcall
"""What tone decoders hear."""


def radio_ids(unit: str | None, system: str) -> tuple[str, ...]:
    """What settings may call the radio that sent `unit` in `system`: what says more comes first."""
    if not unit:
        return ()
    return (f"{system}:{unit}", unit) if system else (unit,)
