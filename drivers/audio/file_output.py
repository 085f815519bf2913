"""Sound into a WAV or FLAC file, for tests and for trying out; the silence between two writes is left out.

The file can be read at any time, even after the process was killed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from drivers.audio.growing_file import FlacFile, GrowingFile, WavFile
from drivers.audio.paced import Paced
from drivers.audio.pcm import RateHz, block_frames
from radiobridge.errors import DeviceLost
from radiobridge.events import Samples
from radiobridge.ports import AudioOutput, DriverSettings

_KINDS: dict[str, type[GrowingFile]] = {".wav": WavFile, ".flac": FlacFile}


def _with_known_end(path: Path) -> Path:
    if path.suffix.lower() not in _KINDS:
        raise ValueError(f"must end with {' or '.join(_KINDS)}")
    return path


class FileOutputSettings(DriverSettings):
    """`path` is written anew at every opening; `pace` tells whether what is written takes its time."""

    path: Annotated[Path, AfterValidator(_with_known_end)]
    pace: Literal["realtime", "fast"] = "realtime"
    rate_hz: RateHz = 16_000


class FileOutput(AudioOutput):
    """A file that takes what a radio would have transmitted."""

    Settings: ClassVar[type[DriverSettings]] = FileOutputSettings
    settings: FileOutputSettings

    def __init__(self, settings: FileOutputSettings) -> None:
        super().__init__(settings)
        self._path = settings.path.expanduser()
        self._file: GrowingFile | None = None
        self._paced: Paced | None = None

    @property
    def name(self) -> str:
        """The file."""
        return f"file {self._path}"

    @property
    def rate_hz(self) -> int:
        """The rate of the settings."""
        return self.settings.rate_hz

    def open(self) -> None:
        """The file is there, and empty."""
        self.close()
        rate_hz = self.settings.rate_hz
        self._file = _KINDS[self._path.suffix.lower()](self._path, rate_hz)
        if self.settings.pace == "realtime":
            self._paced = Paced(self.name, rate_hz, block_frames(rate_hz), self._file.add)

    def close(self) -> None:
        """The file is complete; what was still to be written into it in real time is not."""
        paced, self._paced = self._paced, None
        file, self._file = self._file, None
        if paced is not None:
            paced.close()
        if file is not None:
            file.close()

    def write(self, samples: Samples) -> None:
        """The samples are in the file, or will be in their time."""
        file = self._writable()
        if self._paced is None:
            file.add(samples)
        else:
            self._paced.write(samples)

    def pending_s(self) -> float:
        """As long as what is written takes its time; 0 with pace "fast"."""
        self._writable()
        return 0.0 if self._paced is None else self._paced.pending_s()

    def discard(self) -> None:
        """What is not in the file yet never will be; with pace "fast" all is."""
        self._writable()
        if self._paced is not None:
            self._paced.discard()

    def _writable(self) -> GrowingFile:
        if self._file is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._file
