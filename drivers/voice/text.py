"""What every voice does with a text and a language before it speaks.

A text comes from people and from radios. Nothing in it may steer a speech program: control characters,
markup and phoneme brackets become spaces. It is never longer than a transmission can be.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from radiobridge.errors import VoiceError

LONGEST_TEXT = 1000
"""Characters: over a minute of English, five of Chinese, and no radio should talk for longer."""

_STEERING = frozenset("[]<>")
"""espeak-ng, and piper through it, read phonemes between [[ and ]], and marks between < and >."""


def speakable(text: str) -> str:
    """The text without what would steer a program, its spaces single, NFC.

    Raises VoiceError where nothing is left to say, or more than `LONGEST_TEXT`.
    """
    kept = "".join(" " if _is_steering(char) else char for char in unicodedata.normalize("NFC", text))
    kept = " ".join(kept.split())
    if not any(char.isalnum() for char in kept):
        raise VoiceError(f"there is nothing to say in {text[:40]!r}: give it words or numbers")
    if len(kept) > LONGEST_TEXT:
        raise VoiceError(
            f"a text of {len(kept)} characters is too long to be said over a radio "
            f"({kept[:20]!r}…): shorten it to {LONGEST_TEXT}"
        )
    return kept


def _is_steering(char: str) -> bool:
    # Categories C*: controls (espeak-ng takes commands after the character 1), surrogates, unassigned.
    return char in _STEERING or unicodedata.category(char).startswith("C")


def nearest_language(language: str, languages: Collection[str]) -> str | None:
    """The tag among `languages` that serves `language`: itself, or else with its last parts left off.

    `zh-Hans-CN` is served by `zh-hans`, or by `zh`. Case does not matter. Source: RFC 4647, 3.4 (lookup).
    """
    by_case = {tag.casefold(): tag for tag in languages}
    parts = language.casefold().split("-")
    while parts:
        if found := by_case.get("-".join(parts)):
            return found
        parts.pop()
    return None


def spoken_language(voice: str, language: str, languages: Collection[str]) -> str:
    """As `nearest_language`. Raises VoiceError, which names the languages there are, where there is none."""
    if not languages:
        raise VoiceError(f"{voice} is not open")
    found = nearest_language(language, languages)
    if found is None:
        raise VoiceError(f"{voice} does not speak {language!r}; it speaks {', '.join(sorted(languages))}")
    return found
