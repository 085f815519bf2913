"""Settings that switch every decoder on, as the benches of signalling need them."""

from __future__ import annotations

from typing import get_args

from radiobridge.settings import FiveToneStandard, SignalSettings

PAGES = {"fire brigade": (349.0, 433.7), "ambulance": (600.9, 1063.2)}


def everything() -> SignalSettings:
    """All that can be listened for, at once."""
    return SignalSettings(
        dtmf_id_digits=5,
        five_tone=get_args(FiveToneStandard),
        two_tone=True,
        pages=PAGES,
        tone_burst=(1750.0,),
        ctcss=True,
        dcs=True,
    )
