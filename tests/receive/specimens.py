"""For every tone decoder, settings that switch it on, and sound in which it must hear something.

`tests/receive/test_decoders.py` runs each of `TONE_DECODERS` through these: a decoder without a specimen
fails there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from radiobridge.events import Samples
from radiobridge.receive.tones import TONE_RATE_HZ
from tests.builders import keyed


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
}
