"""The squelch of a channel: its sources, joined as `open_on` says.

Where a source cannot know (a carrier line that is lost, sound without anything above 4 kHz for `noise`), the
level answers in its place: a channel that opens too often is reported, one that is deaf is not missed
until it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.ctcss_squelch import CtcssSquelch
from radiobridge.receive.dcs_squelch import DcsSquelch
from radiobridge.receive.decimate import Decimator
from radiobridge.receive.squelch.carrier import CarrierSource
from radiobridge.receive.squelch.frames import Heard, SoundSource
from radiobridge.receive.squelch.level import LevelSource
from radiobridge.receive.squelch.noise import NoiseSource
from radiobridge.receive.squelch.voice import VoiceSource
from radiobridge.settings import AllOf, Opening, SquelchSettings

_OPENS_WITHIN_S = {"level": 0.0, "carrier": 0.1, "noise": 0.05, "voice": 0.2, "ctcss": 0.6, "dcs": 0.6}
"""What a source needs at a readable signal: so much longer the pre-roll is."""

_NARROW = {"voice", "ctcss", "dcs"}
"""Sources that listen at half the rate."""


@dataclass(frozen=True, slots=True)
class _Frames:
    """Whole frames; `sound` at 16 kHz, `narrow` at 8 kHz and empty where no source needs it."""

    first: int
    sound: Samples
    narrow: Samples
    level: Heard


_Ear: TypeAlias = Callable[[_Frames], Heard]


class Squelch:
    """Fed with whole frames of 10 ms at `SQUELCH_RATE_HZ`; it has no hang time of its own."""

    def __init__(self, settings: SquelchSettings) -> None:
        self._opening = settings.opening
        self._level = LevelSource(settings)
        self._carrier = CarrierSource()
        self.sources = frozenset(settings.sources)
        """The names of what it opens on."""
        self._ears = {name: self._ear(name, settings) for name in sorted(self.sources)}
        self._decimator = Decimator(2) if self.sources & _NARROW else None
        self.opens_within_s = max(_OPENS_WITHIN_S[name] for name in self._ears)
        """How late it may open."""
        self.hears_above_4_khz = True
        """False for sound that came at less than `SQUELCH_RATE_HZ`."""

    def carrier_is(self, sample: float, state: bool | None) -> None:
        """From this sample of the channel on the carrier line says `state`; None: it is lost."""
        if "carrier" in self.sources:
            self._carrier.mark(sample, state)

    def feed(self, first: int, sound: Samples, power: NDArray[np.float32]) -> Heard:
        """Whether what it opens on is heard, in frames from number `first` on with these mean powers."""
        level = self._level.feed(power)
        if self._opening == "level":
            return level
        narrow = self._decimator.feed(sound) if self._decimator else sound[:0]
        frames = _Frames(first, sound, narrow, level)
        return _joined(self._opening, {name: ear(frames) for name, ear in self._ears.items()})

    def _ear(self, name: str, settings: SquelchSettings) -> _Ear:
        if name == "level":
            return lambda frames: frames.level
        if name == "carrier":
            return lambda frames: self._carrier.feed(frames.first, frames.level)
        source = _sound_source(name, settings)
        if name == "noise":
            return lambda frames: source.feed(frames.sound) if self.hears_above_4_khz else frames.level
        return lambda frames: source.feed(frames.narrow)


def _sound_source(name: str, settings: SquelchSettings) -> SoundSource:
    if name == "noise":
        return NoiseSource(settings.noise_db)
    if name == "ctcss" and settings.ctcss_hz is not None:
        return CtcssSquelch(settings.ctcss_hz)
    if name == "dcs" and settings.dcs_code is not None:
        return DcsSquelch(settings.dcs_code)
    return VoiceSource()


def _joined(opening: Opening, heard: Mapping[str, Heard]) -> Heard:
    if isinstance(opening, str):
        return heard[opening]
    parts = [_joined(part, heard) for part in opening.parts]
    joined: Heard = (
        np.logical_and.reduce(parts) if isinstance(opening, AllOf) else np.logical_or.reduce(parts)
    )
    return joined
