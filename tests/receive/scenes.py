"""For each way to open a squelch, sound in which a transmission begins with a key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.squelch import SQUELCH_RATE_HZ
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from tests.builders import keyed, noisy
from tests.receive.cutting import Carrier, quiet
from tests.receive.discriminator import keyed_on, received

BEGINS_S, LASTS_S, AFTER_S = 2.0, 0.6, 0.8
KEYS = "5#"


@dataclass(frozen=True, slots=True)
class Scene:
    """`made` is the sound at 16 kHz and what the carrier line says; the keys are `KEYS`."""

    squelch: dict[str, Any]
    make: Callable[[], tuple[Samples, Carrier]]
    has_noise_after: bool = False

    @property
    def made(self) -> tuple[Samples, Carrier]:
        """Always the same."""
        return _made(self.make)


@cache
def _made(make: Callable[[], tuple[Samples, Carrier]]) -> tuple[Samples, Carrier]:
    return make()


def _spoken(under: Samples | None = None) -> Samples:
    """A key at the very beginning, one before the end, and something under both."""
    sound = keyed(KEYS, around_s=0, tone_s=0.08, gap_s=LASTS_S - 0.25, level_dbfs=-12)
    sound = np.concatenate([sound, quiet(LASTS_S)])[: round(LASTS_S * SQUELCH_RATE_HZ)]
    return sound if under is None else np.asarray(sound + under[: len(sound)], np.float32)


def _in_noise(spoken: Samples, level_dbfs: float) -> Samples:
    return noisy(np.concatenate([quiet(BEGINS_S), spoken, quiet(AFTER_S)]), level_dbfs)


def _line(sound: Samples, late_s: float = 0.0) -> Carrier:
    return keyed_on(len(sound), (BEGINS_S + late_s, BEGINS_S + LASTS_S))


def _loud() -> tuple[Samples, Carrier]:
    return _in_noise(_spoken(), -60), None


def _soft() -> tuple[Samples, Carrier]:
    return _in_noise(_spoken(), -25), None


def _on_a_line() -> tuple[Samples, Carrier]:
    sound = _in_noise(_spoken(), -30)
    return sound, _line(sound, late_s=0.1)


def _discriminated() -> tuple[Samples, Carrier]:
    sound = np.concatenate([quiet(BEGINS_S), _spoken(), quiet(AFTER_S)])
    return received(sound, keyed_on(len(sound), (BEGINS_S, BEGINS_S + LASTS_S)), 35), None


def _with_tone() -> tuple[Samples, Carrier]:
    sound = _in_noise(_spoken(ctcss(88.5, SQUELCH_RATE_HZ, LASTS_S)), -40)
    return sound, _line(sound, late_s=0.1)


def _with_code() -> tuple[Samples, Carrier]:
    return _in_noise(_spoken(dcs("023N", SQUELCH_RATE_HZ, LASTS_S, turn_off_s=0)), -40), None


_CTCSS, _DCS = {"ctcss_hz": 88.5}, {"dcs_code": "023N"}

SCENES: dict[str, Scene] = {
    "level": Scene({}, _loud),
    "noise": Scene({}, _discriminated, has_noise_after=True),
    "voice": Scene({}, _soft),
    "carrier": Scene({}, _on_a_line, has_noise_after=True),
    "ctcss": Scene(_CTCSS, _with_tone),
    "dcs": Scene(_DCS, _with_code),
    "level or carrier": Scene({"open_dbfs": -25}, _on_a_line),
    "noise and voice": Scene({}, _discriminated),
    "carrier and ctcss": Scene(_CTCSS, _with_tone),
    "(noise and voice) or dcs": Scene(_DCS, _with_code),
}
"""`open_on` = a scene for it."""
