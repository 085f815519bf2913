"""How long an answer takes to be ready: rendered by a voice, or kept from before.

    python -m bench.voice [--driver espeak_ng] [--runs 20]

Milliseconds on the wall, median and slowest. Rendered: text to samples. Kept: looked up, read and decoded,
from a cache on the disk. Levelled: what bringing them to one level takes on top of either.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from radiobridge.ports import Spoken, Voice, load_voice
from radiobridge.voice import VoiceCache, levelled, spoken_text

REPLIES = {
    "en": "Post 12, your fire alarm was received at 21:45. Help is on the way. Station 1190 out.",
    "zh": "三号岗，21:45收到你的火警，救援马上到。1190号站完毕。",
    "yue": "三號崗，21:45收到你嘅火警，救援即刻到。1190號站完畢。",
    "ko": "3 초소, 21:45 화재 신고 접수. 지원이 가고 있습니다. 1190 상황실 이상.",
}
LEVEL_DBFS = -16.0


def main() -> None:
    """Prints one line for each language."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--driver", default="espeak_ng")
    cli.add_argument("--runs", type=int, default=20)
    args = cli.parse_args()
    kind = load_voice(args.driver)
    print(
        f"{'':6s}{'speech s':>9s}{'rendered':>10s}{'slowest':>9s}{'kept':>8s}{'slowest':>9s}{'levelled':>10s}"
    )
    with kind(kind.Settings()) as voice, tempfile.TemporaryDirectory() as folder:
        cache = VoiceCache(Path(folder), voice, max_mb=100)
        for language, reply in REPLIES.items():
            measure(voice, cache, language, spoken_text(reply, language), args.runs)


def measure(voice: Voice, cache: VoiceCache, language: str, text: str, runs: int) -> None:
    """One line."""
    spoken = cache.spoken(text, language)
    rendered = timed(lambda: voice.say(text, language), runs)
    kept = timed(lambda: found(cache, text, language), runs)
    level = timed(lambda: levelled(spoken.samples, spoken.rate_hz, LEVEL_DBFS), runs)
    seconds = len(spoken.samples) / spoken.rate_hz
    print(
        f"{language:6s}{seconds:9.1f}{statistics.median(rendered):10.1f}{max(rendered):9.1f}"
        f"{statistics.median(kept):8.1f}{max(kept):9.1f}{statistics.median(level):10.1f}"
    )


def found(cache: VoiceCache, text: str, language: str) -> Spoken:
    """What is kept; it is there."""
    kept = cache.kept(text, language)
    assert kept is not None
    return kept


def timed(do: Callable[[], object], runs: int) -> list[float]:
    """Milliseconds of each run."""
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    return took


if __name__ == "__main__":
    main()
