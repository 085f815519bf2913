"""Roger beeps: the short tones at the end of a transmission that say "over".

Sources: `single` and `double`: the courtesy tones "1000 Hz, 100 ms" of AllStarLink and "High-Low Beep" of
Link Communications' RLC-4 manual, 6-6. `quindar`: the tone with which NASA's ground stations were switched
back to receive, 2475 Hz for 250 ms, well known from its broadcasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from radiobridge.events import Samples
from radiobridge.near import did_you_mean
from radiobridge.transmit.single_tones import tones_in_a_row

STYLES: Mapping[str, tuple[tuple[float, float], ...]] = MappingProxyType(
    {
        "single": ((1000.0, 0.1),),
        "double": ((665.0, 0.1), (500.0, 0.1)),
        "quindar": ((2475.0, 0.25),),
    }
)
"""Tones of each style: Hz and seconds."""


def roger_beep(style: str, rate_hz: int, *, level_dbfs: float = -10.0) -> Samples:
    """The beep as sound: float32 mono; `level_dbfs` is its power.

    Raises:
        ValueError: no such style, or a level at which it would clip.
    """
    if style not in STYLES:
        raise ValueError(f"no beep {style!r}{did_you_mean(style, STYLES)}; there are {', '.join(STYLES)}")
    return tones_in_a_row(STYLES[style], rate_hz, level_dbfs=level_dbfs)
