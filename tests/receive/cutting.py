"""A receive chain fed with sound in blocks of any sizes, and what comes out of it, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain as joined
from itertools import count, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import (
    AudioBlock,
    Digit,
    Samples,
    TransmissionAudio,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.receive.chain import CHAIN_RATE_HZ, ChainEvent, ReceiveChain
from radiobridge.settings import SignalSettings, SquelchSettings

Carrier = NDArray[np.bool_] | None
"""What the carrier line says during each sample."""


def chain(**squelch: Any) -> ReceiveChain:
    numbers = count(1)
    return ReceiveChain("gate", SquelchSettings(**squelch), SignalSettings(), lambda: f"T{next(numbers)}")


def blocks(
    sound: Samples, rate_hz: int, sizes: Sequence[int], carrier: Carrier = None
) -> Iterator[tuple[AudioBlock, bool | None]]:
    """The sound in blocks of `sizes` and then of 20 ms, cut where the carrier line changes."""
    changes = [] if carrier is None else (np.flatnonzero(np.diff(carrier)) + 1).tolist()
    start = 0
    for size in joined(sizes, repeat(rate_hz // 50)):
        if start >= len(sound):
            return
        end = min([start + size, *(at for at in changes if at > start)])
        state = None if carrier is None else bool(carrier[start])
        yield AudioBlock(sound[start:end], rate_hz, start / rate_hz), state
        start = end


def heard(
    sound: Samples,
    rate_hz: int = CHAIN_RATE_HZ,
    sizes: Sequence[int] = (),
    carrier: Carrier = None,
    **squelch: Any,
) -> list[ChainEvent]:
    of = chain(**squelch)
    events = [e for block, state in blocks(sound, rate_hz, sizes, carrier) for e in of.feed(block, state)]
    return events + of.finish()


def keys(events: list[ChainEvent]) -> str:
    return "".join(e.key for e in events if isinstance(e, Digit))


def audio(events: list[ChainEvent]) -> Samples:
    return np.concatenate([np.zeros(0, np.float32), *_sounds(events)])


def audio_spans(events: list[ChainEvent]) -> list[tuple[float, float]]:
    """From when to when each transmission's sound goes; it has no gap."""
    spans: dict[str, tuple[float, float]] = {}
    for e in events:
        if isinstance(e, TransmissionAudio):
            begin, end = spans.get(e.id, (e.at, e.at))
            assert abs(end - e.at) < 1e-6
            spans[e.id] = begin, e.at + len(e.samples) / e.rate_hz
    return list(spans.values())


def started(events: list[ChainEvent]) -> list[TransmissionStarted]:
    return [e for e in events if isinstance(e, TransmissionStarted)]


def ended(events: list[ChainEvent]) -> list[TransmissionEnded]:
    return [e for e in events if isinstance(e, TransmissionEnded)]


def quiet(seconds: float, rate_hz: int = CHAIN_RATE_HZ) -> Samples:
    return np.zeros(round(seconds * rate_hz), np.float32)


def _sounds(events: list[ChainEvent]) -> list[Samples]:
    return [e.samples for e in events if isinstance(e, TransmissionAudio)]
