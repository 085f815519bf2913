"""What the driver uses of faster-whisper 1.x; the text of `model.bin` says how the model behaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar


@dataclass
class Word:
    word: str
    start: float
    end: float
    probability: float


@dataclass
class Segment:
    """One that the model is sure of."""

    words: list[Word]
    avg_logprob: float = -0.3
    no_speech_prob: float = 0.1
    compression_ratio: float = 1.2


def said(text: str, **figures: float) -> Segment:
    words = [Word(f" {word}", 0.5 * n, 0.5 * n + 0.4, 0.9) for n, word in enumerate(text.split())]
    return Segment(words, **figures)


@dataclass
class WhisperModel:
    model: str
    device: str
    cpu_threads: int
    compute_type: str
    local_files_only: bool
    asked: dict[str, Any] = field(default_factory=dict)

    segments: ClassVar[list[Segment]] = []
    """What every model of the test hears."""

    def __post_init__(self) -> None:
        if not self.local_files_only:
            raise AssertionError("a driver fetches nothing from a network")
        if not Path(self.model).is_dir():
            raise ValueError(f"Invalid model size {self.model!r}")
        self.behaviour = Path(self.model, "model.bin").read_text()
        if self.behaviour == "does not load":
            raise RuntimeError("unsupported model binary version")

    @property
    def supported_languages(self) -> list[str]:
        return ["en"] if self.behaviour == "english" else ["en", "zh", "ko"]

    def transcribe(self, audio: object, **asked: Any) -> tuple[Iterator[Segment], object]:
        if self.behaviour == "fails":
            raise RuntimeError("out of memory")
        self.asked = asked
        return iter(self.segments), None
