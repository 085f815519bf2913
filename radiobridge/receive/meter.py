"""How loud an input is: what a person needs to set a radio's volume, a card's level and the squelch."""

from __future__ import annotations

from collections import deque

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.levels import SILENCE_DBFS, power_db
from radiobridge.receive.signal_health import advice
from radiobridge.receive.signal_health.flat_tops import FULL_SCALE, Clipping, Tops
from radiobridge.receive.signal_health.hum import Hum, hum_in
from radiobridge.receive.signal_health.second import Second, frames_in_a_second

_FRAME_S = 0.05
_REMEMBERED_S = 60
_NOISE_PERCENTILE = 10
"""A radio is quiet for more than a tenth of a minute, so that this is its noise and not its speech."""
_SPEECH_OVER_NOISE_DB = 15.0
"""Sound that stays closer to the noise than this was no speech."""
_QUIET_OVER_NOISE_DB = 6.0
_MATTERS_DBFS = -60.0
"""Hum and offset below this are nobody's trouble."""


class LevelMeter:
    """Sans-IO: fed with sound at `rate_hz`; levels in dBFS RMS over 50 ms, peaks in dBFS."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._frame = max(round(rate_hz * _FRAME_S), 1)
        self._rest = np.zeros(0, np.float32)
        self._levels: deque[float] = deque(maxlen=round(_REMEMBERED_S / _FRAME_S))
        self._peaks: deque[float] = deque(maxlen=self._levels.maxlen)
        self._at_full_scale: deque[int] = deque(maxlen=self._levels.maxlen)
        self._second = np.zeros(0, np.float32)
        self._clippings: deque[Clipping | None] = deque(maxlen=_REMEMBERED_S)
        self._offset = 0.0
        self._hum: Hum | None = None

    def feed(self, samples: Samples) -> None:
        """The next sound: float32, shape (frames,)."""
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // self._frame
        frames = np.abs(sound[: count * self._frame].reshape(count, self._frame))
        self._rest = sound[count * self._frame :]
        self._levels.extend(power_db(float(power)) for power in np.square(frames).mean(axis=1))
        self._peaks.extend(power_db(float(peak) ** 2) for peak in frames.max(axis=1))
        self._at_full_scale.extend((frames >= FULL_SCALE).sum(axis=1).tolist())
        self._second = np.concatenate([self._second, samples])
        length = frames_in_a_second(self._rate_hz)
        while len(self._second) >= length:
            self._measure(Second(self._second[:length], self._rate_hz))
            self._second = self._second[length:]

    def _measure(self, second: Second) -> None:
        tops = Tops()
        tops.add(second.frames)
        self._clippings.append(tops.clipping)
        self._offset = second.offset
        if power_db(float(second.powers.max())) < self.noise_dbfs + _QUIET_OVER_NOISE_DB:
            self._hum = hum_in(second.samples, second.rate_hz)

    @property
    def level_dbfs(self) -> float:
        """Of the last 50 ms."""
        return self._levels[-1] if self._levels else SILENCE_DBFS

    @property
    def peak_dbfs(self) -> float:
        """The highest of the last minute."""
        return max(self._peaks, default=SILENCE_DBFS)

    @property
    def noise_dbfs(self) -> float:
        """The level of the quiet tenth of the last minute."""
        return float(np.percentile(self._levels, _NOISE_PERCENTILE)) if self._levels else SILENCE_DBFS

    @property
    def clipped(self) -> int:
        """Samples at full scale in the last minute; a few are a click, and no fault."""
        return sum(self._at_full_scale)

    @property
    def open_dbfs(self) -> int:
        """The `squelch.open_dbfs` that fits this noise."""
        return advice.fitting_open_dbfs(self.noise_dbfs)

    @property
    def advice(self) -> str:
        """What to turn, in a sentence."""
        good = f"a good level; squelch.open_dbfs = {self.open_dbfs} fits this noise"
        return self.fault or self.level_fault or good

    @property
    def fault(self) -> str:
        """What is wrong with the signal whoever talks, and what to turn; empty where nothing is."""
        if self.peak_dbfs <= SILENCE_DBFS:
            return advice.SILENCE
        clippings = [clipping for clipping in self._clippings if clipping]
        if clippings:
            last = clippings[-1]
            where = f"in {len(clippings)} of the last {len(self._clippings)} seconds"
            return advice.clipped(where, in_card=last.in_card, top_dbfs=last.top_dbfs)
        least = max(10 ** (self.noise_dbfs / 10) / 2, 10 ** (_MATTERS_DBFS / 10))
        if abs(self._offset) >= advice.OFFSET_MATTERS or self._offset**2 > least:
            return advice.offset(self._offset)
        if self._hum and self._hum.power > least:
            return advice.hum(self._hum.mains_hz, power_db(self._hum.power))
        return ""

    @property
    def level_fault(self) -> str:
        """What to turn for speech to be neither loud nor weak; empty where it is neither."""
        if self.peak_dbfs < self.noise_dbfs + _SPEECH_OVER_NOISE_DB:
            return f"noise alone at {self.noise_dbfs:.0f} dBFS: let somebody talk on the radio"
        return advice.of_peaks(self.peak_dbfs)
