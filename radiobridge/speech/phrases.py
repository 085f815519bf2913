"""The phrases of the settings: what the recogniser listens for, and which utterance is one of them.

An utterance counts as a phrase only when it is that phrase from its first word to its last (said once or
repeated, as people do in distress), as near as `matching` allows. A `PhraseBook` never changes; a reload
makes a new one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from radiobridge.events import PhraseHeard, Word, Words
from radiobridge.settings.models import PhraseSettings, SpeechSettings
from radiobridge.settings.post import PostSettings
from radiobridge.speech.matching import TOLERANCE, Heard, Matcher
from radiobridge.speech.numbers import readings
from radiobridge.speech.sounds import distance
from radiobridge.speech.templates import Slot, Template
from radiobridge.speech.text import syllables_in

UNKNOWN = "[unk]"
"""What stands in a text for speech that was no word of the grammar; Vosk's own token for it."""


_LEAST_CONFIDENCE = 0.5
"""Of any word, also one that only stands around a phrase."""
_LEAST_SYLLABLE_S = 0.07
"""Nobody speaks faster; syllables take 0.1 to 0.2 s."""
_LEAST_MEAN_SYLLABLE_S = 0.1
_LONGEST_GAP_S = 1.5
"""Whoever pauses for so long has ended one utterance and begun another."""


@dataclass(frozen=True, slots=True)
class SpokenPhrase:
    """An utterance is this phrase; `confidence`: of its least sure word, less what was not as it is written.

    `fields`: what fills its slots. `post`: of whom it tells. `rival`: another meaning that is as near.
    """

    phrase: PhraseSettings
    confidence: float
    fields: Mapping[str, str]
    post: str | None
    rival: str | None

    def heard(self, utterance: Words, status: str | None) -> PhraseHeard:
        """The event that the utterance was this phrase; `status`: what was said of it until now."""
        return PhraseHeard(
            channel=utterance.channel,
            at=utterance.at,
            id=utterance.id,
            alert=self.phrase.alert or "",
            texts=self.phrase.text,
            language=utterance.language,
            text=utterance.text,
            confidence=self.confidence,
            reply=self.phrase.answer,
            fields=self.fields,
            post=self.post,
            status=status,
            rival=self.rival,
            does=self.phrase.does,
        )


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an utterance means; `status`: that it is a drill, a test, serious; None where it does not say."""

    spoken: SpokenPhrase | None
    status: str | None


class PhraseBook:
    """The phrases of one state of the settings, by language; `posts`: whose numbers and names fill {post}."""

    def __init__(
        self,
        phrases: Sequence[PhraseSettings],
        settings: SpeechSettings,
        posts: Sequence[PostSettings] = (),
    ) -> None:
        self.phrases = tuple(phrases)
        self.posts = tuple(posts)
        self._min_confidence = settings.min_confidence
        self._matchers: dict[str, Matcher] = {}

    def templates(self, language: str) -> list[tuple[int, str, Template]]:
        """The phrases in a language: the index in the settings, the text, the template."""
        return [
            (phrase, text, Template.parse(text))
            for phrase, said, text in _said(self.phrases)
            if said == language
        ]

    def names(self, language: str) -> dict[str, str]:
        """What each post is called in a language, by its id; empty where it has no name in it."""
        return {post.id: post.name.get(language, "") for post in self.posts}

    @cached_property
    def is_empty(self) -> bool:
        """There is no phrase in any language."""
        return not self.phrases

    def meaning(self, language: str, words: Words) -> Meaning:
        """What an utterance means. Speech that was no word of the grammar may have been anything."""
        if not words.words or any(map(_may_be_anything, words.words)) or not _in_one_breath(words.words):
            return Meaning(None, None)
        understood = self._matcher(language).understood(_heard(words.words))
        match = understood.match
        if match is None or (confidence := match.confidence * match.closeness) < self._min_confidence:
            return Meaning(None, understood.status)
        phrase = self.phrases[match.key]
        rivals = (self.phrases[key].meaning for key in match.rivals)
        rival = next((meaning for meaning in rivals if meaning != phrase.meaning), None)
        fields = dict(match.slots)
        post = fields.pop("post", None)
        spoken = SpokenPhrase(phrase, confidence, fields, post, rival)
        return Meaning(spoken, understood.status)

    def presence(self, language: str, meaning: str, words: Sequence[Word]) -> float:
        """How much of the best phrase of a meaning is anywhere in the words: from 0 to 1, all of it."""
        keys = {key for key, phrase in enumerate(self.phrases) if phrase.meaning == meaning}
        return self._matcher(language).presence(_heard(words), keys)

    def _matcher(self, language: str) -> Matcher:
        matcher = self._matchers.get(language)
        if matcher is None:
            templates = [(phrase, template) for phrase, _, template in self.templates(language)]
            matcher = Matcher(language, templates, self.names(language), readings)
            self._matchers[language] = matcher
        return matcher


def _may_be_anything(word: Word) -> bool:
    """It is no word of the grammar, or nearly none: talk that is pressed into phrases has such words."""
    syllables = syllables_in(word.text)
    too_fast = syllables > 0 and word.end_s - word.start_s < _LEAST_SYLLABLE_S * syllables
    return word.text == UNKNOWN or word.confidence < _LEAST_CONFIDENCE or too_fast


def _in_one_breath(words: Sequence[Word]) -> bool:
    """The words follow one another as those of a call do: no long gap, and not all of them in a rush."""
    if any(after.start_s - before.end_s > _LONGEST_GAP_S for before, after in pairwise(words)):
        return False
    syllabic = [word for word in words if syllables_in(word.text)]
    spoken_s = sum(word.end_s - word.start_s for word in syllabic)
    return spoken_s >= _LEAST_MEAN_SYLLABLE_S * sum(syllables_in(word.text) for word in syllabic)


def _heard(words: Sequence[Word]) -> list[Heard]:
    return [Heard(word.text, word.confidence) for word in words]


NO_PHRASES = PhraseBook((), SpeechSettings())


def _said(phrases: Sequence[PhraseSettings]) -> Iterator[tuple[int, str, str]]:
    for phrase, settings in enumerate(phrases):
        for language, texts in settings.says.items():
            for text in texts:
                yield phrase, language, text


def phrase_mistakes(phrases: Sequence[PhraseSettings]) -> list[tuple[int, str, str]]:
    """Every text that is no template: the phrase's index, the language, and what is wrong."""
    found = []
    for phrase, language, text in _said(phrases):
        try:
            Template.parse(text)
        except ValueError as error:
            found.append((phrase, language, str(error)))
    return found


def ambiguities(phrases: Sequence[PhraseSettings]) -> list[tuple[int, int, str, str]]:
    """Texts that sound like another phrase: both indices, the lower first, the language, the later text."""
    found = []
    before: dict[str, list[tuple[int, Template]]] = {}
    for phrase, language, text in _said(phrases):
        try:
            template = Template.parse(text)
        except ValueError:
            continue
        seen = before.setdefault(language, [])
        other = next((index for index, one in seen if index != phrase and _sound_alike(one, template)), None)
        if other is not None:
            found.append((other, phrase, language, text))
        seen.append((phrase, template))
    return found


def _sound_alike(one: Template, other: Template) -> bool:
    """No listener could tell the two apart."""
    if len(one.elements) != len(other.elements):
        return False
    apart = 0.0
    for a, b in zip(one.elements, other.elements, strict=True):
        if isinstance(a, Slot) or isinstance(b, Slot):
            apart += type(a) is not type(b)
        else:
            apart += distance(a, b)
    return apart <= TOLERANCE * one.weight / 2
