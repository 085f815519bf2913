"""What the driver uses of piper-tts 1.3; the text of a model's file says how the model behaves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass
class SynthesisConfig:
    length_scale: float | None = None


@dataclass
class AudioChunk:
    sample_rate: int
    audio_float_array: NDArray[np.float32]


@dataclass
class PiperVoice:
    behaviour: str

    @staticmethod
    def load(model_path: str | Path) -> PiperVoice:
        behaviour = Path(model_path).read_text()
        if behaviour == "does not load":
            raise RuntimeError("INVALID_PROTOBUF")
        return PiperVoice(behaviour)

    def synthesize(self, text: str, syn_config: SynthesisConfig) -> Iterator[AudioChunk]:
        if self.behaviour == "fails":
            raise RuntimeError("the session failed")
        scale = syn_config.length_scale or 1
        sentences = [part for part in text.split(". ") if part]
        if self.behaviour == "silent":
            sentences = []
        if self.behaviour == "never ends":
            sentences = itertools.cycle(sentences)  # type: ignore[assignment]  # only walked through
        for sentence in sentences:
            yield AudioChunk(22_050, np.full(round(len(sentence) * 300 * scale), 0.1, np.float32))
