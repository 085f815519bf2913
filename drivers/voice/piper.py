"""Piper: a neural voice that runs on the machine itself, with one model file a voice.

It comes with the extra `radiobridge[piper]` and is under the GPL-3: imported only where it is asked for.
Models are loaded when the voice opens, so that the first answer is as quick as the next.
"""

from __future__ import annotations

import hashlib
import importlib
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from pydantic import Field

from drivers.voice.text import speakable, spoken_language
from radiobridge.errors import MissingPart, VoiceError
from radiobridge.ports import DriverSettings, Spoken, Voice


class PiperSettings(DriverSettings):
    """`voices`: the model file (`.onnx`, its `.onnx.json` beside it) by language.

    `speed`: 1 is the model's own, 0.8 is slower. `timeout_s`: the longest that a text may take; it is
    looked at after each sentence.
    """

    voices: dict[str, Path] = Field(min_length=1)
    speed: float = Field(1.0, ge=0.5, le=2)
    timeout_s: float = Field(30.0, gt=0, le=120)


class Piper(Voice):
    """One Piper model for each language."""

    Settings: ClassVar[type[DriverSettings]] = PiperSettings
    settings: PiperSettings

    def __init__(self, settings: PiperSettings) -> None:
        super().__init__(settings)
        self._models: dict[str, Any] = {}
        self._how: Any = None
        self._fingerprint = "piper, not open"

    @property
    def name(self) -> str:
        """The program and its models."""
        return f"piper with {', '.join(path.name for path in self.settings.voices.values())}"

    @property
    def fingerprint(self) -> str:
        """Version, speed, and the contents of the models."""
        return self._fingerprint

    def open(self) -> None:
        """Every model is loaded. Raises MissingPart."""
        self.close()
        try:
            piper = importlib.import_module("piper")
            self._how = piper.SynthesisConfig(length_scale=1 / self.settings.speed)
            program = f"piper {version('piper-tts')}"
        except (ImportError, AttributeError) as error:
            raise MissingPart(
                f'piper does not load, or is older than 1.3: {error}; try: pip install "radiobridge[piper]"'
            ) from error
        paths = {language: path.expanduser() for language, path in self.settings.voices.items()}
        sums = [f"{language}={_model_sum(language, path)}" for language, path in sorted(paths.items())]
        self._models = {language: _loaded(piper, path) for language, path in paths.items()}
        self._fingerprint = f"{program} speed {self.settings.speed:g} {' '.join(sums)}"

    def close(self) -> None:
        """No model is in memory."""
        self._models = {}

    def languages(self) -> list[str]:
        """The languages of the settings."""
        return sorted(self._models)

    def say(self, text: str, language: str) -> Spoken:
        """The text, sentence by sentence."""
        model = self._models[spoken_language("piper", language, self._models)]
        words = speakable(text)
        try:
            chunks = self._in_time(model.synthesize(words, syn_config=self._how), words)
        except VoiceError:
            raise
        except Exception as error:
            raise VoiceError(f"piper failed over {words[:40]!r}: {error}") from error
        if not chunks:
            raise VoiceError(f"piper has no sound for {words[:40]!r} in {language!r}")
        samples = np.concatenate([chunk.audio_float_array for chunk in chunks]).astype(np.float32)
        return Spoken(samples, int(chunks[0].sample_rate))

    def _in_time(self, chunks: Iterable[Any], words: str) -> list[Any]:
        give_up = time.monotonic() + self.settings.timeout_s
        done = []
        for chunk in chunks:
            done.append(chunk)
            if time.monotonic() > give_up:
                raise VoiceError(
                    f"piper took longer than {self.settings.timeout_s:g} s over {words[:40]!r}: "
                    "raise timeout_s, or take a smaller model (low, x_low)"
                )
        return done


def _model_sum(language: str, path: Path) -> str:
    """SHA-256 over a model and its settings. Raises MissingPart where either is not there."""
    digest = hashlib.sha256()
    for file in (path, path.with_name(f"{path.name}.json")):
        try:
            with file.open("rb") as source:
                hashlib.file_digest(source, lambda: digest)
        except OSError as error:
            raise MissingPart(
                f"voices.{language}: {file} cannot be read: {error.strerror}; "
                "`python -m piper.download_voices NAME` fetches a model and its .json"
            ) from error
    return digest.hexdigest()[:16]


def _loaded(piper: Any, path: Path) -> Any:
    try:
        return piper.PiperVoice.load(path)
    except Exception as error:
        raise MissingPart(f"{path} is no model that piper can load: {error}") from error
