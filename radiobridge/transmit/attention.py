"""Attention tones: what makes people listen before an announcement.

Frequencies and lengths are ours, chosen so that no decoder takes them for a call (two tones in a row are
shorter than those of a page, and the steady one is shorter than a group call), and so that they are none of
the signals that are kept for alarms:

- 853 and 960 Hz together, the attention signal of the Emergency Alert System, which may not even be imitated
  (47 CFR 11.31(a)(2), 11.45);
- 1050 Hz, the warning alarm tone of NOAA Weather Radio, which opens receivers in homes;
- 1300 and 2200 Hz in turn, the international radiotelephone alarm signal (47 CFR 80.317(b)).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from radiobridge.events import Samples
from radiobridge.near import did_you_mean
from radiobridge.transmit.single_tones import tones_in_a_row

STYLES: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        "chime": ((780.0, 0.4), (620.0, 0.4)),
        "alternating": ((1000.0, 0.25), (780.0, 0.25)) * 4,
        "steady": ((1000.0, 2.0),),
    }
)
"""Tones of each style: Hz and seconds. A chime is for bulletins, the others are for alarms."""


def attention(style: str, rate_hz: int, *, level_dbfs: float = -10.0) -> Samples:
    """The attention tones as sound: float32 mono; `level_dbfs` is their power.

    Raises:
        ValueError: no such style, or a level at which they would clip.
    """
    if style not in STYLES:
        near = did_you_mean(style, STYLES)
        raise ValueError(f"no attention tone {style!r}{near}; there are {', '.join(STYLES)}")
    return tones_in_a_row(STYLES[style], rate_hz, level_dbfs=level_dbfs)
