"""`radiobridge decode --raw`: the keys of PCM on standard input, for pipes and for comparing decoders."""

from __future__ import annotations

import os
import select
import sys
import time
from collections.abc import Iterator

import numpy as np

from radiobridge.errors import RadiobridgeError
from radiobridge.events import Digit, Signal
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.tones import TONE_RATE_HZ
from radiobridge.resample import Resampler

PIECE_BYTES = 1 << 20
"""The most that is decoded at once: large pieces cost the least for each second of sound."""
_GATHERED_S = 0.02
"""A pipe gives small pieces; what comes in so short a time is decoded together."""


def decode_raw(rate_hz: int) -> int:
    """Prints the keys of s16le mono PCM on standard input as they are heard; 0 at its end.

    Raises:
        RadiobridgeError: the rate is too low for keys.
    """
    if rate_hz < TONE_RATE_HZ:
        raise RadiobridgeError(f"--raw: {rate_hz} Hz is too slow for keys; give {TONE_RATE_HZ} or more")
    decoder = DtmfDecoder("stdin")
    resampler = Resampler(rate_hz, TONE_RATE_HZ)
    frames, rest = 0, b""
    for piece in _pieces(sys.stdin.fileno()):
        pcm = rest + piece
        rest = pcm[len(pcm) // 2 * 2 :]
        samples = np.frombuffer(pcm, "<i2", len(pcm) // 2).astype(np.float32) / np.float32(32768)
        sound = resampler.feed(samples)
        _write_keys(decoder.feed(sound, frames / TONE_RATE_HZ))
        frames += len(sound)
    _write_keys(decoder.feed(resampler.finish(), frames / TONE_RATE_HZ))
    _write_keys(decoder.finish())
    print()
    return 0


def _pieces(stream: int) -> Iterator[bytes]:
    while first := os.read(stream, PIECE_BYTES):
        parts, left = [first], PIECE_BYTES - len(first)
        until = time.monotonic() + _GATHERED_S
        while left and select.select([stream], [], [], max(until - time.monotonic(), 0))[0]:
            more = os.read(stream, left)
            if not more:
                break
            parts.append(more)
            left -= len(more)
        yield b"".join(parts)


def _write_keys(heard: list[Signal]) -> None:
    if keys := "".join(signal.key for signal in heard if isinstance(signal, Digit)):
        print(keys, end="", flush=True)
