"""The disk's side of recording: spools grow, ended ones become FLAC files, and the keeper is asked for room.

For one thread, which calls `write` every half second or so while something goes on. A disk that refuses
stops the recording and is tried again; what it refused is silence in the recordings that go on.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from radiobridge.errors import RadiobridgeError
from radiobridge.events import TransmissionAudio, TransmissionEnded
from radiobridge.recordings.backlog import Item
from radiobridge.recordings.files import make_folders
from radiobridge.recordings.flac import load_soundfile, write_flac
from radiobridge.recordings.health import RecordingsHealth
from radiobridge.recordings.keeper import Keeper
from radiobridge.recordings.records import contents, sound
from radiobridge.recordings.spool import Spool, reopened
from radiobridge.recordings.trouble import explained, is_full

log = logging.getLogger(__name__)
T = TypeVar("T")

RETRY_S = 5.0
"""Between two attempts at a disk that takes no sound."""
_IDLE_S = 60.0
"""Between two looks at ages and free space while nothing is heard."""
_FINISH_AGAIN_S = 30.0
"""After a transmission that could not be finished."""
_SCAN_EVERY_S = 3600.0
_SYNC_S = 5.0
"""A power cut takes at most about this much of the sound of a transmission that goes on."""
_SYNC_SHARE = 4.0
"""After a sync the disk has this many times its duration for everything else."""
_PROBE = bytes(4096)


class Writer:
    """Recordings below `folder`. `stopped`: why nothing is recorded now, or ''."""

    def __init__(
        self,
        folder: Path,
        keeper: Keeper,
        health: RecordingsHealth,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stopped = ""
        self._folder = folder
        self._keeper = keeper
        self._health = health
        self._timer = timer
        self._live: dict[str, Spool] = {}
        """By channel."""
        self._ended: deque[Spool] = deque()
        self._left_behind: deque[Path] = deque()
        self._unfinished = self._given_up = ""
        self._shed_bytes = 0
        self._scan_at = self._retry_at = self._finish_at = timer()
        self._sync_at = timer() + _SYNC_S

    @property
    def idle_s(self) -> float:
        """How long there is nothing to do, if nothing is handed over; 0 while something goes on."""
        if self._live or self._can_finish:
            return 0.0
        return RETRY_S if self.stopped or self._ended or self._left_behind else _IDLE_S

    def write(self, items: Iterable[tuple[Spool, Item]]) -> None:
        """What was handed over is on disk, or left out; ended transmissions wait for `finish_one`."""
        for spool, item in items:
            self._take(spool, item)
        for spool in self._open():
            self._save(spool)

    def look_after(self) -> None:
        """There is room, or it is known why not; what was saved some seconds ago survives a power cut."""
        if self.stopped and self._timer() < self._retry_at:
            return
        try:
            if self.stopped or self._timer() >= self._scan_at:
                self._try_disk()
            why = self._keeper.tidy(sum(spool.bytes for spool in self._open()))
            self._sync()
        except OSError as error:
            why = explained(error, self._folder)
        except RadiobridgeError as error:
            why = str(error)
        if self._keeper.shed_bytes > self._shed_bytes:
            self._shed_bytes = self._keeper.shed_bytes
            self._health.shed()
        if why:
            self._stop(why)
        else:
            self.stopped = ""
            self._tell()

    def finish_one(self) -> bool:
        """One that ended is a recording, or one that a crash left behind; False when there is none to do."""
        if not self._can_finish:
            return False
        if self._ended:
            self._finish(self._ended.popleft())
        else:
            self._reopen(self._left_behind.popleft())
        return True

    def close(self) -> None:
        """What is not finished stays on disk, for the next start."""
        for spool in self._open():
            spool.close()

    @property
    def _can_finish(self) -> bool:
        some = bool(self._ended or self._left_behind)
        return some and not self.stopped and self._timer() >= self._finish_at

    def _open(self) -> list[Spool]:
        return [*self._live.values(), *self._ended]

    def _take(self, spool: Spool, item: Item) -> None:
        before = self._live.get(spool.info.channel)
        if before is not spool:
            if before:
                self._ended.append(before)
            self._live[spool.info.channel] = spool
        match item:
            case TransmissionAudio():
                spool.add_sound(item.samples, item.rate_hz)
            case TransmissionEnded():
                spool.end(item)
                self._ended.append(self._live.pop(spool.info.channel))
            case int():
                spool.add_gap(item)
            case _:
                spool.add_signal(item)

    def _save(self, spool: Spool) -> None:
        if not self.stopped:
            try:
                self._with_room(spool.save)
            except OSError as error:
                self._stop(explained(error, spool.file))
        if self.stopped:
            spool.leave_out()

    def _with_room(self, job: Callable[[], T]) -> T:
        """What the job gives; where the disk is full, the oldest recordings go for it. Raises OSError."""
        try:
            return job()
        except OSError as error:
            if not is_full(error) or not self._keeper.shed():
                raise
            return job()

    def _stop(self, why: str) -> None:
        if why != self.stopped:
            log.error("nothing is recorded: %s", why)
        self.stopped = why
        self._retry_at = self._timer() + RETRY_S
        self._health.stopped(why)

    def _tell(self) -> None:
        concerns = (self._keeper.trouble, self._unfinished, self._given_up)
        self._health.goes_on("; ".join(filter(None, concerns)))

    def _try_disk(self) -> None:
        """The folder can be written, and everything in it was counted if it is time. Raises OSError."""
        load_soundfile()
        make_folders(self._folder, self._folder)
        with tempfile.TemporaryFile(dir=self._folder, buffering=0) as probe:
            probe.write(_PROBE)
        if self._timer() >= self._scan_at:
            self._scan_at = self._timer() + _SCAN_EVERY_S
            self._given_up = ""
            self._left_behind = deque(self._keeper.scan({spool.file for spool in self._open()}))
            log.info("%s: %.0f MB of recordings", self._folder, self._keeper.bytes / 1e6)
            if self._left_behind:
                log.warning("%d recordings were left unfinished", len(self._left_behind))

    def _sync(self) -> None:
        if self._timer() < self._sync_at:
            return
        began = self._timer()
        for spool in self._live.values():
            if spool.bytes > spool.synced_bytes:
                spool.sync()
        took_s = self._timer() - began
        self._sync_at = self._timer() + max(_SYNC_S, _SYNC_SHARE * took_s)

    def _finish(self, spool: Spool) -> None:
        """A recording; or, where the disk does not take it, a spool to try again."""
        try:
            self._with_room(lambda: self._make_flac(spool))
        except OSError as error:
            self._unfinished = f"an ended transmission is no recording yet: {explained(error, spool.path)}"
            self._finish_at = self._timer() + _FINISH_AGAIN_S
            if spool.owes:
                self._ended.append(spool)
            else:
                spool.close()
                self._left_behind.append(spool.file)
        except RadiobridgeError as error:
            log.exception("%s stays as it is", spool.file)
            self._given_up = f"{spool.file}: {error}; it stays as it is: report this"
            spool.close()
        else:
            self._unfinished = ""
        self._tell()

    def _make_flac(self, spool: Spool) -> None:
        """The recording is whole and its spool is gone; without any sound there is none. Raises OSError."""
        spool.save()
        held = contents(spool.descriptor) if spool.is_on_disk else None
        if held and not spool.path.exists():
            make_folders(self._folder, spool.path.parent)
            size = write_flac(spool.path, held, sound(spool.descriptor))
            self._keeper.added(spool.path, size)
            if held.info.left_out_s or held.info.interrupted:
                log.warning("%s is not whole: %s", spool.path, held.info.json_text())
        spool.remove()

    def _reopen(self, file: Path) -> None:
        try:
            spool = reopened(self._folder, file)
        except FileNotFoundError:
            return
        except OSError as error:
            self._given_up = f"an unfinished recording stays as it is: {explained(error, file)}"
            self._tell()
            return
        if spool:
            self._ended.append(spool)
