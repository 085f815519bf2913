"""What the pool keeps of each language and of each live transmission; its lock guards both."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from radiobridge.events import TransmissionAudio
from radiobridge.speech.grammar import Grammar, UnheardPhrase
from radiobridge.speech.health import SpeechHealth
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ, STEP_S, Recognition

_PIECE_S = 0.5
"""Sound that a worker takes from one transmission before it looks at the next."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A loaded model and the phrases that it listens for."""

    model: SpeechModel
    book: PhraseBook
    grammar: Grammar


@dataclass(slots=True)
class SpokenLanguage:
    """A language; `listening` is None while its model loads, and for good when that failed."""

    name: str
    health: SpeechHealth
    listening: Listening | None = None
    failed: bool = False

    @property
    def unheard(self) -> tuple[UnheardPhrase, ...]:
        """The phrases that its model cannot hear."""
        return self.listening.grammar.unheard if self.listening else ()


@dataclass(slots=True)
class Lane:
    """One live transmission: its sound that waits, and its recognition.

    `number` counts up with each transmission; `at` is the UTC of the end of its sound so far.
    `broken`: nothing of it will be recognised any more. `in_work`: it waits for a worker or has one.
    """

    number: int
    channel: str
    transmission: str
    language: SpokenLanguage
    at: float
    waiting: deque[TransmissionAudio] = field(default_factory=deque)
    kept: list[TransmissionAudio] = field(default_factory=list)
    """Its sound so far, where it will be decoded once more."""
    raised: set[str] = field(default_factory=set)
    """Types of the alerts that its phrases raised."""
    waiting_s: float = 0.0
    left_out_s: float = 0.0
    recognition: Recognition | None = None
    finished: bool = False
    in_work: bool = False
    broken: bool = False

    @property
    def has_work(self) -> bool:
        """Whether a worker can do something for it."""
        if self.broken:
            return self.finished
        return self.language.listening is not None and (self.finished or self.waiting_s >= STEP_S)

    @property
    def complete(self) -> bool:
        """Whether all of its sound went to the recogniser."""
        return not self.broken and not self.left_out_s

    def offer(self, audio: TransmissionAudio, most_s: float) -> bool:
        """Takes sound if no more than `most_s` then waits; what it does not take is counted."""
        seconds = len(audio.samples) / RATE_HZ
        self.at = audio.at + seconds
        if self.broken or self.waiting_s + seconds > most_s:
            self.left_out_s += seconds
            return False
        self.waiting.append(audio)
        self.waiting_s += seconds
        return True

    def take_piece(self) -> tuple[list[TransmissionAudio], bool]:
        """The next sound to recognise, and whether it is the last."""
        piece = []
        piece_s = 0.0
        while self.waiting and piece_s < _PIECE_S:
            audio = self.waiting.popleft()
            piece.append(audio)
            piece_s += len(audio.samples) / RATE_HZ
        self.waiting_s = self.waiting_s - piece_s if self.waiting else 0.0
        return piece, self.finished and not self.waiting

    def give_up(self) -> None:
        """Nothing of it will be recognised any more."""
        self.broken = True
        self.waiting.clear()
        self.waiting_s = 0.0
