"""What the recogniser makes of a transmission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from radiobridge.events.incidents import Act
from radiobridge.events.sending import Reply


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the start of its transmission's audio."""

    text: str
    start_s: float
    end_s: float
    confidence: float


@dataclass(frozen=True, slots=True)
class PartialWords:
    """The words of a transmission so far, while the person still speaks."""

    channel: str
    at: float
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Alternative:
    """What an utterance may have been besides; `share`: of the likelihood of all ways to read it, 0 to 1."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Words:
    """What the recogniser made of an utterance of transmission `id`; `alternatives`: where it is not sure."""

    channel: str
    at: float
    id: str
    language: str
    text: str
    words: tuple[Word, ...]
    alternatives: tuple[Alternative, ...] = ()


@dataclass(frozen=True, slots=True)
class PhraseHeard:
    """An utterance is a phrase of the settings, as they were when its transmission began.

    `alert`, `texts` and `reply` are the phrase's own: a reload between hearing and dispatch cannot change
    what was said into another alert. `alert` is empty where it `does` something about an incident instead.
    `at` is the end of its last word. `fields`: what fills its slots;
    `post`: of which post it tells, where it names one. `status`: Exercise, Test or Actual where it was said
    so. `rival`: another meaning whose phrase is nearly as close.
    """

    channel: str
    at: float
    id: str
    alert: str
    texts: Mapping[str, str]
    language: str
    text: str
    confidence: float
    reply: Reply = field(default_factory=Reply)
    fields: Mapping[str, str] = field(default_factory=dict)
    post: str | None = None
    status: str | None = None
    rival: str | None = None
    does: Act | None = None

    @property
    def meaning(self) -> str:
        """The type of its alert, or what it does: the same for all that mean the same."""
        return self.alert or f"does {self.does}"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a free decoding made of transmission `id`, some time after its SpeechEnded.

    `by`: what decoded it. `supports`: types of the alerts that its phrases raised and that this bears out;
    `doubts`: those that it does not.
    """

    channel: str
    at: float
    id: str
    language: str
    text: str
    words: tuple[Word, ...]
    by: str
    supports: frozenset[str] = frozenset()
    doubts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    """No more words will come for transmission `id`; `complete` is False when sound was left out."""

    channel: str
    at: float
    id: str
    complete: bool = True
