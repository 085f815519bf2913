"""The closed loop: what the encoders send over a virtual sound card, and who hears it there.

    python -m bench.closed_loop [--signals 50] [--seed 1] [--at-once 4] [--only KIND]

Each kind has a sound server of its own; its signals, with random contents, are played at -16 dBFS (CTCSS and
DCS: -25 dBFS) into both channels of its card and heard by the `sounddevice` input, in real time. The receiver
listens for everything at once (of five-tone standards, for the one that is sent): a signal counts as heard
when it, and nothing else, was heard in its transmission. multimon-ng is given the same recording, signal by
signal. Needs PulseAudio, PortAudio and multimon-ng.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from string import ascii_uppercase, digits
from typing import NamedTuple

import numpy as np

from radiobridge.signalling.ctcss import TONES_HZ
from radiobridge.signalling.dcs import CODES, as_normal
from radiobridge.signalling.five_tone import STANDARDS
from radiobridge.signalling.two_tone import REEDS_HZ
from radiobridge.transmit.dtmf import KEYS
from tests.transmit.closed_loop import PEERS, Sent, through
from tests.virtual_cable import virtual_cable

_A_GROUP = 10
"""Reeds of one group are far enough from each other to be told apart."""


class Row(NamedTuple):
    """How many signals of a kind were sent and heard; None where nobody listens for it."""

    kind: str
    sent: int
    by_us: int | None
    by_multimon: int | None


def _some(rng: np.random.Generator, characters: str, count: int) -> str:
    return "".join(rng.choice(list(characters), count))


def _keys(rng: np.random.Generator) -> Sent:
    keys = _some(rng, KEYS, 6)
    return Sent(f"dtmf:{keys}", keys)


def _five_tone(standard: str, rng: np.random.Generator) -> Sent:
    code = _some(rng, digits, 5)
    return Sent(f"{standard}:{code}", f"{standard} {code} id")


def _page(rng: np.random.Generator) -> Sent:
    group = rng.choice(np.reshape(REEDS_HZ, (-1, _A_GROUP)))
    tones = "/".join(f"{hz:.1f}" for hz in rng.choice(group, 2, replace=False))
    return Sent(f"two-tone:{tones}", f"two-tone {tones} id")


def _packet(rng: np.random.Generator) -> Sent:
    unit, other = (f"{rng.integers(1, 0xDEEF):04X}" for _ in range(2))
    number = f"{rng.integers(256):02X}"
    said = ("id", "emergency", "status", "message", "radio-check", "call-alert", "selective-call")
    name = str(rng.choice(said))
    more = {"status": number, "message": number, "call-alert": other, "selective-call": other}.get(name, "")
    written = ":".join(part for part in ("mdc1200", name, unit, more) if part)
    return Sent(written, " ".join(part for part in ("mdc1200", unit, name, more) if part))


def _burst(_rng: np.random.Generator) -> Sent:
    return Sent("burst:1750", "tone-burst 1750 id")


def _ctcss(rng: np.random.Generator) -> Sent:
    tone = f"{rng.choice(TONES_HZ):.1f}"
    return Sent(f"ctcss:{tone}", f"ctcss {tone} id")


def _dcs(rng: np.random.Generator) -> Sent:
    code = f"{rng.choice(CODES)}{rng.choice(['N', 'I'])}"
    return Sent(f"dcs:{code}", f"dcs {as_normal(code)} id")


def _morse(rng: np.random.Generator) -> Sent:
    return Sent(f"morse:{_some(rng, ascii_uppercase + digits, 5)}", "")


SENDERS: dict[str, Callable[[np.random.Generator], Sent]] = {
    "dtmf": _keys,
    **{standard: partial(_five_tone, standard) for standard in STANDARDS},
    "two-tone": _page,
    "mdc1200": _packet,
    "burst": _burst,
    "ctcss": _ctcss,
    "dcs": _dcs,
    "morse": _morse,
}


def row(kind: str, signals: int, seed: int) -> Row:
    """All signals of a kind through a card of their own."""
    rng = np.random.default_rng([seed, list(SENDERS).index(kind)])
    sent = [SENDERS[kind](rng) for _ in range(signals)]
    with virtual_cable(channels=2) as cable, cable.heard_here():
        ears = through(cable, sent[::2], sent[1::2])
    ours = [told == one.told for ear in ears for told, one in zip(ear.heard(), ear.sent, strict=True)]
    theirs = [
        text == one.what for ear in ears for text, one in zip(ear.heard_by_multimon(), ear.sent, strict=True)
    ]
    is_listened_for = any(one.told for one in sent)
    return Row(kind, signals, sum(ours) if is_listened_for else None, sum(theirs) if kind in PEERS else None)


def line(cells: Iterable[object]) -> None:
    """One line of the table."""
    print("".join(f"{cell if cell is not None else '-':>16}" for cell in cells), flush=True)


def main() -> None:
    """Prints the table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--signals", type=int, default=50, help="of each kind, at least 2")
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--at-once", type=int, default=4, help="kinds that are sent at the same time")
    cli.add_argument("--only", default="", help="kinds whose names begin so")
    args = cli.parse_args()
    kinds = [kind for kind in SENDERS if kind.startswith(args.only)]
    line(("kind", "sent", "by radiobridge", "by multimon-ng"))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.at_once, mp_context=context) as pool:
        for one in pool.map(partial(row, signals=args.signals, seed=args.seed), kinds):
            line(one)


if __name__ == "__main__":
    main()
