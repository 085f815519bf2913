"""How much may be wrong in a phrase: what is missed and what is taken for one; and the time that it takes.

    python -m bench.phrases

The calls and the talk of tests/speech/chinese_cases.py: what a Chinese recogniser writes of them, homophones,
southern mergers, fillers and all. Precision: of what was taken for a phrase, how much was that phrase, at
that post. Recall: of the calls, how many were understood.
"""

from __future__ import annotations

import statistics
import time

from radiobridge.speech.matching import TOLERANCE, Heard, Matcher
from radiobridge.speech.numbers import readings
from radiobridge.speech.templates import Template
from tests.speech.chinese_cases import CHINESE, PHRASES, POSTS

TOLERANCES = (0, 0.03, 0.06, 0.09, TOLERANCE, 0.15, 0.18, 0.22, 0.3)


def main() -> None:
    """Prints both tables."""
    calls = sum(case.phrase is not None for case in CHINESE)
    print(f"{calls} calls, {len(CHINESE) - calls} that must raise nothing\n")
    print(f"{'tolerance':>10s}{'recall':>9s}{'precision':>11s}{'missed':>8s}{'wrong':>7s}")
    for tolerance in TOLERANCES:
        right, wrong = _judged(tolerance)
        recall, precision = right / calls, right / max(right + wrong, 1)
        mark = "  <- as it is" if tolerance == TOLERANCE else ""
        row = f"{tolerance:10.2f}{100 * recall:8.1f}%{100 * precision:10.1f}%{calls - right:8d}{wrong:7d}"
        print(row + mark)
    _timed()


def _judged(tolerance: float) -> tuple[int, int]:
    """How many were understood, and how many were taken for something else."""
    right = wrong = 0
    matcher = _matcher(1, tolerance)
    for case in CHINESE:
        understood = matcher.understood(_heard(case.said))
        match = understood.match
        if match is None:
            continue
        found = (PHRASES[match.key], match.slots.get("post"), understood.status)
        if found == (case.phrase, case.post, case.status):
            right += 1
        else:
            wrong += 1
    return right, wrong


def _timed() -> None:
    """What one utterance takes with few and with many phrases."""
    print(f"\n{'ms for an utterance':24s}{'median':>8s}{'longest':>9s}")
    for times in (1, 12):
        matcher = _matcher(times, TOLERANCE)
        matcher.understood(_heard(CHINESE[0].said))
        took_ms = []
        for case in CHINESE:
            began = time.perf_counter()
            matcher.understood(_heard(case.said))
            took_ms.append(1000 * (time.perf_counter() - began))
        name = f"{times * len(PHRASES)} phrases"
        print(f"{name:24s}{statistics.median(took_ms):8.1f}{max(took_ms):9.1f}")


def _matcher(times: int, tolerance: float) -> Matcher:
    templates = [(n, Template.parse(text)) for n, text in enumerate(PHRASES)] * times
    return Matcher("zh", templates, POSTS, readings, tolerance)


def _heard(text: str) -> list[Heard]:
    return [Heard(word, 1.0) for word in text.split()]


if __name__ == "__main__":
    main()
