"""Speech at one level, whatever voice or recording it comes from, ready for a transmitter.

Pauses do not count towards the level, peaks are rounded off before they clip, and silence at both ends
is cut: it would hold the channel for nothing.
"""

from __future__ import annotations

import math

import numpy as np

from radiobridge.events import Samples

CEILING_DBFS = -1.0
"""No sample goes beyond it: room for the peaks between samples, which a converter or a resampler makes."""

EDGE_S = 0.05
"""Silence that is left at both ends."""

_FRAME_S = 0.02

_MARGIN_DB = 15.9
"""How far under the active level sound still counts as speech. Source: ITU-T P.56 (12/2011), method B."""

_EDGE_DB = 35.0
"""How far under the active level the soft beginning and end of a word may be, such as an f or an h."""

_KNEE = 0.5
"""Up to here, as a part of the ceiling, a sample passes unchanged: 6 dB of room for rounding."""

_MAKE_UP_DB = 3.0
"""What rounding takes from the level is given back up to here; more would only be distortion."""


def levelled(samples: Samples, rate_hz: int, level_dbfs: float) -> Samples:
    """The speech at an active level of `level_dbfs`, its peaks below `CEILING_DBFS`, its ends trimmed.

    Speech peaks 12 to 18 dB over its active level: from about -20 dBFS on, its peaks are rounded, and from
    about -12 on the level stays behind what was asked. Silence becomes an array without samples.
    """
    power = _active_power(samples, rate_hz)
    if not power:
        return np.zeros(0, np.float32)
    speech = _trimmed(samples, rate_hz, math.sqrt(power))
    gain_db = level_dbfs - active_level_dbfs(speech, rate_hz)
    lost_db = level_dbfs - active_level_dbfs(_amplified(speech, gain_db), rate_hz)
    return _amplified(speech, gain_db + min(lost_db, _MAKE_UP_DB))


def active_level_dbfs(samples: Samples, rate_hz: int) -> float:
    """RMS over the parts in which somebody speaks, in dBFS; minus infinity for silence."""
    power = _active_power(samples, rate_hz)
    return 10 * math.log10(power) if power else -math.inf


def _active_power(samples: Samples, rate_hz: int) -> float:
    """Mean power of the loudest frames, as many as are within `_MARGIN_DB` of their mean; 0 for silence.

    Source: ITU-T P.56, method B, simplified: powers of frames of 20 ms stand for its envelope, and there
    is no hangover: pauses shorter than 0.2 s do not count as speech, which tells about 1 dB more.
    """
    frame = max(1, round(_FRAME_S * rate_hz))
    frames = np.pad(samples, (0, -len(samples) % frame)).reshape(-1, frame)
    powers = np.sort(np.einsum("ij,ij->i", frames, frames).astype(np.float64) / frame)[::-1]
    means = np.cumsum(powers) / np.arange(1, len(powers) + 1)
    within = np.flatnonzero(powers * 10 ** (_MARGIN_DB / 10) >= means)
    return float(means[within[-1]]) if len(within) else 0.0


def _trimmed(samples: Samples, rate_hz: int, active_rms: float) -> Samples:
    heard = np.flatnonzero(np.abs(samples) > active_rms * 10 ** (-_EDGE_DB / 20))
    edge = round(EDGE_S * rate_hz)
    return samples[max(0, heard[0] - edge) : heard[-1] + 1 + edge]


def _amplified(samples: Samples, gain_db: float) -> Samples:
    """The samples, louder by `gain_db`, rounded off above the knee towards the ceiling."""
    ceiling = 10 ** (CEILING_DBFS / 20)
    knee = _KNEE * ceiling
    louder: Samples = samples * np.float32(10 ** (gain_db / 20))
    loud = np.flatnonzero(np.abs(louder) > knee)
    over = (np.abs(louder[loud]) - knee) / (ceiling - knee)
    louder[loud] = np.sign(louder[loud]) * (knee + (ceiling - knee) * np.tanh(over))
    return louder
