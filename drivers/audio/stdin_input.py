"""Raw signed 16-bit little-endian mono sound on standard input, as a pipe from another program brings it.

The stream has an end and is not opened again; one channel alone can have it.
"""

from __future__ import annotations

import os
import select
import threading
import time
from typing import ClassVar

from drivers.audio.clock import SampleClock
from drivers.audio.pause import Pause
from drivers.audio.pcm import S16_BYTES, RateHz, block_frames, s16le_samples
from radiobridge.errors import DeviceLost, EndOfAudio
from radiobridge.events import AudioBlock
from radiobridge.ports import AudioInput, DriverSettings

_STDIN = 0
"""The descriptor itself: `sys.stdin` would buffer, and may have been replaced."""

_JUMP_S = 1.0
"""A pipe that brought nothing for longer than this had paused; programs write in bursts below it."""

_taken = threading.Lock()
"""Held by the input that reads standard input."""


class StdinSettings(DriverSettings):
    """`rate_hz` is the rate of the sound that is piped in."""

    rate_hz: RateHz = 16_000


class StdinInput(AudioInput):
    """Sound from a pipe."""

    Settings: ClassVar[type[DriverSettings]] = StdinSettings
    settings: StdinSettings
    has_end: ClassVar[bool] = True

    def __init__(self, settings: StdinSettings) -> None:
        super().__init__(settings)
        self._open = False
        self._block_bytes = block_frames(settings.rate_hz) * S16_BYTES
        self._begin()

    def _begin(self) -> None:
        self._pending = bytearray()
        self._clock = SampleClock(self.settings.rate_hz, jump_s=_JUMP_S, may_run_ahead=True)
        self._pause = Pause(self.settings.rate_hz, self._clock)
        self._ended = False

    @property
    def name(self) -> str:
        """Standard input."""
        return "standard input"

    def open(self) -> None:
        """Standard input is this channel's."""
        self.close()
        try:
            terminal = os.isatty(_STDIN)
            os.fstat(_STDIN)
        except OSError as error:
            raise DeviceLost(f"standard input is closed: {error}; pipe sound into radiobridge") from error
        if terminal:
            raise DeviceLost(
                "standard input is a terminal, not sound; pipe raw 16-bit mono into radiobridge, "
                "as in: rtl_fm … | radiobridge run …"
            )
        if not _taken.acquire(blocking=False):
            raise DeviceLost(
                "standard input is read by another channel already; give this one another driver"
            )
        self._open = True
        self._begin()

    def close(self) -> None:
        """Another channel may read standard input; the descriptor stays open for it."""
        if self._open:
            self._open = False
            _taken.release()

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block; a shorter one when the pipe brings no more, silence while it brings nothing."""
        if not self._open:
            raise DeviceLost("standard input is not open")
        give_up = time.monotonic() + timeout_s
        wait_s = max(0.0, timeout_s)
        while not self._ended and len(self._pending) < self._block_bytes and wait_s >= 0:
            self._receive(wait_s)
            wait_s = give_up - time.monotonic()
        if len(self._pending) >= S16_BYTES:
            return self._block()
        if self._ended:
            rest = ", in the middle of a sample" if self._pending else ""
            raise EndOfAudio(f"standard input ended{rest}")
        return self._pause.block()

    def _receive(self, wait_s: float) -> None:
        try:
            if not select.select([_STDIN], [], [], wait_s)[0]:
                return
            sound = os.read(_STDIN, self._block_bytes - len(self._pending))
        except BlockingIOError:
            return
        except OSError as error:
            raise DeviceLost(f"standard input cannot be read: {error}") from error
        self._ended = not sound
        if sound:
            self._pause.heard()
        self._pending += sound

    def _block(self) -> AudioBlock:
        whole = len(self._pending) - len(self._pending) % S16_BYTES
        samples = s16le_samples(bytes(self._pending[:whole]))
        del self._pending[:whole]
        at = self._clock.stamp(time.time(), len(samples))
        return AudioBlock(samples, self.settings.rate_hz, at)
