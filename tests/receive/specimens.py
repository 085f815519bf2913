"""For every tone decoder, settings that switch it on, and sound in which it must hear something.

`tests/receive/test_decoders.py` runs each of `TONE_DECODERS` through these: a decoder without a specimen
fails there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ
from radiobridge.transmit.mdc1200 import call_alert, emergency, ptt_id
from tests.builders import keyed
from tests.receive.bursts import burst


@dataclass(frozen=True, slots=True)
class Specimen:
    """`sound` at 8 kHz in which `codes` are heard: keys, units or what was called, in their order."""

    sound: Callable[[], Samples]
    codes: tuple[str, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    """What `[channel.signals]` needs beside the default."""


SPECIMENS: dict[str, tuple[Specimen, ...]] = {
    "dtmf": (
        Specimen(lambda: keyed("*103#", TONE_RATE_HZ, tone_s=0.06, gap_s=0.05), ("*", "1", "0", "3", "#")),
    ),
    "mdc1200": (
        Specimen(lambda: burst(ptt_id("12AF")), ("12AF",)),
        Specimen(lambda: burst(ptt_id("12AF"), preamble_bytes=0), ("12AF",)),
        Specimen(
            lambda: np.concatenate(
                [burst(emergency("0007")), burst(call_alert("5678", "1234")), burst(ptt_id("0007"))]
            ),
            ("0007", "5678", "0007"),
        ),
    ),
}
