"""What the models of a station say to its phrases: words that they do not know, and near ones that they do.

It takes a second or two a model, so it is for `radiobridge check`, and not for the start.
"""

from __future__ import annotations

from radiobridge.errors import ModelError
from radiobridge.settings import Finding, Settings, state_dir
from radiobridge.speech.grammar import UnheardPhrase, grammar_of
from radiobridge.speech.models import resolve
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.vocabulary import near_words, vocabulary


def unheard_phrases(settings: Settings) -> list[Finding]:
    """Every phrase that its language's model cannot hear, with what to try."""
    book = PhraseBook(settings.phrase, settings.speech, settings.post)
    found = []
    spoken = {language for phrase in settings.phrase for language in phrase.says}
    for language in sorted(spoken & settings.speech.models.keys()):
        for spec in settings.speech.models[language]:
            try:
                words = vocabulary(resolve(spec, state_dir(settings.station.state_dir)))
            except ModelError:
                continue  # said with the models
            if words:
                unheard = grammar_of(book, language, words.__contains__).unheard
                found += [_finding(phrase, language, spec, words) for phrase in unheard]
    return found


def _finding(unheard: UnheardPhrase, language: str, spec: str, words: frozenset[str]) -> Finding:
    place = ("phrase", unheard.phrase, "says", language)
    if not unheard.words:
        return Finding(place, f"{unheard.text!r}: no [[post]] has a number or a name that {spec} could hear")
    told = []
    for word in unheard.words:
        near = ", ".join(map(repr, near_words(word, words)))
        told.append(f"{word!r} (it knows {near})" if near else f"{word!r}")
    return Finding(place, f"{unheard.text!r} is never heard: {spec} does not know {', '.join(told)}")
