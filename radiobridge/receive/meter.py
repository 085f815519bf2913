"""How loud an input is: what a person needs to set a radio's volume, a card's level and the squelch."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.transmission import SILENCE_DBFS, dbfs

_FRAME_S = 0.05
_REMEMBERED_S = 60.0
_NOISE_PERCENTILE = 10
"""A radio is quiet for more than a tenth of a minute, so that this is its noise and not its speech."""
_CLIPPED = 0.999
_WEAK_DBFS, _STRONG_DBFS = -20.0, -6.0
"""Speech should peak between these: room above for a louder voice, and well over the noise."""
_OVER_NOISE_DB = 10.0
_SPEECH_OVER_NOISE_DB = 15.0
"""Sound that stays closer to the noise than this was no speech."""


class LevelMeter:
    """Sans-IO: fed with sound at `rate_hz`; levels in dBFS RMS over 50 ms, peaks in dBFS."""

    def __init__(self, rate_hz: int) -> None:
        self._frame = max(round(rate_hz * _FRAME_S), 1)
        self._rest = np.zeros(0, np.float32)
        self._levels: deque[float] = deque(maxlen=round(_REMEMBERED_S / _FRAME_S))
        self._peaks: deque[float] = deque(maxlen=self._levels.maxlen)
        self.clipped = 0
        """Samples at full scale since the beginning."""

    def feed(self, samples: Samples) -> None:
        """The next sound: float32, shape (frames,)."""
        self.clipped += int((np.abs(samples) >= _CLIPPED).sum())
        sound = np.concatenate([self._rest, samples])
        count = len(sound) // self._frame
        frames = sound[: count * self._frame].reshape(count, self._frame)
        self._rest = sound[count * self._frame :]
        self._levels.extend(dbfs(float(power)) for power in np.square(frames).mean(axis=1))
        self._peaks.extend(dbfs(float(peak) ** 2) for peak in np.abs(frames).max(axis=1))

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
    def open_dbfs(self) -> int:
        """The `squelch.open_dbfs` that fits this noise."""
        return min(max(math.ceil(self.noise_dbfs + _OVER_NOISE_DB), -70), -10)

    @property
    def advice(self) -> str:
        """What to turn, in a sentence."""
        if self.peak_dbfs <= SILENCE_DBFS:
            return "digital silence: the input is muted, or nothing is plugged into it"
        if self.clipped:
            return f"clipped ({self.clipped} samples): turn the radio's volume or the card's level down"
        if self.peak_dbfs < self.noise_dbfs + _SPEECH_OVER_NOISE_DB:
            return f"noise alone at {self.noise_dbfs:.0f} dBFS: let somebody talk on the radio"
        if self.peak_dbfs > _STRONG_DBFS:
            return f"loud: turn down until speech peaks below {_STRONG_DBFS:.0f} dBFS"
        if self.peak_dbfs < _WEAK_DBFS:
            return f"weak: turn up until speech peaks above {_WEAK_DBFS:.0f} dBFS"
        return f"a good level; squelch.open_dbfs = {self.open_dbfs} fits this noise"
