"""Transcribers: what reads a whole transmission again, after its alert has gone out."""

from __future__ import annotations

from abc import abstractmethod

from radiobridge.events import Samples, Word
from radiobridge.ports.driver import Driver


class Transcriber(Driver):
    """A second recogniser, slower and better than the one that raises alerts; used by one thread.

    For driver authors: `open` loads the model, and raises `MissingPart` with what to install, or `ModelError`
    where the model is not there or does not load. Threads that it starts take over the low priority of the
    thread that calls `open`. It fetches nothing from a network.
    """

    @abstractmethod
    def hears(self, language: str) -> bool:
        """Whether the model knows the language; known when it is open."""

    @abstractmethod
    def transcribe(self, samples: Samples, language: str) -> list[Word]:
        """What is said in the samples (float32, mono, 16 kHz); empty where nothing is.

        The words are as the model writes them, capitals and punctuation too; their times are in seconds
        from the first sample. Raises ModelError.
        """
