"""A running stream of a sound card, and the thread that owns it.

A frozen sound server can hold opening and closing up for ever, so one thread does both and is waited
for with a bound.
"""

from __future__ import annotations

import logging
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from drivers.audio.cards import Binding, portaudio
from radiobridge.errors import DeviceLost, RadiobridgeError

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

ANSWER_S = 10.0
"""Longest wait for the sound system to open a card: listing many cards takes a slow PC some seconds."""

CLOSE_S = 1.0
"""Longest wait for a stream to close, well within the 2 s in which the daemon ends."""


class CardStream(ABC):
    """An open card; only the thread that opened it closes its `binding`."""

    binding: Binding

    @property
    @abstractmethod
    def called_monotonic(self) -> float | None:
        """When PortAudio last called back, None before the first time."""


Stream = TypeVar("Stream", bound=CardStream)


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


class StreamThread(Generic[Stream]):
    """Opens a stream, waits until it is no longer wanted, and closes it."""

    def __init__(self, name: str, start_stream: Callable[[], Stream]) -> None:
        self._name = name
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._start_stream = start_stream
        self._unwanted = threading.Event()
        self._outcome: queue.SimpleQueue[Stream | Exception] = queue.SimpleQueue()
        self._stream: Stream | None = None

    def opened(self) -> Stream:
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
        binding = self._stream.binding
        # Outside the lock, since this is where a frozen sound server holds the thread up.
        self._without_complaint(binding.abort)
        # A stream of a card that is gone does not abort. Left open, it keeps the list of cards as it was.
        with portaudio:
            self._without_complaint(binding.close)

    def _without_complaint(self, end: Callable[[], None]) -> None:
        try:
            end()
        except RadiobridgeError as error:
            _log.warning("%s did not close cleanly: %s", self._name, error)
