"""Recorded prompts: a human voice, in any language, as clear as it was recorded.

A text is said by one clip, or by several one after the other; nothing is made up that was not recorded.
The folder is looked through when the voice opens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np

from drivers.audio.soundfile_library import load_soundfile
from drivers.voice.clip_folder import ClipFolder, scanned, slug
from drivers.voice.text import speakable, spoken_language
from radiobridge.errors import VoiceError
from radiobridge.events import Samples
from radiobridge.ports import DriverSettings, Spoken, Voice

GAP_S = 0.08
"""Quiet between two clips: words that were cut out tightly run into each other without."""

LONGEST_CLIP_S = 60


class ClipsSettings(DriverSettings):
    """`folder`: what holds one folder of recordings a language."""

    folder: Path


class Clips(Voice):
    """The recordings of one folder."""

    Settings: ClassVar[type[DriverSettings]] = ClipsSettings
    settings: ClipsSettings

    def __init__(self, settings: ClipsSettings) -> None:
        super().__init__(settings)
        self._folder = settings.folder.expanduser()
        self._languages: dict[str, ClipFolder] = {}
        self._fingerprint = "clips, not open"

    @property
    def name(self) -> str:
        """The folder."""
        return f"clips in {self._folder}"

    @property
    def fingerprint(self) -> str:
        """Names, sizes and times of all clips, as they were at the opening."""
        return self._fingerprint

    def open(self) -> None:
        """The clips are known. Raises MissingPart."""
        self.close()
        load_soundfile()
        found = scanned(self._folder)
        self._fingerprint = f"clips {_sum(found)}"
        self._languages = found

    def close(self) -> None:
        """The clips are forgotten."""
        self._languages = {}

    def languages(self) -> list[str]:
        """The folders that have clips."""
        return sorted(self._languages)

    def say(self, text: str, language: str) -> Spoken:
        """The clips of the text, one after the other, at the highest of their rates."""
        clips = self._languages[spoken_language(self.name, language, self._languages)]
        words = speakable(text)
        files, missing = clips.found(words)
        if missing:
            raise VoiceError(
                f"no clip says {missing!r} of {words[:40]!r}: record {clips.folder}/{slug(missing)}.wav, "
                "or one clip for all of it"
            )
        spoken = [_read(file) for file in files]
        rate_hz = max(one.rate_hz for one in spoken)
        return Spoken(np.concatenate(list(_joined(spoken, rate_hz))), rate_hz)


def _joined(spoken: list[Spoken], rate_hz: int) -> Iterator[Samples]:
    for number, one in enumerate(spoken):
        if number:
            yield np.zeros(round(GAP_S * rate_hz), np.float32)
        yield one.samples if one.rate_hz == rate_hz else _resampled(one, rate_hz)


def _resampled(spoken: Spoken, rate_hz: int) -> Samples:
    import soxr

    samples: Samples = soxr.resample(spoken.samples, spoken.rate_hz, rate_hz)
    return samples


def _read(file: Path) -> Spoken:
    """The clip, mono. Raises VoiceError."""
    soundfile = load_soundfile()
    try:
        file.open("rb").close()
        with soundfile.SoundFile(file) as clip:
            if clip.frames > LONGEST_CLIP_S * clip.samplerate:
                raise VoiceError(
                    f"{file} is {clip.frames / clip.samplerate:.0f} s long: cut it to {LONGEST_CLIP_S}"
                )
            sound, rate_hz = clip.read(dtype="float32", always_2d=True), clip.samplerate
    except OSError as error:
        raise VoiceError(f"{file} cannot be read: {error.strerror}") from error
    except soundfile.SoundFileError as error:
        raise VoiceError(f"{file} is no sound that can be played (WAV, FLAC): {error}") from error
    if not len(sound):
        raise VoiceError(f"{file} has no sound in it: record it again")
    return Spoken(np.clip(np.nan_to_num(sound), -1, 1).mean(axis=1, dtype=np.float32), rate_hz)


def _sum(languages: dict[str, ClipFolder]) -> str:
    digest = hashlib.sha256()
    for language, clips in sorted(languages.items()):
        for name, file in sorted(clips.files.items()):
            stat = file.stat()
            digest.update(f"{language}/{name} {file} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
