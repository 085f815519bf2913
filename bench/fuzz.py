"""Garbage through the receive chain and every tone decoder, for minutes.

Hypothesis makes up sound: silence, DC, full scale, noise, tones, real signals, NaN, infinities, numbers
beyond any scale, in blocks of any size, none too. Nothing may be raised, the memory must not grow, and
what is heard must not depend on where the sound is cut into blocks.

    python -m bench.fuzz [--minutes 10] [--seed 1]
"""

from __future__ import annotations

import argparse
import gc
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from rich.console import Console
from rich.table import Table

from bench.hearing import everything
from radiobridge.events import AudioBlock, Samples, TransmissionAudio
from radiobridge.receive.chain import ChainEvent, ReceiveChain
from radiobridge.receive.decoders import TONE_DECODERS
from radiobridge.receive.tones import TONE_RATE_HZ
from radiobridge.settings import SquelchSettings
from tests.receive.hearing import heard
from tests.receive.specimens import SPECIMENS

_RATES_HZ = (8000, 11025, 16000, 22050, 44100, 48000)
_EXAMPLES_A_ROUND = 60
_MOST_FRAMES = 24_000
_SETTLED_ROUNDS = 3
"""Rounds after which caches and pools have their size."""
_MOST_GROWTH_MB = 16.0


@dataclass(slots=True)
class _Score:
    """What was fed and heard."""

    examples: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    heard: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, sound: Samples, rate_hz: int, events: int) -> None:
        self.examples[what] += 1
        self.seconds[what] += round(len(sound) / rate_hz)
        self.heard[what] += events


def _f32(sound: object) -> Samples:
    return np.asarray(sound, np.float32)


def _pieces() -> st.SearchStrategy[Samples]:
    """A stretch of sound of one kind."""
    frames = st.integers(0, _MOST_FRAMES)
    level = st.floats(1e-6, 4)
    specimens = [s for several in SPECIMENS.values() for s in several]
    return st.one_of(
        st.builds(lambda n: np.zeros(n, np.float32), frames),
        st.builds(lambda n, dc: np.full(n, dc, np.float32), frames, st.floats(-2, 2)),
        st.builds(lambda n: _f32(np.where(np.arange(n) % 9 < 5, 1, -1)), frames),
        st.builds(_noise, frames, level, st.integers(0, 2**32 - 1)),
        st.builds(_tone, frames, level, st.floats(0, 4000)),
        st.builds(lambda n, x: np.full(n, x, np.float32), st.integers(1, 50), st.sampled_from(_NO_SOUND)),
        arrays.arrays(np.float32, st.integers(0, 300), elements=st.floats(width=32)),
        st.builds(lambda s, a: _f32(s.sound() * a), st.sampled_from(specimens), st.floats(0.003, 3)),
    )


_NO_SOUND = (float("nan"), float("inf"), float("-inf"), 3e38, -3e38, 1e-40)


def _noise(frames: int, level: float, seed_: int) -> Samples:
    return _f32(np.random.default_rng(seed_).normal(0, level, frames))


def _tone(frames: int, level: float, hz: float) -> Samples:
    return _f32(level * np.sin(2 * np.pi * hz / TONE_RATE_HZ * np.arange(frames)))


_SOUNDS = st.builds(
    lambda pieces: np.concatenate([np.zeros(0, np.float32), *pieces]), st.lists(_pieces(), max_size=6)
)
_SIZES = st.lists(st.integers(0, 5000), max_size=30)


def _through_chain(sound: Samples, rate_hz: int, sizes: list[int], block: int) -> list[ChainEvent]:
    ids = itertools.count()
    chain = ReceiveChain("fuzz", SquelchSettings(), everything(), lambda: f"T{next(ids)}")
    events: list[ChainEvent] = []
    start = 0
    for size in itertools.chain(sizes, itertools.repeat(block)):
        if start >= len(sound):
            break
        events += chain.feed(AudioBlock(sound[start : start + size], rate_hz, 100 + start / rate_hz))
        start += size
    return [e for e in [*events, *chain.finish()] if not isinstance(e, TransmissionAudio)]


def _alike(one: object, other: object) -> bool:
    """The same but for what sums in another order may differ by."""
    return type(one) is type(other) and all(
        abs(a - b) < 0.05 if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(_values(one), _values(other), strict=True)
    )


def _values(event: object) -> list[object]:
    values = [getattr(event, name) for name in event.__slots__]  # type: ignore[attr-defined]
    return [v for value in values for v in (value if isinstance(value, tuple) else (value,))]


def _compare(what: str, whole: list[ChainEvent], split: list[ChainEvent]) -> None:
    """Raises where they differ in more than the order in which different decoders tell what they heard."""
    whole, split = (sorted(events, key=lambda e: (e.at, type(e).__name__)) for events in (whole, split))
    if len(whole) != len(split) or not all(map(_alike, whole, split)):
        raise AssertionError(f"{what}: cut into blocks it hears {split}, in one piece {whole}")


def _rounds(score: _Score) -> list[Callable[[int], None]]:
    """One round of examples for the chain and for each decoder; each takes its seed."""

    def chain(sound: Samples, rate_hz: int, sizes: list[int], block: int) -> None:
        whole = _through_chain(sound, rate_hz, [], max(len(sound), 1))
        _compare("chain", whole, _through_chain(sound, rate_hz, sizes, block))
        score.add("the whole chain", sound, rate_hz, len(whole))

    given_chain = given(_SOUNDS, st.sampled_from(_RATES_HZ), _SIZES, st.integers(160, 5000))(chain)
    return [_repeatable(given_chain), *(_decoder_round(name, score) for name, _ in TONE_DECODERS)]


def _decoder_round(name: str, score: _Score) -> Callable[[int], None]:
    make = dict(TONE_DECODERS)[name]

    def decoder(sound: Samples, sizes: list[int], block: int) -> None:
        sane = np.where(np.abs(sound) <= 16, sound, np.float32(0))
        whole = heard(make("fuzz", everything()), sane, max(len(sane), 1))
        _compare(name, [*whole], [*heard(make("fuzz", everything()), sane, block, sizes)])
        score.add(name, sound, TONE_RATE_HZ, len(whole))

    return _repeatable(given(_SOUNDS, _SIZES, st.integers(80, 5000))(decoder))


def _repeatable(test: Callable[[], None]) -> Callable[[int], None]:
    limits = settings(
        max_examples=_EXAMPLES_A_ROUND,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    limited = limits(test)
    return lambda number: seed(number)(limited)()


def _memory_mb() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """The table; a failure raises with the shortest example that shows it."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--minutes", type=float, default=10)
    cli.add_argument("--seed", type=int, default=1)
    args = cli.parse_args()
    score = _Score()
    rounds = _rounds(score)
    until = time.monotonic() + args.minutes * 60
    settled_mb = 0.0
    for number in itertools.count():
        for run in rounds:
            run(args.seed * 100_000 + number)
        if number + 1 == _SETTLED_ROUNDS:
            settled_mb = _memory_mb()
        if time.monotonic() > until and number + 1 > _SETTLED_ROUNDS:
            break
    grown_mb = _memory_mb() - settled_mb
    table = Table("fed to", "sounds", "minutes of them", "events", title="fuzz: exceptions 0, differences 0")
    for what, examples in score.examples.items():
        table.add_row(what, f"{examples}", f"{score.seconds[what] / 60:.0f}", f"{score.heard[what]}")
    Console().print(table)
    print(f"memory: {settled_mb:.0f} MB after {_SETTLED_ROUNDS} rounds, {grown_mb:+.1f} MB at the end")
    if grown_mb > _MOST_GROWTH_MB:
        raise SystemExit(f"memory grew by more than {_MOST_GROWTH_MB:.0f} MB")


if __name__ == "__main__":
    main()
