"""Sound of a transmission on its way to another channel: fed while it is heard, taken as it is sent."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np

from radiobridge.events import Samples


class RelayedSound:
    """Float32 mono at the rate of all sound that is sent; fed from one thread, taken from another.

    No more than `longest_s` of it is kept: a transmission that nobody ends, or that waits for a busy channel,
    takes no more memory than that.
    """

    def __init__(self, rate_hz: int, longest_s: float) -> None:
        self._blocks: deque[Samples] = deque()
        self._room = round(rate_hz * longest_s)
        self._finished = False
        self._lock = threading.Lock()

    def feed(self, samples: Samples) -> None:
        """The next samples; what goes beyond the longest is left out."""
        with self._lock:
            if self._finished:
                return
            kept = samples[: self._room]
            self._room -= len(kept)
            if len(kept):
                self._blocks.append(kept)

    def finish(self) -> None:
        """No more samples follow."""
        with self._lock:
            self._finished = True

    def drop(self) -> None:
        """What has not been taken never will be, and nothing more is kept."""
        with self._lock:
            self._finished = True
            self._blocks.clear()

    def take(self, most: int) -> Samples:
        """The oldest samples, `most` at the most; none where none have come yet."""
        taken: list[Samples] = [np.zeros(0, np.float32)]
        with self._lock:
            while most and self._blocks:
                block = self._blocks.popleft()
                taken.append(block[:most])
                if len(block) > most:
                    self._blocks.appendleft(block[most:])
                most -= len(taken[-1])
        return np.concatenate(taken)

    @property
    def is_over(self) -> bool:
        """All has been taken, and no more will come."""
        with self._lock:
            return self._finished and not self._blocks


@dataclass(frozen=True, slots=True)
class Relay:
    """A transmission of `heard_on` that is to be sent while it lasts; `cause` is its id.

    `wait_s`: how long it may be kept back; `timeout_s`: the longest that it may be sent; `delay_s`: added to
    the lead; `duck_db`: how much lower it is while an announcement sounds over it.
    """

    id: str
    heard_on: str
    cause: str
    sound: RelayedSound
    wait_s: float
    timeout_s: float
    delay_s: float
    duck_db: float
