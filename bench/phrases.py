"""How much may be wrong in a phrase: what is missed and what is taken for one; and the time that it takes.

    python -m bench.phrases [--misses]

The calls and the talk of the cases in tests/speech: what recognisers write of them, homophones, mergers,
fillers and all; those of unseen_cases.py by themselves. Precision: of what was taken for a phrase, how much
was that phrase, at that post. Recall: of the calls, how many were understood.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple, TypeAlias

from radiobridge.speech.matching import TOLERANCE, Heard, Matcher
from radiobridge.speech.numbers import readings
from radiobridge.speech.templates import Template
from tests.speech import cases, chinese_cases, second_cases, second_chinese, unseen_cases

TOLERANCES = (0, 0.06, TOLERANCE, 0.15, 0.18, 0.25)
PHRASES = (16, 200)
"""With how many of them an utterance is timed."""


Said: TypeAlias = tuple[str, str | None, str | None, str | None]
"""What was written, the phrase, the post and the status."""


class _Scene(NamedTuple):
    """Phrases and posts, and what is said there."""

    language: str
    phrases: tuple[str, ...]
    posts: dict[str, str]
    said: list[Said]

    def matcher(self, tolerance: float) -> Matcher:
        """What listens there."""
        templates = [(n, Template.parse(text)) for n, text in enumerate(self.phrases)]
        return Matcher(self.language, templates, self.posts, readings, tolerance)


class _Judged(NamedTuple):
    """How many calls were understood, those that were not, and what was taken for something else."""

    right: int
    missed: list[str]
    wrong: list[str]


def main() -> None:
    """Prints a table for each language, and the time."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--misses", action="store_true", help="name what is missed and what is wrong")
    args = cli.parse_args()
    first = _scene("zh", chinese_cases.PHRASES, chinese_cases.POSTS, chinese_cases.CHINESE)
    second = _scene("zh", second_chinese.PHRASES, second_chinese.POSTS, second_chinese.CHINESE)
    scenes = {
        "Chinese": [first, second, _of("zh", cases, cases.CHINESE)],
        "English": [_of("en", cases, cases.ENGLISH), _of("en", second_cases, second_cases.ENGLISH)],
        "Korean": [_of("ko", cases, cases.KOREAN), _of("ko", second_cases, second_cases.KOREAN)],
        "Chinese, unseen": [_of("zh", unseen_cases, unseen_cases.CHINESE)],
        "English, unseen": [_of("en", unseen_cases, unseen_cases.ENGLISH)],
        "Korean, unseen": [_of("ko", unseen_cases, unseen_cases.KOREAN)],
    }
    for name, there in scenes.items():
        _table(name, there, misses=args.misses)
    _timed(second)


def _scene(
    language: str,
    phrases: Sequence[str],
    posts: dict[str, str],
    said: Sequence[cases.Case | chinese_cases.Case],
) -> _Scene:
    return _Scene(language, tuple(phrases), posts, [(*case,) for case in said])


def _of(language: str, source: ModuleType, said: Sequence[cases.Case]) -> _Scene:
    """What a module with cases in several languages has in one."""
    posts = {post: names.get(language, "") for post, names in source.POSTS.items()}
    return _scene(language, source.PHRASES[language], posts, said)


def _table(name: str, scenes: list[_Scene], *, misses: bool) -> None:
    said = [each for scene in scenes for each in scene.said]
    calls = sum(phrase is not None for _, phrase, _, _ in said)
    print(f"{name}: {calls} calls, {len(said) - calls} that must raise nothing")
    print(f"{'tolerance':>10s}{'recall':>9s}{'precision':>11s}{'missed':>8s}{'wrong':>7s}")
    for tolerance in TOLERANCES:
        judged = [_judged(scene, tolerance) for scene in scenes]
        right, wrong = sum(each.right for each in judged), sum(len(each.wrong) for each in judged)
        recall, precision = right / calls, right / max(right + wrong, 1)
        mark = "  <- as it is" if tolerance == TOLERANCE else ""
        row = f"{tolerance:10.2f}{100 * recall:8.1f}%{100 * precision:10.1f}%{calls - right:8d}{wrong:7d}"
        print(row + mark)
        if misses and tolerance == TOLERANCE:
            print("    missed:", *(text for each in judged for text in each.missed), sep="\n        ")
            print("    wrong:", *(text for each in judged for text in each.wrong), sep="\n        ")
    print()


def _judged(scene: _Scene, tolerance: float) -> _Judged:
    judged = _Judged(0, [], [])
    matcher = scene.matcher(tolerance)
    for text, *meant in scene.said:
        understood = matcher.understood(_heard(text))
        match = understood.match
        if match is None:
            judged.missed.extend([text] if meant[0] else [])
            continue
        found = [scene.phrases[match.key], match.slots.get("post"), understood.status]
        if found == meant:
            judged = judged._replace(right=judged.right + 1)
        else:
            judged.wrong.append(f"{text}: {found[0]}")
    return judged


def _timed(scene: _Scene) -> None:
    """What one utterance takes with few and with many phrases, the same ones again where they run out."""
    print(f"{'ms for an utterance':24s}{'median':>8s}{'95 %':>8s}{'longest':>9s}")
    for count in PHRASES:
        phrases = (scene.phrases * (count // len(scene.phrases) + 1))[:count]
        matcher = scene._replace(phrases=phrases).matcher(TOLERANCE)
        for text, *_ in scene.said:
            matcher.understood(_heard(text))
        took_ms = []
        for text, *_ in scene.said:
            began = time.perf_counter()
            matcher.understood(_heard(text))
            took_ms.append(1000 * (time.perf_counter() - began))
        *_, late = statistics.quantiles(took_ms, n=20)
        name = f"{count} phrases, {len(scene.posts)} posts"
        print(f"{name:24s}{statistics.median(took_ms):8.1f}{late:8.1f}{max(took_ms):9.1f}")


def _heard(text: str) -> list[Heard]:
    return [Heard(word, 1.0) for word in text.split()]


if __name__ == "__main__":
    main()
