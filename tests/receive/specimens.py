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
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.mdc1200 import call_alert, emergency, ptt_id
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import two_tone
from tests.builders import keyed
from tests.receive.bursts import burst
from tests.receive.subaudible import quietly


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
        Specimen(
            lambda: keyed("12345", TONE_RATE_HZ, tone_s=0.08, gap_s=0.06),
            ("1", "2", "3", "4", "5", "12345"),
            {"dtmf_id_digits": 5},
        ),
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
    "five_tone": (
        Specimen(
            lambda: quietly(five_tone("12334", "zvei1", TONE_RATE_HZ)), ("12334",), {"five_tone": ["zvei1"]}
        ),
        Specimen(
            lambda: np.concatenate(
                [
                    quietly(five_tone("12A45", "ccir", TONE_RATE_HZ)),
                    quietly(five_tone("90817", "eea", TONE_RATE_HZ, lead_s=0.7)),
                ]
            ),
            ("12A45", "90817"),
            {"five_tone": ["zvei1", "ccir", "eea", "eia"]},
        ),
    ),
    "two_tone": (
        Specimen(
            lambda: quietly(two_tone(349.0, 433.7, TONE_RATE_HZ, b_s=1.5)),
            ("349.0/433.7",),
            {"two_tone": True},
        ),
        Specimen(
            lambda: quietly(two_tone(600.9, 1063.2, TONE_RATE_HZ, a_s=0.9, b_s=2.0)),
            ("ambulance",),
            {"two_tone": True, "pages": {"ambulance": [600.0, 1065.0]}},
        ),
    ),
    "tone_burst": (
        Specimen(lambda: quietly(tone_burst(1750, TONE_RATE_HZ, 0.4)), ("1750",)),
        Specimen(
            lambda: quietly(tone_burst(2100, TONE_RATE_HZ, 0.8)), ("2100",), {"tone_burst": [1750, 2100]}
        ),
    ),
    "ctcss": (
        Specimen(lambda: quietly(ctcss(100.0, TONE_RATE_HZ, 0.8)), ("100.0",), {"ctcss": True}),
        Specimen(
            lambda: quietly(
                ctcss(67.0, TONE_RATE_HZ, 1.5, reverse_burst_deg=180), ctcss(254.1, TONE_RATE_HZ, 1.5)
            ),
            ("67.0", "254.1"),
            {"ctcss": True},
        ),
    ),
    "dcs": (
        Specimen(lambda: quietly(dcs("023N", TONE_RATE_HZ, 0.8)), ("023N",), {"dcs": True}),
        Specimen(lambda: quietly(dcs("023I", TONE_RATE_HZ, 0.8)), ("047N",), {"dcs": True}),
    ),
}
