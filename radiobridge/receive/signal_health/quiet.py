"""What is wrong while nobody talks: offset, hum, noise, a muted input, silence for too long."""

from __future__ import annotations

from collections import deque

import numpy as np

from radiobridge.receive.levels import SILENCE_DBFS, power_db
from radiobridge.receive.signal_health import advice
from radiobridge.receive.signal_health.concerns import Concerns, Lasting
from radiobridge.receive.signal_health.hum import hum_in
from radiobridge.receive.signal_health.second import Second
from radiobridge.settings import SquelchSettings

_REMEMBERED_S = 60
_HUM_EVERY_S = 5
_HUM_MATTERS_DBFS = -45.0
"""Where no level opens the squelch: 25 dB under speech that is not loud."""
_OFFSET_UNDER_CLOSING_DB = _HUM_UNDER_CLOSING_DB = 3.0
_NOISE_UNDER_CLOSING_DB = 2.0
"""What `advice.fitting_open_dbfs` leaves is 4 dB or more, with the squelch's own 6 dB between its levels."""
_MUTED_S, _UNMUTED_S = 60, 5
_GATED_S = 3
"""A transmission out of so much digital silence shows that this input is muted between transmissions."""
_BURST_OVER_NOISE_DB, _BURST_UNDER_OPENING_DB = 12.0, 15.0
_BURST_FRAMES = 10
_BURSTS, _BURSTS_WITHIN_S = 10, 600


class QuietHealth:
    """Told of each second: whether a transmission was in it, and its sound."""

    def __init__(
        self, squelch: SquelchSettings, concerns: Concerns, *, silent_alarm_h: float, is_analogue: bool
    ) -> None:
        self._squelch = squelch
        self._by_level = "level" in squelch.sources
        self._concerns = concerns
        self._silent_alarm_s = silent_alarm_h * 3600
        self._is_analogue = is_analogue
        self._silent_s = 0
        self._is_gated = False
        self.forget()

    def forget(self) -> None:
        """The sound comes anew: only the hours of silence, and how the input is, are still known."""
        self._offsets, self._noise = Lasting(_REMEMBERED_S), Lasting(_REMEMBERED_S)
        self._hums = Lasting(_REMEMBERED_S // _HUM_EVERY_S)
        self._mains_hz, self._hum_power = 50, 0.0
        self._quiet_s = self._constant_s = self._changing_s = 0
        self._has_opened = False
        self._bursts: deque[int] = deque(maxlen=_BURSTS)
        self._burst_dbfs = SILENCE_DBFS

    @property
    def hum_matters_dbfs(self) -> float:
        """Level from which hum matters while nobody talks."""
        return self._squelch.closing_dbfs - _HUM_UNDER_CLOSING_DB if self._by_level else _HUM_MATTERS_DBFS

    @property
    def hum_power(self) -> float:
        """Of the hum while nobody talks, where it matters."""
        return self._hum_power if power_db(self._hum_power) > self.hum_matters_dbfs else 0.0

    @property
    def noise_dbfs(self) -> float | None:
        """The noise while nobody talks, None before it is known."""
        return self._noise.value

    def hear(self, second: Second, *, in_transmission: bool) -> None:
        """The next second."""
        self._offsets.add(second.offset)
        self._judge_offset()
        self._judge_mute(second, in_transmission=in_transmission)
        self._silent_s = 0 if in_transmission else self._silent_s + 1
        self._has_opened |= in_transmission
        hours = self._silent_s / 3600
        is_silent = 0 < self._silent_alarm_s <= self._silent_s
        self._concerns.set("silent", is_silent, lambda: advice.unheard(hours))
        if not in_transmission:
            self._hear_quiet(second)
        self._judge_bursts()

    def _hear_quiet(self, second: Second) -> None:
        if self._quiet_s % _HUM_EVERY_S == 0:
            hum = hum_in(second.samples, second.rate_hz)
            self._hum_power = hum.power if hum else 0.0
            self._hums.add(power_db(self._hum_power))
            self._mains_hz = hum.mains_hz if hum else self._mains_hz
        self._quiet_s += 1
        power = second.typical_power - second.offset**2 - self._hum_power
        self._noise.add(power_db(power))
        self._note_burst(second)
        self._judge_hum()
        self._judge_noise()

    def _judge_offset(self) -> None:
        mean = self._offsets.value
        if mean is None:
            return
        limit = advice.OFFSET_MATTERS
        if self._by_level:
            limit = min(limit, 10 ** ((self._squelch.closing_dbfs - _OFFSET_UNDER_CLOSING_DB) / 20))
        matters = abs(mean) > limit * (0.9 if "offset" in self._concerns else 1)
        self._concerns.set("offset", matters, lambda: advice.offset(mean))

    def _judge_mute(self, second: Second, *, in_transmission: bool) -> None:
        if in_transmission and self._constant_s >= _GATED_S:
            self._is_gated = True
        if second.is_constant:
            self._constant_s, self._changing_s = self._constant_s + 1, 0
        else:
            self._constant_s, self._changing_s = 0, self._changing_s + 1
            if self._changing_s >= _MUTED_S and not in_transmission:
                self._is_gated = False
        already = "muted" in self._concerns
        muted = self._changing_s < _UNMUTED_S if already else self._constant_s >= _MUTED_S
        minutes = self._constant_s / 60
        self._concerns.set(
            "muted", muted and self._is_analogue and not self._is_gated, lambda: advice.muted(minutes)
        )

    def _judge_hum(self) -> None:
        matters = self._hums.is_over_db(self.hum_matters_dbfs, already="hum" in self._concerns)
        self._concerns.set("hum", matters, lambda: advice.hum(self._mains_hz, power_db(self._hum_power)))

    def _judge_noise(self) -> None:
        noise_dbfs = self._noise.value
        if noise_dbfs is None or not self._by_level:
            return
        open_dbfs, closing_dbfs = self._squelch.open_dbfs, self._squelch.closing_dbfs
        limit = closing_dbfs - _NOISE_UNDER_CLOSING_DB
        is_near = self._noise.is_over_db(limit, already="noise" in self._concerns)
        self._concerns.set("noise", is_near, lambda: advice.noisy(noise_dbfs, open_dbfs, closing_dbfs))

    def _note_burst(self, second: Second) -> None:
        """Sound that is no noise, and is not loud enough, before anything ever was."""
        noise_dbfs = self._noise.value
        if self._has_opened or noise_dbfs is None or not self._by_level:
            return
        steady_dbfs = power_db(10 ** (noise_dbfs / 10) + self._hum_power + second.offset**2)
        least_dbfs = max(
            steady_dbfs + _BURST_OVER_NOISE_DB, self._squelch.open_dbfs - _BURST_UNDER_OPENING_DB
        )
        if np.count_nonzero(second.powers > 10 ** (least_dbfs / 10)) >= _BURST_FRAMES:
            self._bursts.append(self._quiet_s)
            self._burst_dbfs = max(self._burst_dbfs, power_db(float(second.powers.max())))

    def _judge_bursts(self) -> None:
        is_heard = len(self._bursts) == _BURSTS and self._bursts[0] > self._quiet_s - _BURSTS_WITHIN_S
        self._concerns.set(
            "under-squelch",
            is_heard and not self._has_opened,
            lambda: advice.under_squelch(self._burst_dbfs, self._squelch.open_dbfs),
        )
