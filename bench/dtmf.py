"""DTMF against multimon-ng and spandsp: what is heard, what is taken for a key, and what it costs.

    python -m bench.dtmf [--trials 12] [--seed 1] [--only PREFIX] [--no-cost]

Heard: per cent of keys that are right (1 - edit distance / keys) in TRIALS sequences of 16 random keys with a
second of silence between them. No key may be heard in what is too short or too far off, in other signalling,
and in voices, each at gains 0.3, 1 and 3: there the false keys are counted. Cost: seconds of sound for a
second of processor time, and what listening in real time takes of a core, in blocks of 20 ms: the
decoder alone, and with the filter to 8 kHz. Needs
multimon-ng, sox, espeak-ng, libspandsp2 and asterisk-core-sounds-en-wav (Debian).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from typing import TypeAlias

import numpy as np

from bench.dtmf_peers import Decoder, Multimon, Ours, Spandsp
from bench.dtmf_rows import Keying, Row, noise, rows
from radiobridge.events import Samples, Signal
from radiobridge.receive.decoders import ToneBank
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.settings import SignalSettings
from radiobridge.transmit.dtmf import KEYS
from tests.channel_model import RATE_HZ
from tests.receive.no_keys import TEXTS, others, spoken
from tests.receive.speech import real_speech

GAINS = (0.3, 1.0, 3.0)
COST_S = 1200
STREAM_S = 60
BANK_HZ = 16000
BLOCK_S = 0.02
RUNS = 6

Feed: TypeAlias = Callable[[Samples, float], list[Signal]]


def main() -> None:
    """Prints the tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--trials", type=int, default=12)
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--only", default="", help="rows whose names begin so")
    cli.add_argument("--no-cost", action="store_true")
    args = cli.parse_args()
    decoders = (Ours(), Multimon(), Spandsp())
    line("", [decoder.name for decoder in decoders])
    for number, row in enumerate(rows()):
        if row.name.startswith(args.only):
            one_row(row, decoders, args.trials, np.random.default_rng([args.seed, number]))
    for name, sound in what_is_no_key(args.seed):
        if name.startswith(args.only):
            false_keys(name, sound, decoders)
    if not args.no_cost:
        costs(decoders)


def line(name: str, cells: Iterable[str]) -> None:
    """One line of a table."""
    print(f"{name:44s}" + "".join(f"{cell:>14s}" for cell in cells), flush=True)


def one_row(row: Row, decoders: Sequence[Decoder], trials: int, rng: np.random.Generator) -> None:
    """Keys through one channel."""
    sequences = [row.sequence(rng) for _ in range(trials)]
    quiet = np.zeros(RATE_HZ, np.float32)
    stream = np.concatenate([part for sound, _ in sequences for part in (sound, quiet)])
    sent = "".join(keys for _, keys in sequences)
    heard = [decoder.keys(stream) for decoder in decoders]
    if sent:
        line(row.name, [f"{100 * (1 - distance(sent, keys) / len(sent)):.1f} %" for keys in heard])
    else:
        line(row.name, [f"{len(keys)} false" for keys in heard])


def distance(sent: str, heard: str) -> int:
    """Levenshtein's: how many keys are missing, too many or wrong."""
    costs_so_far = list(range(len(heard) + 1))
    for number, one in enumerate(sent, 1):
        before, costs_so_far[0] = costs_so_far[0], number
        for index, other in enumerate(heard, 1):
            best = min(costs_so_far[index] + 1, costs_so_far[index - 1] + 1, before + (one != other))
            before, costs_so_far[index] = costs_so_far[index], best
    return costs_so_far[-1]


def what_is_no_key(seed: int) -> Iterable[tuple[str, Samples]]:
    """Other signalling, and voices: name and sound."""
    yield from others(np.random.default_rng(seed))
    yield "real speech", real_speech()
    for language in TEXTS:
        yield f"espeak-ng, {language}", spoken(language)


def false_keys(name: str, sound: Samples, decoders: Sequence[Decoder]) -> None:
    """Keys where there are none, at all gains together."""
    loud = [np.clip(sound * np.float32(gain), -1, 1) for gain in GAINS]
    counts = [sum(len(decoder.keys(one)) for one in loud) for decoder in decoders]
    line(
        f"{name}, {len(GAINS)} x {len(sound) / RATE_HZ / 60:.1f} min", [f"{count} false" for count in counts]
    )


def costs(decoders: Sequence[Decoder]) -> None:
    """Both tables of what it costs."""
    print()
    line("s of sound for 1 s of processor time", [decoder.name for decoder in decoders])
    sounds = to_measure()
    for name, sound in sounds.items():
        seconds = len(sound) / RATE_HZ
        line(name, [f"{seconds / best(decoder, sound):,.0f}" for decoder in decoders])
    print()
    line("in real time, of a core", ["at 8 kHz", "at 16 kHz"])
    for name, sound in sounds.items():
        start = sound[: STREAM_S * RATE_HZ]
        line(name, [f"{share:.2%}" for share in (streamed(_alone, start), streamed(_in_a_channel, start))])


def best(decoder: Decoder, sound: Samples) -> float:
    """Processor time of the quickest of some runs: others use this machine too."""
    return min(decoder.cost_s(sound) for _ in range(RUNS))


def to_measure() -> dict[str, Samples]:
    """What is decoded for the tables."""
    rng = np.random.default_rng(1)
    quiet = np.zeros(COST_S * RATE_HZ, np.float32)
    keying = {f"keys of {ms}/{ms} ms without end": Keying(ms / 1000, ms / 1000) for ms in (100, 50)}
    return {
        "real speech": real_speech(),
        **dict(starmap(endless, ((name, keys, rng) for name, keys in keying.items()))),
        "white noise": quiet + rng.normal(0, 0.1, len(quiet)).astype(np.float32),
        "silence": quiet,
    }


def endless(name: str, keying: Keying, rng: np.random.Generator) -> tuple[str, Samples]:
    """As many keys as fit, at SNR 20 dB."""
    count = round(COST_S / (keying.tone_s + keying.gap_s))
    return name, noise(20)(keying.send("".join(rng.choice(list(KEYS), count)), rng), 1)


def streamed(listener: Callable[[], tuple[Feed, int]], sound: Samples) -> float:
    """Share of a core that one channel takes: the best of some runs."""
    shares = []
    for _ in range(RUNS):
        feed, rate_hz = listener()
        fast = np.repeat(sound, rate_hz // RATE_HZ)
        frames = round(BLOCK_S * rate_hz)
        began = time.process_time()
        for start in range(0, len(fast), frames):
            feed(fast[start : start + frames], start / rate_hz)
        shares.append((time.process_time() - began) * rate_hz / len(fast))
    return min(shares)


def _alone() -> tuple[Feed, int]:
    return DtmfDecoder("bench").feed, RATE_HZ


def _in_a_channel() -> tuple[Feed, int]:
    """With the filter that brings the channel's sound down to 8 kHz, which all decoders share."""
    return ToneBank("bench", SignalSettings(mdc1200=False, tone_burst=()), BANK_HZ).feed, BANK_HZ


if __name__ == "__main__":
    main()
