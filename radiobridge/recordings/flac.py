"""Spools become FLAC files, and FLAC files tell what is known of them.

A file has its final name only when all of it is on disk: who finds it can play it to its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from pydantic import ValidationError

from radiobridge.errors import MissingPart, RadiobridgeError
from radiobridge.recordings.files import FILE_MODE, NEW, sync_folder
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.names import HALF
from radiobridge.recordings.records import Contents, Pcm


def load_soundfile() -> ModuleType:
    """The library that reads and writes FLAC. Raises MissingPart."""
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingPart(f"soundfile does not load: {error}; try: apt install libsndfile1") from error
    module: ModuleType = soundfile
    return module


def write_flac(path: Path, held: Contents, sound: Iterator[Pcm]) -> int:
    """The recording is at `path`, whole and on disk; its size in bytes.

    Raises:
        OSError: the disk does not take it; nothing of it is left.
        RadiobridgeError: it cannot be encoded; the same.
    """
    half = path.with_suffix(HALF)
    sink = _Sink(os.open(half, NEW | os.O_TRUNC, FILE_MODE))
    try:
        try:
            _encode(sink, held.info, sound)
            os.fsync(sink.descriptor)
            size = os.fstat(sink.descriptor).st_size
        finally:
            os.close(sink.descriptor)
        half.rename(path)
    except BaseException:
        with suppress(OSError):
            half.unlink()
        raise
    sync_folder(path.parent)
    return size


def metadata(path: Path) -> RecordingInfo | None:
    """What the recording at `path` tells of itself; None when it is sound that the bridge did not record.

    Raises:
        MissingPart: soundfile does not load.
        RadiobridgeError: the file is not there, or is no sound.
    """
    soundfile = load_soundfile()
    try:
        if not path.is_file():
            raise RadiobridgeError(f"{path} is not a file")
        path.open("rb").close()
        with soundfile.SoundFile(path) as file:
            comment = file.comment
    except OSError as error:
        raise RadiobridgeError(f"{path} cannot be read: {error.strerror}") from error
    except soundfile.SoundFileError as error:
        raise RadiobridgeError(f"{path} is not sound: {error}") from error
    try:
        return RecordingInfo.model_validate_json(comment)
    except ValidationError:
        return None


class _Sink:
    """A file as libsndfile takes it. An error stops the writing and is kept: the library would hide it."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.trouble: OSError | None = None

    def write(self, data: bytes) -> int:
        """How many bytes were written; fewer than given after an error."""
        if self.trouble:
            return 0
        done = 0
        try:
            while done < len(data):
                done += os.write(self.descriptor, data[done:])
        except OSError as error:
            self.trouble = error
        return done

    def read(self, count: int) -> bytes:
        """The next bytes."""
        return os.read(self.descriptor, count)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new place."""
        return os.lseek(self.descriptor, offset, whence)

    def tell(self) -> int:
        """The place."""
        return os.lseek(self.descriptor, 0, os.SEEK_CUR)


def _encode(sink: _Sink, info: RecordingInfo, sound: Iterator[Pcm]) -> None:
    soundfile = load_soundfile()
    try:
        with soundfile.SoundFile(
            sink, "w", samplerate=info.rate_hz, channels=1, subtype="PCM_16", format="FLAC"
        ) as file:
            # libsndfile writes them before the first sound and refuses them later.
            for name, text in info.tags().items():
                setattr(file, name, text)
            for piece in sound:
                file.write(piece)
                if sink.trouble:
                    break
    except (soundfile.SoundFileError, AssertionError) as error:
        # soundfile asserts that all was written.
        if sink.trouble is None:
            raise RadiobridgeError(f"it cannot be encoded: {error}") from error
    if sink.trouble:
        raise sink.trouble
