"""A call that is listened to in more than one language: what each heard becomes one call-in.

A phrase counts the moment that it is heard, in whichever language. The words of the call-in are those of the
language in which a phrase was heard, or else of the one that was surest of its words. Sans-IO.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from radiobridge.events import PartialWords, PhraseHeard, SpeechEnded, Transcript, Words
from radiobridge.speech.phrases import UNKNOWN

CallEvent: TypeAlias = PartialWords | Words | PhraseHeard | SpeechEnded | Transcript


class BilingualCall:
    """One transmission in all of its `languages`, the channel's first one first."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._words: dict[str, list[Words]] = {language: [] for language in languages}
        self._ended: dict[str, SpeechEnded] = {}
        self._phrase_in: str | None = None

    @property
    def is_over(self) -> bool:
        """Every language has come to its end."""
        return len(self._ended) == len(self._words)

    @property
    def language(self) -> str:
        """The one whose words count."""
        return self._phrase_in or max(self._words, key=self._sureness)

    def feed(self, language: str, event: CallEvent) -> list[CallEvent]:
        """What is to be told now that this was heard in a language."""
        match event:
            case PartialWords():
                return [event] if language == next(iter(self._words)) else []
            case Words():
                self._words[language].append(event)
                return []
            case PhraseHeard():
                self._phrase_in = self._phrase_in or language
                return [event]
            case SpeechEnded():
                self._ended[language] = event
                return self._whole() if self.is_over else []
            case Transcript():
                return [event] if language == self.language else []

    def _whole(self) -> list[CallEvent]:
        """The words that count, and the end: complete where every language heard all of the sound."""
        last = max(self._ended.values(), key=lambda ended: ended.at)
        complete = all(ended.complete for ended in self._ended.values())
        end = SpeechEnded(last.channel, last.at, last.id, complete)
        return [*self._words[self.language], end]

    def _sureness(self, language: str) -> float:
        words = [word for utterance in self._words[language] for word in utterance.words]
        sure = sum(word.confidence for word in words if word.text != UNKNOWN)
        return sure / len(words) if words else 0.0
