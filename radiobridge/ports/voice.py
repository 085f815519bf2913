"""Voices: what makes speech of text."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

from radiobridge.events import Samples
from radiobridge.ports.driver import Driver


@dataclass(frozen=True, slots=True)
class Spoken:
    """Speech: float32, mono, shape (frames,)."""

    samples: Samples
    rate_hz: int


class Voice(Driver):
    """A voice, or several, each for some languages; used by one thread.

    For driver authors: `open` finds the program or the model, and raises `MissingPart` with what to install.
    """

    @abstractmethod
    def languages(self) -> list[str]:
        """The language tags that it speaks (`en`, `zh`, `yue`, ...), sorted; known when it is open."""

    @abstractmethod
    def say(self, text: str, language: str) -> Spoken:
        """The text as speech.

        Raises:
            VoiceError: it does not speak the language, has no such clip, or failed; with what to do.
        """

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Names all that its speech depends on (voice, speed, version): kept speech stays valid with it."""
