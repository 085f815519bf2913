"""A running stream of a sound card: the queue its sound comes through and the thread that owns it.

PortAudio's callback puts bytes into the bounded queue and returns; what does not fit is counted. A
frozen sound server can hold opening and closing up for ever, so one thread does both and is waited
for with a bound.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from drivers.audio.cards import Binding, Card, portaudio
from drivers.audio.clock import SampleClock
from drivers.audio.pcm import BLOCK_S
from radiobridge.errors import DeviceLost, RadiobridgeError

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ANSWER_S = 10.0
"""Longest wait for the sound system to open a card: listing many cards takes a slow PC some seconds."""

CLOSE_S = 1.0
"""Longest wait for a stream to close, well within the 2 s in which the daemon ends."""

_QUEUED_BLOCKS = round(4 / BLOCK_S)
"""4 s of sound wait for a reader that is held up."""


class Captured(NamedTuple):
    """One callback's interleaved float32 sound, when it came, and what was lost before it."""

    sound: bytes
    arrived_at: float
    overflowed: bool
    dropped_frames: int


class BlockQueue:
    """The bounded way from PortAudio's callback to the reader."""

    def __init__(self, blocks: int = _QUEUED_BLOCKS) -> None:
        self._queue: queue.Queue[Captured] = queue.Queue(blocks)
        self._overflowed = False
        self._dropped_frames = 0
        self.heard_monotonic: float | None = None

    def put(self, sound: bytes, frames: int, overflowed: bool) -> None:
        """The block is queued, or counted as dropped when there is no room. Never waits."""
        self.heard_monotonic = time.monotonic()
        self._overflowed |= overflowed
        try:
            self._queue.put_nowait(Captured(sound, time.time(), self._overflowed, self._dropped_frames))
        except queue.Full:
            self._dropped_frames += frames
        else:
            self._overflowed, self._dropped_frames = False, 0

    def get(self, timeout_s: float) -> Captured | None:
        """The oldest block, or None when none came in time."""
        try:
            return self._queue.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None


@dataclass(frozen=True, slots=True)
class CardStream:
    """An open card; `index` is the channel that is wanted of its `channels`, None for the mean."""

    binding: Binding
    card: Card
    channels: int
    index: int | None
    rate_hz: int
    blocks: BlockQueue
    clock: SampleClock


def answer(name: str, ask: Callable[[], Answer]) -> Answer:
    """What `ask` gives, called with `portaudio` held.

    Raises what it raises, or DeviceLost when the sound system does not answer: its thread is left behind.
    """
    outcome: queue.SimpleQueue[Answer | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put(_with_portaudio(name, ask))
        except Exception as error:  # noqa: BLE001  the top of a thread: raised again below
            outcome.put(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return _taken(outcome, name)


def _with_portaudio(name: str, ask: Callable[[], Answer]) -> Answer:
    # With a bound, or every attempt would leave one more thread waiting.
    if not portaudio.acquire(timeout=ANSWER_S):
        raise DeviceLost(_no_answer(name))
    try:
        return ask()
    finally:
        portaudio.release()


def _taken(outcome: queue.SimpleQueue[Answer | Exception], name: str) -> Answer:
    try:
        came = outcome.get(timeout=ANSWER_S)
    except queue.Empty:
        raise DeviceLost(_no_answer(name)) from None
    if isinstance(came, Exception):
        raise came
    return came


def _no_answer(name: str) -> str:
    return (
        f"{name}: the sound system did not answer within {ANSWER_S:g} s; "
        "restart the sound server (PipeWire or PulseAudio), or plug the card in again"
    )


class StreamThread:
    """Opens a stream, waits until it is no longer wanted, and closes it."""

    def __init__(self, name: str, start_stream: Callable[[], CardStream]) -> None:
        self._name = name
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._start_stream = start_stream
        self._unwanted = threading.Event()
        self._outcome: queue.SimpleQueue[CardStream | Exception] = queue.SimpleQueue()
        self._stream: CardStream | None = None

    def opened(self) -> CardStream:
        """The running stream. Raises what opening it raised, or DeviceLost when nothing answers."""
        self._thread.start()
        try:
            return _taken(self._outcome, self._name)
        except BaseException:
            self._unwanted.set()
            raise

    def closed(self) -> None:
        """The stream is closed, or given up with a warning when the sound system does not let it go."""
        self._unwanted.set()
        self._thread.join(CLOSE_S)
        if self._thread.is_alive() and self._stream is not None:
            self._stream.binding.abandon()
            _log.warning("%s does not close: the sound server seems frozen; restart it", self._name)

    def _run(self) -> None:
        try:
            self._stream = _with_portaudio(self._name, self._start_stream)
        except Exception as error:  # noqa: BLE001  the top of a thread: raised again in `opened`
            self._outcome.put(error)
            return
        self._outcome.put(self._stream)
        self._unwanted.wait()
        try:
            # Outside the lock, since this is where a frozen sound server holds the thread up.
            self._stream.binding.abort()
            with portaudio:
                self._stream.binding.close()
        except RadiobridgeError as error:
            _log.warning("%s did not close cleanly: %s", self._name, error)
