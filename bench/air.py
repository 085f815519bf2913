"""Codes keyed on many channels at once, in real time, each with a number of its own."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Self

import numpy as np

from radiobridge.events import Samples
from radiobridge.transmit.dtmf import dtmf
from tests.builders import noisy
from tests.system.station import BLOCK_FRAMES, RATE_HZ, s16le

CODE = '[[code]]\nkeys = "*{number:6}#"\nalert = "emergency"\n'
"""The one code of the station that hears them."""

_TONE_S, _GAP_S = 0.06, 0.05
_PAUSE_S = 0.8
"""Between two codes: the squelch closes, so that each is a call-in too."""
_NOISE_DBFS = -60
_BLOCK_S = BLOCK_FRAMES / RATE_HZ


@dataclass(frozen=True, slots=True)
class Keyed:
    """A code on the air: its keys, and when its first tone began and its last one ended, UTC seconds."""

    keys: str
    began_at: float
    ended_at: float


class CodeSender:
    """Used with `with`: keys on all ports until it is left; `keyed` is what has been on the air."""

    def __init__(self, ports: list[int]) -> None:
        self.keyed: list[Keyed] = []
        self._numbers = count()
        self._rng = np.random.default_rng(1)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._channels = [(("127.0.0.1", port), self._blocks()) for port in ports]
        self._block_at = 0.0
        """When the first sample of the block that is being made is on the air, UTC seconds."""
        self._quiet = threading.Event()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="air")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def quiet(self) -> None:
        """No new codes; those that were begun are keyed to their end."""
        self._quiet.set()

    def _run(self) -> None:
        began, began_at = time.monotonic(), time.time()
        for number in count():
            if self._ended.is_set():
                return
            self._block_at = began_at + number * _BLOCK_S
            blocks = [(address, next(sound)) for address, sound in self._channels]
            time.sleep(max(began + (number + 1) * _BLOCK_S - time.monotonic(), 0))
            for address, block in blocks:
                self._socket.sendto(block, address)

    def _blocks(self) -> Iterator[bytes]:
        """One channel's sound, for ever."""
        yield from self._cut(np.zeros(int(self._rng.uniform(0, 2) * RATE_HZ), np.float32))
        while True:
            if not self._quiet.is_set():
                keys = f"*{next(self._numbers):06d}#"
                sound = dtmf(keys, RATE_HZ, tone_s=_TONE_S, gap_s=_GAP_S, level_dbfs=-15)
                began_at = self._block_at
                yield from self._cut(sound)
                self.keyed.append(Keyed(keys, began_at, began_at + len(sound) / RATE_HZ - _GAP_S))
            yield from self._cut(np.zeros(int(_PAUSE_S * RATE_HZ), np.float32))

    def _cut(self, sound: Samples) -> Iterator[bytes]:
        noise = noisy(sound, _NOISE_DBFS, seed=int(self._rng.integers(1 << 31)))
        padded = np.pad(noise, (0, -len(noise) % BLOCK_FRAMES))
        for start in range(0, len(padded), BLOCK_FRAMES):
            yield s16le(padded[start : start + BLOCK_FRAMES])
