"""What is wrong with the transmissions: too weak, clipped, or hum beneath them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import TransmissionEnded
from radiobridge.receive.levels import SILENCE_DBFS, power_db
from radiobridge.receive.signal_health import advice
from radiobridge.receive.signal_health.concerns import Concerns, Votes
from radiobridge.receive.signal_health.flat_tops import Tops
from radiobridge.receive.signal_health.hum import Hum, hum_in
from radiobridge.receive.signal_health.second import Powers, Second
from radiobridge.settings import SquelchSettings

_LEAST_SOUND_FRAMES = 10
"""A shorter transmission says nothing about the signal: somebody touched PTT."""
_WEAK_OVER_OPENING_DB = 5.0
_WEAK_OVER_NOISE_DB = 10.0
_SAME_TALK_GAP_S, _SAME_TALK_S = 5.0, 60.0
"""Weak speech is cut into pieces; pieces this near to one another are one transmission, up to that length."""
_FAINT_PEAK_DBFS = -36.0
"""Speech 16 dB below what is still good: the input is another one than it should be."""
_HUM_UNDER_SOUND_DB = 20.0
_LEAST_HUMS, _HUMS_SHARE = 2, 2 / 3
_WEAK_VOTES, _CLIPPED_VOTES, _HUM_VOTES = 4, 3, 3


@dataclass(slots=True)
class Heard:
    """A transmission from `start_s` on, in seconds of the sound; `ended` when its end is known."""

    start_s: float
    end_s: float = math.inf
    ended: TransmissionEnded | None = None
    _tops: Tops = field(default_factory=Tops)
    _powers: list[Powers] = field(default_factory=list)
    _hums: list[Hum | None] = field(default_factory=list)

    def hear(self, second: Second, inside: NDArray[np.bool_]) -> None:
        """The frames of `second` that are `inside` belong to it."""
        self._tops.add(second.frames[inside])
        self._powers.append(second.powers[inside])
        if inside.all():
            self._hums.append(hum_in(second.samples, second.rate_hz))

    @property
    def tops(self) -> Tops:
        """The shape of its waves."""
        return self._tops

    @property
    def powers(self) -> Powers:
        """Of its frames."""
        return np.concatenate([np.zeros(0, np.float32), *self._powers])

    @property
    def tells_hum(self) -> bool:
        """Whether it is long enough to tell hum from voice."""
        return len(self._hums) >= _LEAST_HUMS

    @property
    def hum(self) -> Hum | None:
        """The hum that is in it all the time: the weakest of the strongest two thirds of its seconds."""
        hums = [hum for hum in self._hums if hum and hum.is_mains_alone]
        needed = math.ceil(len(self._hums) * _HUMS_SHARE)
        by_power = sorted(hums, key=lambda hum: hum.power, reverse=True)[:needed]
        is_one = 0 < needed == len(by_power) and len({hum.mains_hz for hum in by_power}) == 1
        return by_power[-1] if is_one else None


class TransmissionHealth:
    """Told of each transmission when it is over."""

    def __init__(self, squelch: SquelchSettings, concerns: Concerns) -> None:
        self._squelch = squelch
        self._open_dbfs = squelch.open_dbfs if "level" in squelch.sources else None
        self._concerns = concerns
        self.forget()

    def forget(self) -> None:
        """The sound comes anew."""
        self._weak, self._clipped = Votes(_WEAK_VOTES), Votes(_CLIPPED_VOTES)
        self._hum = Votes(_HUM_VOTES)
        self._talk_s = self._talk_end_s = -math.inf

    def judge(
        self, heard: Heard, ended: TransmissionEnded, *, noise_dbfs: float | None, hum_power: float
    ) -> None:
        """`heard` is over; noise and hum are those while nobody talks."""
        quiet_power = 10 ** (self._squelch.closing_dbfs / 10) if self._open_dbfs is not None else 0.0
        if np.count_nonzero(heard.powers > quiet_power) < _LEAST_SOUND_FRAMES:
            return
        self._judge_clipping(heard)
        self._judge_hum(heard, ended.level_dbfs, hum_power)
        if not ended.cut:
            self._judge_level(heard, ended, noise_dbfs)

    def _judge_clipping(self, heard: Heard) -> None:
        clipping = heard.tops.clipping
        self._clipped.add(clipping is not None)
        in_card = clipping is None or clipping.in_card
        top_dbfs = 0.0 if clipping is None else clipping.top_dbfs
        self._concerns.set(
            "clipping",
            self._clipped.say_so(already="clipping" in self._concerns),
            lambda: advice.clipped(str(self._clipped), in_card=in_card, top_dbfs=top_dbfs),
        )

    def _judge_hum(self, heard: Heard, level_dbfs: float, hum_power: float) -> None:
        if not heard.tells_hum:
            return
        hum = heard.hum
        hum_dbfs = power_db(hum.power) if hum else SILENCE_DBFS
        is_new = hum is not None and hum.power > 2 * hum_power
        self._hum.add(is_new and hum_dbfs > level_dbfs - _HUM_UNDER_SOUND_DB)
        self._concerns.set(
            "hum-in-sound",
            self._hum.say_so(already="hum-in-sound" in self._concerns),
            lambda: advice.hum_under_voice(hum.mains_hz if hum else 50, hum_dbfs, level_dbfs - hum_dbfs),
        )

    def _judge_level(self, heard: Heard, ended: TransmissionEnded, noise_dbfs: float | None) -> None:
        level_dbfs, peak_dbfs = ended.level_dbfs, ended.peak_dbfs
        least_dbfs = SILENCE_DBFS
        if self._open_dbfs is not None:
            least_dbfs = self._open_dbfs + _WEAK_OVER_OPENING_DB
            if noise_dbfs is not None:
                least_dbfs = max(least_dbfs, noise_dbfs + _WEAK_OVER_NOISE_DB)
        is_low = peak_dbfs < advice.WEAK_DBFS and level_dbfs < least_dbfs
        vote = self._weak.amend if self._goes_on(heard) else self._weak.add
        vote(is_low or peak_dbfs < _FAINT_PEAK_DBFS)
        self._concerns.set(
            "weak",
            self._weak.say_so(already="weak" in self._concerns),
            lambda: advice.weak(level_dbfs, self._open_dbfs, str(self._weak)),
        )

    def _goes_on(self, heard: Heard) -> bool:
        """Whether it is one talk with the transmission before it."""
        latest_s = min(self._talk_end_s + _SAME_TALK_GAP_S, self._talk_s + _SAME_TALK_S)
        self._talk_end_s = heard.end_s
        if heard.start_s < latest_s:
            return True
        self._talk_s = heard.start_s
        return False
