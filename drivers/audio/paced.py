"""Sound handed on in real time, for outputs without a clock of their own.

A thread takes packets from the queue when they are due. A packet goes when it is full, or when the writer
has paused for as long as a packet lasts.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import numpy as np

from drivers.audio.pcm import F32_BYTES
from drivers.audio.sound_queue import SoundQueue
from radiobridge.errors import DeviceLost
from radiobridge.events import Samples

_GLANCE_S = 0.1
"""How often a writer that waits looks whether the thread has failed."""

_CLOSE_S = 1.0
"""Longest wait for a packet that is being handed on at the end."""


class Paced:
    """The samples that are written reach `hand_on` in packets of `packet_frames`, in real time.

    What `hand_on` raises ends it; every call after that raises DeviceLost with the same message.
    """

    def __init__(
        self, name: str, rate_hz: int, packet_frames: int, hand_on: Callable[[Samples], None]
    ) -> None:
        self._rate_hz = rate_hz
        self._packet_frames = packet_frames
        self._hand_on = hand_on
        self._queue = SoundQueue(rate_hz, F32_BYTES)
        self._fault: Exception | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def write(self, samples: Samples) -> None:
        """The samples are queued. Raises DeviceLost."""
        self._check()
        left = memoryview(np.asarray(samples, np.float32).tobytes())
        while left:
            left = left[self._queue.put(left, _GLANCE_S) :]
            self._check()

    def pending_s(self) -> float:
        """Seconds until the last sample is over. Raises DeviceLost."""
        self._check()
        return self._queue.pending_s()

    def discard(self) -> None:
        """What was not handed on never is. Raises DeviceLost."""
        self._check()
        self._queue.clear()

    def close(self) -> None:
        """Nothing more is handed on."""
        self._closed.set()
        self._queue.close()
        self._thread.join(_CLOSE_S)

    def _check(self) -> None:
        if self._fault is not None:
            raise DeviceLost(str(self._fault)) from self._fault
        if self._closed.is_set():
            raise DeviceLost(f"{self._thread.name} is not open")

    def _run(self) -> None:
        due = 0.0
        packet_s = self._packet_frames / self._rate_hz
        try:
            while not self._closed.is_set():
                if not self._queue.has(self._packet_frames):
                    self._queue.wait_filled(1)
                    self._queue.wait_filled(self._packet_frames, packet_s)
                    due = max(due, time.monotonic())
                self._closed.wait(max(0.0, due - time.monotonic()))
                if sound := self._queue.take(self._packet_frames):
                    self._hand_on(np.frombuffer(sound, np.float32))
                    due += len(sound) / F32_BYTES / self._rate_hz
        except Exception as error:  # noqa: BLE001  the top of a thread: raised again at the next call
            self._fault = error
