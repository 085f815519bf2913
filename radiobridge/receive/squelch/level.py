"""`level`: opens on sound, whatever it is (VOX)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from radiobridge.receive.squelch.frames import Heard
from radiobridge.receive.squelch.gate import Gate
from radiobridge.settings import SquelchSettings


class LevelSource:
    """Hears `open_dbfs`, and from there on `close_dbfs` until the hang time has gone by below it."""

    def __init__(self, settings: SquelchSettings) -> None:
        self._open_power = 10 ** (settings.open_dbfs / 10)
        self._close_power = 10 ** (settings.closing_dbfs / 10)
        self._gate = Gate(settings.min_s, settings.hang_s)

    def feed(self, power: NDArray[np.float32]) -> Heard:
        """What is heard in frames of this mean power (1.0 = full scale)."""
        if self._gate.is_calm and power.max(initial=0) < self._open_power:
            return np.zeros(len(power), np.bool_)
        return np.array([self._hears(frame) for frame in power.tolist()], np.bool_)

    def _hears(self, power: float) -> bool:
        heard = power >= (self._close_power if self._gate.is_open else self._open_power)
        self._gate.feed(heard)
        return heard
