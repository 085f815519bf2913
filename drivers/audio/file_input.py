"""Recordings as an input: WAV, FLAC and OGG, in real time or as fast as they are read.

For demonstrations, tests and replaying what was recorded. Several files play in turn; stereo is mixed
to mono. A file that is cut short plays as far as it goes, and the end says so.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Generator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

import numpy as np
from pydantic import BeforeValidator, Field

from drivers.audio.pcm import GREATEST_RATE_HZ, LEAST_RATE_HZ, block_frames
from drivers.audio.soundfile_library import load_soundfile
from radiobridge.errors import DeviceLost, EndOfAudio
from radiobridge.events import AudioBlock, Samples
from radiobridge.ports import AudioInput, DriverSettings

_log = logging.getLogger(__name__)

_Sound: TypeAlias = Generator[tuple[Samples, int], None, None]
"""Samples and their rate in Hz, block by block."""

_UNKNOWN_LENGTH_BYTES = 0x7FFF_0000
"""Programs that write a WAV file into a pipe claim this length or more: they do not know it yet."""


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


class FileSettings(DriverSettings):
    """`path` is one file or several, `pace` how fast they play, `gap_s` the silence between two of them."""

    path: Annotated[tuple[Path, ...], BeforeValidator(_as_list), Field(min_length=1)]
    pace: Literal["realtime", "fast"] = "realtime"
    loop: bool = False
    gap_s: float = Field(1.0, ge=0, le=3600)


class FileInput(AudioInput):
    """Recordings, played as if a radio brought them."""

    Settings: ClassVar[type[DriverSettings]] = FileSettings
    settings: FileSettings
    has_end: ClassVar[bool] = True

    def __init__(self, settings: FileSettings) -> None:
        super().__init__(settings)
        self._paths = [path.expanduser() for path in settings.path]
        self._playing: _Sound | None = None
        self._next: tuple[Samples, int] | None = None
        self._damaged: dict[Path, str] = {}
        self._started_monotonic = self._started_at = self._played_s = 0.0

    @property
    def name(self) -> str:
        """The file, or the first one and how many follow."""
        more = len(self._paths) - 1
        return f"file {self._paths[0]}" + (f" and {more} more" if more else "")

    def open(self) -> None:
        """Every file is there and is sound; playing begins now."""
        self.close()
        for path in self._paths:
            _opened(path).close()
        self._damaged = {}
        self._playing = self._play()
        self._played_s = 0.0
        self._started_monotonic, self._started_at = time.monotonic(), time.time()

    def close(self) -> None:
        """No file is open."""
        if self._playing is not None:
            self._playing.close()
            self._playing = self._next = None

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block, in real time not before its last sample is due."""
        if self._playing is None:
            raise DeviceLost(f"{self.name} is not open")
        if self._next is None:
            self._next = next(self._playing, None)
        if self._next is None:
            raise EndOfAudio("; ".join([f"{self.name} has ended", *self._damaged.values()]))
        samples, rate_hz = self._next
        until_s = self._played_s + len(samples) / rate_hz
        if self.settings.pace == "realtime" and not self._wait(until_s, timeout_s):
            return None
        block = AudioBlock(samples, rate_hz, self._started_at + self._played_s)
        self._played_s, self._next = until_s, None
        return block

    def _wait(self, until_s: float, timeout_s: float) -> bool:
        """True when `until_s` of the schedule has come, False when `timeout_s` ended before."""
        ahead_s = self._started_monotonic + until_s - time.monotonic()
        if ahead_s > 0:
            time.sleep(min(ahead_s, max(0.0, timeout_s)))
        return ahead_s <= timeout_s

    def _play(self) -> _Sound:
        while True:
            rate_hz = 0
            for number, path in enumerate(self._paths, 1):
                for samples, rate_hz in self._file(path):
                    yield samples, rate_hz
                if rate_hz and (self.settings.loop or number < len(self._paths)):
                    yield from _silence(self.settings.gap_s, rate_hz)
            # Files without a single frame would go round for ever and deliver nothing.
            if not (self.settings.loop and rate_hz):
                return

    def _file(self, path: Path) -> _Sound:
        with _opened(path) as file:
            played, trouble = 0, _cut_short(file.extra_info)
            try:
                while len(sound := file.read(block_frames(file.samplerate), dtype="float32", always_2d=True)):
                    played += len(sound)
                    yield _mono(sound), file.samplerate
            except RuntimeError as error:  # the base of soundfile's own
                trouble = f"is damaged {played / file.samplerate:.1f} s from its start: {error}"
            if not trouble and played < file.frames:
                trouble = f"is cut short: {played} of {file.frames} frames are there"
        if trouble and path not in self._damaged:
            self._damaged[path] = f"{path} {trouble}"
            _log.warning("%s", self._damaged[path])


def _opened(path: Path) -> Any:
    """A soundfile.SoundFile. Raises DeviceLost, or MissingPart without the library."""
    soundfile = load_soundfile()
    try:
        # A named pipe or a device would block, or never end.
        if not path.is_file():
            there = "is not a file" if path.exists() else "is not there"
            raise DeviceLost(f"{path} {there}: path must name a WAV, FLAC or OGG file")
        # libsndfile says no more than "System error" of a file that may not be read.
        path.open("rb").close()
        file = soundfile.SoundFile(path)
    except OSError as error:
        raise DeviceLost(f"{path} cannot be read: {error.strerror}") from error
    except soundfile.SoundFileError as error:
        raise DeviceLost(f"{path} is not sound that can be played (WAV, FLAC, OGG): {error}") from error
    if not LEAST_RATE_HZ <= file.samplerate <= GREATEST_RATE_HZ:
        file.close()
        raise DeviceLost(
            f"{path} has {file.samplerate} Hz; from {LEAST_RATE_HZ} to {GREATEST_RATE_HZ} Hz can be used"
        )
    return file


def _cut_short(library_log: str) -> str:
    """What libsndfile noted about a WAV or AIFF file with less sound than its header claims, or ''."""
    found = re.search(r"^\s*(?:data|SSND)\s*: (\d+) \(should be (\d+)\)", library_log, re.MULTILINE)
    if found and int(found[2]) < int(found[1]) < _UNKNOWN_LENGTH_BYTES:
        return f"is cut short: {found[2]} of {found[1]} bytes are there"
    return ""


def _mono(sound: Samples) -> Samples:
    """The mean of all channels; what a float file holds beyond full scale is clipped, NaN is silence."""
    mono: Samples = np.clip(np.nan_to_num(sound, nan=0.0), -1, 1).mean(axis=1, dtype=np.float32)
    return mono


def _silence(seconds: float, rate_hz: int) -> _Sound:
    left = round(seconds * rate_hz)
    while left > 0:
        frames = min(left, block_frames(rate_hz))
        left -= frames
        yield np.zeros(frames, dtype=np.float32), rate_hz
