"""Speech that was rendered once is kept on disk as FLAC, so that the next answer is ready at once.

The folder may vanish, fill up or hold broken files: speech is then rendered anew. One thread renders; others
may look up what is kept.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import soundfile

from radiobridge.ports import Spoken, Voice

_KEPT = ".flac"
_HALF = ".part"
_FOLDER_MODE = 0o750
_FULL_SCALE = 32768


class VoiceCache:
    """What `voice` said, kept in `folder` up to `max_mb` MB; what was used least recently goes first.

    `voice`: open; its fingerprint is part of each file's name. `trouble`: why nothing can be kept at
    present, or ''. `on_trouble` is called with it once, and again only when it worked in between.
    """

    def __init__(
        self, folder: Path, voice: Voice, max_mb: float, on_trouble: Callable[[str], None] | None = None
    ) -> None:
        self.trouble = ""
        self._folder = folder
        self._voice = voice
        self._max_bytes = round(max_mb * 1e6)
        self._on_trouble = on_trouble

    def spoken(self, text: str, language: str) -> Spoken:
        """The text as speech, from the disk or else from the voice. For the rendering thread alone.

        Raises VoiceError as the voice does.
        """
        kept = self.kept(text, language)
        if kept is not None:
            return kept
        rendered = self._voice.say(text, language)
        self._keep(self._file(text, language), rendered)
        return rendered

    def kept(self, text: str, language: str) -> Spoken | None:
        """The text as speech where it is kept and sound, else None; never renders. For any thread."""
        file = self._file(text, language)
        spoken = _read(file)
        if spoken is not None:
            with suppress(OSError):
                os.utime(file)
        return spoken

    def _file(self, text: str, language: str) -> Path:
        key = f"{self._voice.fingerprint}\0{language}\0{text}"
        name = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
        return self._folder / f"{name}{_KEPT}"

    def _keep(self, file: Path, spoken: Spoken) -> None:
        try:
            self._folder.mkdir(_FOLDER_MODE, parents=True, exist_ok=True)
            _write(file, spoken)
            self._make_room()
        except OSError as error:
            self._tell(
                f"speech cannot be kept in {self._folder}: {error.strerror}; each text is rendered anew: "
                "mend the folder's permissions, or free the disk"
            )
        except soundfile.SoundFileError as error:
            self._tell(f"speech cannot be kept as FLAC: {error}; each text is rendered anew")
        else:
            self.trouble = ""

    def _tell(self, trouble: str) -> None:
        first = not self.trouble
        self.trouble = trouble
        if first and self._on_trouble is not None:
            self._on_trouble(trouble)

    def _make_room(self) -> None:
        """No more than `max_mb` is left; what a crash left half written counts, and ages, like the rest."""
        files = [path for path in self._folder.iterdir() if path.suffix in (_KEPT, _HALF)]
        known = sorted(((path.stat(), path) for path in files), key=lambda one: one[0].st_mtime_ns)
        total = sum(stat.st_size for stat, _ in known)
        for stat, path in known:
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= stat.st_size


def _read(file: Path) -> Spoken | None:
    """The speech of a file that is there and whole."""
    try:
        with file.open("rb") as source, soundfile.SoundFile(source) as sound:
            samples = sound.read(dtype="float32")
            whole = 0 < len(samples) == sound.frames and samples.ndim == 1
            return Spoken(samples, sound.samplerate) if whole else None
    except (OSError, RuntimeError):  # RuntimeError is the base of soundfile's own
        return None


def _write(file: Path, spoken: Spoken) -> None:
    """The speech is at `file`, whole and on disk. Raises OSError or SoundFileError; nothing is left then."""
    half = file.with_suffix(_HALF)
    whole = np.clip(np.round(spoken.samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE - 1).astype(np.int16)
    try:
        with half.open("wb") as sink:
            soundfile.write(sink, whole, spoken.rate_hz, format="FLAC", subtype="PCM_16")
            sink.flush()
            os.fsync(sink.fileno())
        half.rename(file)
    except BaseException:
        with suppress(OSError):
            half.unlink()
        raise
