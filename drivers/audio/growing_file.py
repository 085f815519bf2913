"""WAV and FLAC files that grow while they are written: their headers tell at any time how long they are.

The library of sound files writes the length at the end alone: after a kill, players would find no sound.
"""

from __future__ import annotations

import contextlib
import os
import struct
import wave
from abc import ABC, abstractmethod
from pathlib import Path

from drivers.audio.pcm import S16_BYTES, s16le_bytes
from drivers.audio.soundfile_library import load_soundfile
from radiobridge.errors import DeviceLost
from radiobridge.events import Samples

_BLOCK_SIZE_AT, _LENGTH_AT = 8, 21
"""Where a FLAC file has the frames of a block (16 bits) and, from the middle of this byte on, those of all
(36 bits). Source: RFC 9639, section 8.2."""

_WRITE_ERRORS = (OSError, RuntimeError, struct.error, wave.Error)
"""What a full disk, a FLAC encoder (RuntimeError is the base of soundfile's own) and 4 GB of WAV raise."""


class GrowingFile(ABC):
    """A 16-bit mono file, made anew. Raises DeviceLost when it cannot be."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        self._path = path
        self._rate_hz = rate_hz
        try:
            self._file = path.open("w+b")
        except OSError as error:
            raise DeviceLost(
                f"{path} cannot be written: {error.strerror or error}; path must name a WAV or FLAC file "
                "in a folder that is there"
            ) from error
        try:
            self._begin()
        except BaseException:
            self._file.close()
            raise

    @abstractmethod
    def _begin(self) -> None: ...

    def add(self, samples: Samples) -> None:
        """The samples are in the file. Raises DeviceLost."""
        if not len(samples):
            return
        try:
            is_there = os.fstat(self._file.fileno()).st_nlink > 0
            self._append(s16le_bytes(samples))
        except _WRITE_ERRORS as error:
            raise DeviceLost(f"{self._path} cannot be written: {error}; is the disk full?") from error
        if not is_there:
            raise DeviceLost(f"{self._path} was deleted while it was written")

    @abstractmethod
    def _append(self, sound: bytes) -> None: ...

    def close(self) -> None:
        """The file is complete, unless the disk is full."""
        with contextlib.suppress(*_WRITE_ERRORS):
            self._end()
        with contextlib.suppress(OSError):
            self._file.close()

    @abstractmethod
    def _end(self) -> None: ...


class WavFile(GrowingFile):
    """Python's own writer corrects the header at every call."""

    def _begin(self) -> None:
        self._wave = wave.Wave_write(self._file)
        self._wave.setparams((1, S16_BYTES, self._rate_hz, 0, "NONE", ""))
        self._append(b"")

    def _append(self, sound: bytes) -> None:
        self._wave.writeframes(sound)
        self._file.flush()

    def _end(self) -> None:
        self._wave.close()


class FlacFile(GrowingFile):
    """The encoder keeps what does not fill a block yet (0.26 s at 16 kHz); the rest can be read."""

    def _begin(self) -> None:
        soundfile = load_soundfile()
        try:
            self._flac = soundfile.SoundFile(
                self._file.fileno(), "w", self._rate_hz, 1, "PCM_16", format="FLAC", closefd=False
            )
        except soundfile.SoundFileError as error:
            raise DeviceLost(f"{self._path} cannot be FLAC of {self._rate_hz} Hz: {error}") from error

    def _append(self, sound: bytes) -> None:
        self._flac.buffer_write(sound, "int16")
        self._tell_length()

    def _tell_length(self) -> None:
        file = self._file.fileno()
        block = int.from_bytes(os.pread(file, 2, _BLOCK_SIZE_AT), "big")
        # libFLAC writes a block when it has one sample more.
        frames = (self._flac.frames - 1) // block * block
        before = os.pread(file, 1, _LENGTH_AT)[0] & 0xF0
        os.pwrite(file, (before << 32 | frames).to_bytes(5, "big"), _LENGTH_AT)

    def _end(self) -> None:
        self._flac.close()
