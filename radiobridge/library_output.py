"""What C libraries write to stderr: dropped where it would spoil a picture, bounded in the daemon.

PortAudio and ALSA write there and not to the log. PortAudio's thread can loop for ever when a sound server
dies at the wrong moment, with two lines in each round: 40 MB a second, and so a full disk in an hour.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from typing import TextIO, TypeGuard

log = logging.getLogger(__name__)

STDERR = 2
MOST_BYTES = 64 * 1024
"""Of one window: a healthy library says a few lines when a card comes or goes."""
WINDOW_S = 60.0
_CHUNK = 64 * 1024
_PAUSE_S = 0.02
"""After each chunk that is dropped. Whoever writes without end waits for the reader, and so takes little of
the processor; another library that has a word to say meanwhile waits for as long."""
_LAST_WORDS_S = 0.2

_real_stderr: int | None = None


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """What C libraries write to stderr is dropped: ALSA tells of every card that it did not find."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        with _stderr_into(nowhere):
            yield
    finally:
        os.close(nowhere)


@contextlib.contextmanager
def bounded_libraries() -> Iterator[None]:
    """At most `MOST_BYTES` in `WINDOW_S` of what C libraries and children write to stderr gets there.

    The log gets there without a bound. The last words of a library that kills this process may be lost.
    """
    global _real_stderr  # noqa: PLW0603  there is one stderr in a process
    reading, writing = os.pipe()
    with _stderr_into(writing) as real, _log_into(real):
        os.close(writing)
        _real_stderr = real
        drain = threading.Thread(target=_pass_on, args=(reading, os.dup(real)), daemon=True)
        drain.start()
        try:
            yield
        finally:
            _real_stderr = None
    # Its end is the end of the last child that writes there; those of the daemon have ended by now.
    drain.join(_LAST_WORDS_S)


def unbounded_stderr() -> int | None:
    """For a child that outlives this process, as `stderr` of subprocess: None where stderr is as it was."""
    return _real_stderr


@contextlib.contextmanager
def _stderr_into(descriptor: int) -> Iterator[int]:
    """Descriptor 2 is this one for a while; what it was is yielded."""
    before = os.dup(STDERR)
    try:
        os.dup2(descriptor, STDERR)
        yield before
    finally:
        os.dup2(before, STDERR)
        os.close(before)


@contextlib.contextmanager
def _log_into(descriptor: int) -> Iterator[None]:
    """What the log writes to stderr goes there for a while."""
    handlers = [h for h in logging.getLogger().handlers if _writes_to_stderr(h)]
    with open(descriptor, "w", encoding="utf-8", errors="backslashreplace", closefd=False) as stream:
        for handler in handlers:
            handler.setStream(stream)
        try:
            yield
        finally:
            for handler in handlers:
                handler.setStream(sys.stderr)


def _writes_to_stderr(handler: logging.Handler) -> TypeGuard[logging.StreamHandler[TextIO]]:
    return isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr


def _pass_on(reading: int, real: int) -> None:
    """From the pipe to stderr, until the last writer is gone."""
    window_began, passed, floods = time.monotonic(), 0, False
    with contextlib.suppress(OSError), open(reading, "rb", buffering=0) as pipe:
        while chunk := pipe.read(_CHUNK):
            now = time.monotonic()
            if now - window_began > WINDOW_S:
                window_began, passed, floods = now, 0, False
            if passed < MOST_BYTES:
                os.write(real, chunk)
                passed += len(chunk)
                continue
            if not floods:
                log.warning(
                    "a C library (of sound, most likely) writes to stderr without end; the rest of this "
                    "minute is left out. If it goes on, restart the station: systemctl restart radiobridge"
                )
            floods = True
            time.sleep(_PAUSE_S)
    os.close(real)
