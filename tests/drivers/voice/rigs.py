"""For each voice, the world it needs: how it is set, what it can say, and how it fails.

A new voice gets a rig here and is then held to the contract in `test_contract.py`. All of them say
`post 12` in English.
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import soundfile

from radiobridge.ports import Voice, load_voice

RATE_HZ = 16_000


class VoiceRig(ABC):
    """One voice's surroundings, taken down by `stack` and `patch`."""

    driver: ClassVar[str]

    def __init__(self, folder: Path, stack: ExitStack, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.stack = stack
        self.patch = patch
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """The program, the model or the clips are there."""

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Settings with which the voice opens."""

    @abstractmethod
    def missing(self) -> tuple[Voice, str]:
        """A voice whose part is not there, and words that its error must hold: what to do."""

    @abstractmethod
    def other(self) -> Voice:
        """The voice with other settings, which sound otherwise."""

    @abstractmethod
    def failing(self) -> Voice:
        """An open voice that fails when it is to speak."""

    def slow(self) -> Voice | None:
        """An open voice that takes longer than it may; None where that cannot be."""
        return None

    def made(self, **options: Any) -> Voice:
        """The voice, not yet opened; closed at the end."""
        kind = load_voice(self.driver)
        made = kind(kind.Settings(**(self.options() | options)))
        self.stack.callback(made.close)
        return made

    def opened(self, **options: Any) -> Voice:
        """The voice, open."""
        made = self.made(**options)
        made.open()
        return made


class EspeakNgRig(VoiceRig):
    """The program as Debian has it; one that fails is a script before it in the path."""

    driver = "espeak_ng"

    def prepare(self) -> None:
        """The Debian package is among those of the tests."""

    def options(self) -> dict[str, Any]:
        return {"timeout_s": 10}

    def missing(self) -> tuple[Voice, str]:
        self.patch.setenv("PATH", str(self.folder))
        return self.made(), "apt install espeak-ng"

    def other(self) -> Voice:
        return self.opened(speed_wpm=200)

    def failing(self) -> Voice:
        voice = self.opened()
        self.script("echo it is broken >&2; exit 3")
        return voice

    def slow(self) -> Voice:
        voice = self.opened(timeout_s=0.2)
        self.script("exec /bin/sleep 60")
        return voice

    def script(self, line: str) -> None:
        """From now on the program is this line of a shell."""
        program = self.folder / "espeak-ng"
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
        self.patch.setenv("PATH", str(self.folder))


class PiperRig(VoiceRig):
    """A package that is called piper and has the parts of its interface that the driver uses.

    What is in a model file says how that model behaves. The real package: `test_piper.py`.
    """

    driver = "piper"

    def prepare(self) -> None:
        package = self.folder / "site" / "piper"
        package.mkdir(parents=True)
        stand_in = Path(__file__).with_name("piper_stand_in.py").read_text()
        (package / "__init__.py").write_text(stand_in)
        metadata = self.folder / "site" / "piper_tts-1.3.0.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text("Metadata-Version: 2.1\nName: piper-tts\nVersion: 1.3.0\n")
        self.patch.delitem(sys.modules, "piper", raising=False)
        self.patch.syspath_prepend(str(self.folder / "site"))
        self.stack.callback(sys.modules.pop, "piper", None)

    def options(self) -> dict[str, Any]:
        return {"voices": {"en": self.model("speaks")}}

    def model(self, behaviour: str) -> Path:
        """The file of a model that `speaks`, `fails`, `never ends`, is `silent`, or does not load."""
        path = self.folder / f"{behaviour}.onnx"
        path.write_text(behaviour)
        path.with_name(f"{path.name}.json").write_text("{}")
        return path

    def missing(self) -> tuple[Voice, str]:
        self.patch.setitem(sys.modules, "piper", None)
        return self.made(), r'pip install "radiobridge\[piper\]"'

    def other(self) -> Voice:
        return self.opened(speed=0.8)

    def failing(self) -> Voice:
        return self.opened(voices={"en": self.model("fails")})

    def slow(self) -> Voice:
        return self.opened(voices={"en": self.model("never ends")}, timeout_s=0.1)


class ClipsRig(VoiceRig):
    """A folder with a word and two digits."""

    driver = "clips"

    def prepare(self) -> None:
        for number, name in enumerate(("post", "1", "2")):
            self.record(f"en/{name}.wav", 0.1 * (number + 1))

    def options(self) -> dict[str, Any]:
        return {"folder": self.folder / "clips"}

    def record(self, name: str, level: float, seconds: float = 0.1, rate_hz: int = RATE_HZ) -> Path:
        """A clip of samples that all have one level, by which it can be told."""
        path = self.folder / "clips" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.full(round(seconds * rate_hz), level, np.float32), rate_hz)
        return path

    def missing(self) -> tuple[Voice, str]:
        return self.made(folder=self.folder / "nowhere"), "nowhere.*clips lie in"

    def other(self) -> Voice:
        self.record("en/post.wav", 0.5, seconds=0.2)
        return self.opened()

    def failing(self) -> Voice:
        voice = self.opened()
        (self.folder / "clips/en/post.wav").write_text("no sound")
        return voice


RIGS: dict[str, type[VoiceRig]] = {kind.driver: kind for kind in (EspeakNgRig, PiperRig, ClipsRig)}
