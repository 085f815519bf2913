"""How much may be wrong in a phrase: what is missed and what is taken for one; and the time that it takes.

    python -m bench.phrases

The calls and the talk of tests/speech/cases.py, and for Chinese those of chinese_cases.py too: what
recognisers write of them, homophones, mergers, fillers and all. Precision: of what was taken for a phrase,
how much was that phrase, at that post. Recall: of the calls, how many were understood.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from radiobridge.speech.matching import TOLERANCE, Heard, Matcher
from radiobridge.speech.numbers import readings
from radiobridge.speech.templates import Template
from tests.speech import cases, chinese_cases

TOLERANCES = (0, 0.06, TOLERANCE, 0.15, 0.18, 0.25)


Said: TypeAlias = tuple[str, str | None, str | None, str | None]
"""What was written, the phrase, the post and the status."""


class _Scene(NamedTuple):
    """Phrases and posts, and what is said there."""

    language: str
    phrases: tuple[str, ...]
    posts: dict[str, str]
    said: list[Said]

    def matcher(self, tolerance: float, times: int = 1) -> Matcher:
        """What listens there, to all phrases so many times."""
        templates = [(n, Template.parse(text)) for n, text in enumerate(self.phrases)] * times
        return Matcher(self.language, templates, self.posts, readings, tolerance)


def main() -> None:
    """Prints a table for each language, and the time."""
    first = _Scene(
        "zh", chinese_cases.PHRASES, chinese_cases.POSTS, [(*case,) for case in chinese_cases.CHINESE]
    )
    scenes = {
        "Chinese": [first, _scene("zh", cases.CHINESE)],
        "English": [_scene("en", cases.ENGLISH)],
        "Korean": [_scene("ko", cases.KOREAN)],
    }
    for name, there in scenes.items():
        _table(name, there)
    _timed(first)


def _scene(language: str, said: Sequence[cases.Case]) -> _Scene:
    posts = {post: names.get(language, "") for post, names in cases.POSTS.items()}
    return _Scene(language, cases.PHRASES[language], posts, [(*case,) for case in said])


def _table(name: str, scenes: list[_Scene]) -> None:
    said = [each for scene in scenes for each in scene.said]
    calls = sum(phrase is not None for _, phrase, _, _ in said)
    print(f"{name}: {calls} calls, {len(said) - calls} that must raise nothing")
    print(f"{'tolerance':>10s}{'recall':>9s}{'precision':>11s}{'missed':>8s}{'wrong':>7s}")
    for tolerance in TOLERANCES:
        judged = [_judged(scene, tolerance) for scene in scenes]
        right, wrong = sum(r for r, _ in judged), sum(w for _, w in judged)
        recall, precision = right / calls, right / max(right + wrong, 1)
        mark = "  <- as it is" if tolerance == TOLERANCE else ""
        row = f"{tolerance:10.2f}{100 * recall:8.1f}%{100 * precision:10.1f}%{calls - right:8d}{wrong:7d}"
        print(row + mark)
    print()


def _judged(scene: _Scene, tolerance: float) -> tuple[int, int]:
    """How many were understood, and how many were taken for something else."""
    right = wrong = 0
    matcher = scene.matcher(tolerance)
    for text, *meant in scene.said:
        understood = matcher.understood(_heard(text))
        match = understood.match
        if match is None:
            continue
        found = [scene.phrases[match.key], match.slots.get("post"), understood.status]
        right += found == meant
        wrong += found != meant
    return right, wrong


def _timed(scene: _Scene) -> None:
    """What one utterance takes with few and with many phrases."""
    print(f"{'ms for an utterance':24s}{'median':>8s}{'longest':>9s}")
    for times in (1, 12):
        matcher = scene.matcher(TOLERANCE, times)
        matcher.understood(_heard(scene.said[0][0]))
        took_ms = []
        for text, *_ in scene.said:
            began = time.perf_counter()
            matcher.understood(_heard(text))
            took_ms.append(1000 * (time.perf_counter() - began))
        name = f"{times * len(scene.phrases)} phrases"
        print(f"{name:24s}{statistics.median(took_ms):8.1f}{max(took_ms):9.1f}")


def _heard(text: str) -> list[Heard]:
    return [Heard(word, 1.0) for word in text.split()]


if __name__ == "__main__":
    main()
