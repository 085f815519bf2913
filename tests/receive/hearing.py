"""A tone decoder fed with sound in blocks, as the chain feeds it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat

from radiobridge.events import Samples, Signal
from radiobridge.receive.decoders import ToneDecoder
from radiobridge.receive.tones import TONE_RATE_HZ

BEGAN_AT = 100.0
"""UTC of the first sample."""


def heard(decoder: ToneDecoder, sound: Samples, block: int = 160, sizes: Sequence[int] = ()) -> list[Signal]:
    """All that the decoder hears in sound at 8 kHz, in blocks of `sizes` frames and then of `block`."""
    signals: list[Signal] = []
    start = 0
    lengths = chain(sizes, repeat(block))
    while start < len(sound):
        length = next(lengths)
        signals += decoder.feed(sound[start : start + length], BEGAN_AT + start / TONE_RATE_HZ)
        start += length
    return signals + decoder.finish()
