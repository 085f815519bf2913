"""The sound of a transmission while it goes on, on disk piece by piece, so that a crash leaves what was said.

An open spool is locked (flock): who finds one that is not knows that its writer is dead, and may finish it.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

import numpy as np

from radiobridge.events import Samples, Signal, TransmissionEnded
from radiobridge.recordings.files import FILE_MODE, NEW, make_folders, write_all
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.names import FLAC, SPOOL
from radiobridge.recordings.records import contents, gap_record, info_record, sound_record


class Spool:
    """One recording in the making; `path` is where its FLAC file will be, below `folder`.

    What is added waits in memory until `save`. Not thread-safe.
    """

    def __init__(self, folder: Path, path: Path, info: RecordingInfo) -> None:
        self.path = path
        self.file = path.with_suffix(SPOOL)
        self.info = info
        self.descriptor = -1
        """Of the open file; negative while nothing is on disk."""
        self.bytes = 0
        """Size of the file."""
        self.synced_bytes = 0
        """How much of it survives a power cut."""
        self._folder = folder
        self._saved_info: RecordingInfo | None = None
        self._owed: list[bytes] = []
        self._sound: list[Samples] = []
        self._gap = 0
        self._owed_frames = 0

    @property
    def is_on_disk(self) -> bool:
        """Whether anything of it was saved."""
        return self.descriptor >= 0

    @property
    def owes(self) -> bool:
        """Whether something was added that is not on disk."""
        return bool(self._owed or self._sound or self._gap) or self.info != self._saved_info

    def add_sound(self, samples: Samples, rate_hz: int) -> None:
        """The sound (float32 mono) goes on."""
        if not self.info.rate_hz:
            self.info = self.info.model_copy(update={"rate_hz": rate_hz})
        if self._gap:
            self._seal()
        self._sound.append(samples)
        self._owed_frames += len(samples)

    def add_gap(self, frames: int) -> None:
        """So much sound is missing here."""
        if self._sound:
            self._seal()
        self._gap += frames
        self._owed_frames += frames

    def add_signal(self, signal: Signal) -> None:
        """This was heard in it."""
        self.info = self.info.heard(signal)

    def end(self, ended: TransmissionEnded) -> None:
        """The transmission is over."""
        self.info = self.info.model_copy(
            update={
                "level_dbfs": round(ended.level_dbfs, 1),
                "peak_dbfs": round(ended.peak_dbfs, 1),
                "cut": ended.cut,
                "interrupted": False,
            }
        )

    def leave_out(self) -> None:
        """What was not saved never will be: silence stands for it."""
        self._owed.clear()
        self._sound.clear()
        self._gap = self._owed_frames

    def save(self) -> None:
        """All that was added is in the file. Raises OSError: nothing of it is, and it can be tried again."""
        if not self.info.rate_hz:
            return
        self._seal()
        records = [info_record(self.info)] if self.info != self._saved_info else []
        data = b"".join(records + self._owed)
        if not data:
            return
        if not self.is_on_disk:
            self._create()
        try:
            write_all(self.descriptor, data, self.bytes)
        except OSError:
            os.ftruncate(self.descriptor, self.bytes)
            raise
        self.bytes += len(data)
        self._saved_info = self.info
        self._owed.clear()
        self._owed_frames = 0

    def sync(self) -> None:
        """What was saved survives a power cut. Raises OSError."""
        saved = self.bytes
        os.fdatasync(self.descriptor)
        self.synced_bytes = saved

    def close(self) -> None:
        """The file stays, for whoever finds it."""
        if self.is_on_disk:
            os.close(self.descriptor)
            self.descriptor = -1

    def remove(self) -> None:
        """The file is gone. Raises OSError."""
        try:
            self.file.unlink(missing_ok=True)
        finally:
            self.close()

    def _seal(self) -> None:
        """Sound or gap, whichever came last, is a record."""
        if self._sound:
            self._owed.append(sound_record(np.concatenate(self._sound)))
            self._sound.clear()
        if self._gap:
            self._owed.append(gap_record(self._gap))
            self._gap = 0

    def _create(self) -> None:
        make_folders(self._folder, self.path.parent)
        self.descriptor = os.open(self.file, NEW | os.O_EXCL, FILE_MODE)
        # A file system without locks keeps recordings nevertheless; two stations must not share it.
        with suppress(OSError):
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def reopened(folder: Path, file: Path) -> Spool | None:
    """The spool that a dead process left as `file`; None when its writer lives, or it holds no sound of ours.

    An empty one, whose content a power cut has taken, is removed.

    Raises:
        OSError: it cannot be opened, or read.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
    try:
        if not _is_left_behind(descriptor):
            os.close(descriptor)
            return None
        size = os.fstat(descriptor).st_size
        held = contents(descriptor)
        if not size:
            file.unlink()
    except OSError:
        os.close(descriptor)
        raise
    if held is None:
        os.close(descriptor)
        return None
    spool = Spool(folder, file.with_suffix(FLAC), held.info)
    spool.descriptor, spool.bytes = descriptor, size
    spool.synced_bytes = spool.bytes
    spool._saved_info = held.info  # noqa: SLF001  of our own kind
    return spool


def _is_left_behind(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # no locks here
    return os.fstat(descriptor).st_nlink > 0
