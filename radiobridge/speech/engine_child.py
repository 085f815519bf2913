"""The process that recognises the speech of one language: whatever its engine does, the daemon lives on.

It is told everything on its standard input and answers on its standard output; it ends with its input.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from threading import Lock

import numpy as np

from radiobridge.events import TransmissionAudio
from radiobridge.speech.frames import (
    Close,
    Finish,
    FromEngine,
    Load,
    Phrases,
    Ping,
    Pong,
    Sound,
    Start,
    frames,
    write_frame,
)
from radiobridge.speech.pool import SpeechPool
from radiobridge.speech.recognition import RATE_HZ


class _Answers:
    """Standard output, for several threads. What the engine's library prints goes to the log instead."""

    def __init__(self) -> None:
        self._stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        self._lock = Lock()

    def __call__(self, frame: FromEngine) -> None:
        with self._lock:
            write_frame(self._stream, frame)


def main() -> None:
    """Serves until the input ends."""
    # These are for the daemon, which ends this process when it has the last words.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    answer = _Answers()
    incoming = frames(sys.stdin.buffer)
    load = next(incoming, None)
    if not isinstance(load, Load):
        return
    pool = SpeechPool(
        load.settings,
        load.state_dir,
        {load.language},
        load.book,
        emit=answer,
    )
    with pool:
        for frame in incoming:
            match frame:
                case Start():
                    pool.start(frame.channel, frame.id, load.language, frame.at)
                case Sound():
                    samples = np.frombuffer(frame.pcm, "<i2").astype(np.float32) / np.float32(32768)
                    pool.feed(TransmissionAudio(frame.channel, frame.at, frame.id, samples, RATE_HZ))
                case Finish():
                    pool.finish(frame.id, frame.at)
                case Phrases():
                    pool.reload(frame.book)
                case Ping():
                    answer(Pong(pool.busy_s))
                case Close():
                    break


if __name__ == "__main__":
    # Where the daemon is gone, so is whoever would read the last words.
    with suppress(BrokenPipeError):
        main()
    # Libraries may still be at work in their threads: undoing the interpreter under them ends in a crash.
    logging.shutdown()
    os._exit(0)
