"""Recordings beside the channels: sound is handed over, and a thread of its own brings it to disk.

The path is known when a transmission begins, so that an alert can name it at once. Nothing here waits for
the disk: what the disk cannot take is left out, and said.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from radiobridge.events import Health, Signal, TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.moments import moment
from radiobridge.recordings.backlog import Backlog
from radiobridge.recordings.health import RecordingsHealth
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.keeper import Keeper
from radiobridge.recordings.names import path_of, url_of
from radiobridge.recordings.spool import Spool
from radiobridge.recordings.writer import Writer
from radiobridge.settings.recordings import RecordingSettings

log = logging.getLogger(__name__)

_ROUND_S = 0.5
"""How often sound goes to disk: a thread that woke up for every block would cost more than its writing."""
_HUNG_S = 20.0
"""A disk that has been busy for this long hangs; counting 50,000 recordings takes a second."""


class Recorder:
    """Records the transmissions of all channels; used as `with Recorder(...) as recorder`.

    `start`, `feed`, `note` and `finish` may be called from any thread, for a channel from one at a time.
    `emit` is called from several threads, also from within `feed`: it must only hand the event on.
    """

    def __init__(
        self,
        settings: RecordingSettings,
        folder: Path,
        station: str,
        *,
        emit: Callable[[Health], None],
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder.absolute()
        self._prefix = settings.url
        self._station = station
        self._timer = timer
        self._health = RecordingsHealth(emit, clock, timer)
        keeper = Keeper(self._folder, settings, clock=clock, timer=timer)
        self._writer = Writer(self._folder, keeper, self._health, timer)
        self._backlog = Backlog()
        self._open: dict[str, Spool] = {}
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._close_by = 0.0
        self._busy_since: float | None = None
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self) -> None:
        """The thread runs; what a crash left behind becomes recordings."""
        self._thread.start()

    def start(self, started: TransmissionStarted) -> str:
        """The file that will hold the transmission's sound; '' where it cannot be recorded."""
        if self._writer.stopped or self._closing.is_set() or self._backlog.is_full:
            return ""
        path = path_of(self._folder, started.channel, started.at, started.id)
        info = RecordingInfo(
            station=self._station,
            channel=started.channel,
            id=started.id,
            started=moment(started.at),
            interrupted=True,
        )
        self._open[started.channel] = Spool(self._folder, path, info)
        self._wake.set()
        return str(path)

    def feed(self, audio: TransmissionAudio) -> None:
        """Sound of a transmission that was started. Never waits for the disk."""
        spool = self._open.get(audio.channel)
        if spool is None or spool.info.id != audio.id:
            return
        if not self._backlog.add(spool, audio):
            self._health.left_out()
        since = self._busy_since
        if since is not None and self._timer() > since + _HUNG_S:
            self._health.hangs()

    def note(self, signal: Signal) -> None:
        """This was heard in the transmission that the channel is receiving."""
        spool = self._open.get(signal.channel)
        if spool:
            self._backlog.add(spool, signal)

    def finish(self, ended: TransmissionEnded) -> str:
        """The file that will soon hold the whole transmission, as `start` gave it."""
        spool = self._open.get(ended.channel)
        if spool is None or spool.info.id != ended.id:
            return ""
        del self._open[ended.channel]
        self._backlog.add(spool, ended)
        return str(spool.path)

    def url_of(self, path: str) -> str | None:
        """Where the recording is served, if the settings say where."""
        return url_of(self._prefix, self._folder, Path(path)) if self._prefix else None

    def close(self, timeout_s: float = 2.0) -> bool:
        """True when all that ended is a recording; what is not by then becomes one at the next start."""
        self._close_by = self._timer() + timeout_s
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _run(self) -> None:
        self._round(self._timer() + _ROUND_S)
        while not self._closing.is_set():
            self._pause()
            self._round(self._timer() + _ROUND_S)
        self._round(self._close_by)
        self._writer.close()

    def _pause(self) -> None:
        self._wake.clear()
        if not self._open and self._backlog.is_empty:
            self._wake.wait(self._writer.idle_s)
        self._closing.wait(_ROUND_S)

    def _round(self, until: float) -> None:
        """What waits is on disk; then as many as can be until then are finished."""
        self._busy_since = self._timer()
        items = self._backlog.take()
        try:
            self._writer.write(items)
            self._writer.look_after()
            while self._writer.finish_one() and self._timer() < until:
                pass
        except Exception as error:  # the top of a thread: one recording must not end the others
            log.exception("recordings")
            self._health.fault(repr(error))
        self._backlog.written(items)
        self._busy_since = None
