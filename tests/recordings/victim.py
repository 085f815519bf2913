"""A process that records without end, to be killed: `python -m tests.recordings.victim FOLDER [WHERE]`.

WHERE names the moment at which it kills itself: while half a FLAC file is written (`half`), before it has
its name (`rename`), or before its spool is removed (`renamed`). With `talking` it
says one second and does not end.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from radiobridge.recordings import flac
from radiobridge.recordings import recorder as recorder_module
from radiobridge.recordings.backlog import MOST_BYTES
from radiobridge.recordings.recorder import Recorder
from radiobridge.recordings.spool import Spool
from radiobridge.settings import RecordingSettings
from tests.recordings.builders import blocks, ended, key, sound_of, started

CHANNELS = ("gate", "yard", "警察")
FIRST_WRITES = 4
"""Of a FLAC file: its head and its comments; sound comes after them."""


def dies(*_: Any, **__: Any) -> Any:
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def after(writes: int, real: Callable[..., int]) -> Callable[..., int]:
    """Dies after so many."""
    left = iter(range(writes))
    return lambda *args: dies() if next(left, None) is None else real(*args)


def tell_started() -> None:
    """Whoever reads standard output knows it."""
    sys.stdout.write("started\n")
    sys.stdout.flush()


def wait_for_disk(recorder: Recorder) -> None:
    """There is room for what comes next: it comes faster than anyone talks, and nothing is to be left out."""
    while recorder._backlog._bytes > MOST_BYTES // 2:
        time.sleep(0.001)


def talk(recorder: Recorder) -> None:
    """One key and one second of sound; then nothing more comes."""
    begun = started()
    recorder.start(begun)
    recorder.note(key("7"))
    for block in blocks(begun, sound_of(begun.id, 1)):
        recorder.feed(block)
    tell_started()
    signal.pause()


def main() -> None:
    """Records transmissions of 0.4 s to 2 s on three channels at once."""
    folder, where = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    recorder_module._ROUND_S = 0.01
    match where:
        case "half":
            flac._Sink.write = after(FIRST_WRITES, flac._Sink.write)  # type: ignore[method-assign]
        case "rename":
            Path.rename = dies  # type: ignore[method-assign]
        case "renamed":
            Spool.remove = dies  # type: ignore[method-assign]
    with Recorder(RecordingSettings(), folder, "duty-room", emit=print) as recorder:
        if where == "talking":
            talk(recorder)
        for number in range(1_000_000):
            begun = [started(channel) for channel in CHANNELS]
            seconds = 0.4 + number % 5 * 0.4
            for one in begun:
                recorder.start(one)
            tell_started()
            for row in zip(*(blocks(one, sound_of(one.id, seconds)) for one in begun), strict=True):
                wait_for_disk(recorder)
                for block in row:
                    recorder.feed(block)
            for one in begun:
                recorder.note(key("5", one.channel))
                recorder.finish(ended(one, seconds))


if __name__ == "__main__":
    main()
