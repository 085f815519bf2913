"""How far into the noise each signalling is heard, what speech raises falsely, and what listening costs.

    python -m bench.signalling [--trials 50] [--seed 1] [--plot docs/signalling.png] [--only NAME]

Every decoder is on in every trial, as `radiobridge decode` has it: a signal counts when it, and nothing
else, is heard. SNR: power of the signal over white noise in 0 to 4 kHz, at the 8 kHz that decoders take;
`voice over it` puts real speech over it that is so much louder. multimon-ng hears the same where it can.
False: all speech of Debian's asterisk-core-sounds-{en,es,fr,it,ru}-wav that is installed, at gains 0.3, 1
and 3. Needs matplotlib (the extra `bench`), multimon-ng and sox.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench.hearing import PAGES, everything
from radiobridge.events import Digit, Samples, Selcall, Signal
from radiobridge.receive.decoders import TONE_DECODERS, ToneBank
from radiobridge.receive.tones import TONE_RATE_HZ
from radiobridge.settings import SignalSettings
from radiobridge.signalling.ctcss import TONES_HZ
from radiobridge.signalling.dcs import CODES, as_normal
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.mdc1200 import mdc1200, ptt_id
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import two_tone
from tests.channel_model import radio_band, with_noise, with_voice
from tests.receive.hearing import heard
from tests.receive.speech import SOUNDS, real_speech, speech_of

_SNRS_DB = range(-14, 13, 2)
_QUIET_S = 0.5
_BLOCK = 160
_MARKS = (0.5, 0.9, 0.99)
_GAINS = (0.3, 1.0, 3.0)
_PANELS_A_ROW = 3


@dataclass(frozen=True, slots=True)
class System:
    """`send` gives a signal with fresh contents and the code that must be heard in it."""

    panel: str
    """The part of the picture in which its curve stands."""
    name: str
    system: str
    send: Callable[[np.random.Generator], tuple[Samples, str]]
    peer: str = ""
    """multimon-ng's name of it."""
    voice_db: float | None = None
    """Speech over it, louder by this."""


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(map(str, rng.integers(0, 10, count)))


def _keys(rng: np.random.Generator) -> tuple[Samples, str]:
    keys = _digits(rng, 4)
    return dtmf(keys, TONE_RATE_HZ, tone_s=0.07, gap_s=0.07), keys


def _ptt_id(rng: np.random.Generator) -> tuple[Samples, str]:
    unit = f"{rng.integers(1, 0xFFFE):04X}"
    return mdc1200(ptt_id(unit), TONE_RATE_HZ), unit


def _five_tone(standard: str) -> Callable[[np.random.Generator], tuple[Samples, str]]:
    def send(rng: np.random.Generator) -> tuple[Samples, str]:
        code = _digits(rng, 5)
        return five_tone(code, standard, TONE_RATE_HZ), code

    return send


def _page(rng: np.random.Generator) -> tuple[Samples, str]:
    name = str(rng.choice(list(PAGES)))
    return two_tone(*PAGES[name], TONE_RATE_HZ), name


def _burst(rng: np.random.Generator) -> tuple[Samples, str]:
    return tone_burst(1750, TONE_RATE_HZ, float(rng.uniform(0.4, 0.8))), "1750"


def _ctcss(rng: np.random.Generator) -> tuple[Samples, str]:
    hz = float(rng.choice(TONES_HZ))
    return ctcss(hz, TONE_RATE_HZ, 1.5), f"{hz:.1f}"


def _dcs(rng: np.random.Generator) -> tuple[Samples, str]:
    code = f"{rng.choice(CODES)}{rng.choice(['N', 'I'])}"
    return dcs(code, TONE_RATE_HZ, 1.5), as_normal(code)


_FIVE_TONE_PEERS = {
    "zvei1": "ZVEI1",
    "zvei2": "ZVEI2",
    "zvei3": "DZVEI",
    "ccir": "CCIR",
    "eea": "EEA",
    "eia": "EIA",
}
"""multimon-ng's ZVEI3 has other digits; its DZVEI has those of ours."""

SYSTEMS = (
    System("DTMF", "DTMF, 4 keys 70/70 ms", "", _keys, peer="DTMF"),
    System("MDC-1200", "MDC-1200 PTT-ID", "mdc1200", _ptt_id),
    *(
        System("five-tone", name.upper(), name, _five_tone(name), peer=peer)
        for name, peer in _FIVE_TONE_PEERS.items()
    ),
    System("single tones", "two-tone page", "two-tone", _page),
    System("single tones", "tone burst 1750 Hz", "tone-burst", _burst),
    System("CTCSS", "CTCSS, 1.5 s", "ctcss", _ctcss),
    System("CTCSS", "CTCSS, 1.5 s, voice 10 dB over it", "ctcss", _ctcss, voice_db=10),
    System("DCS", "DCS, 1.5 s", "dcs", _dcs),
    System("DCS", "DCS, 1.5 s, voice 10 dB over it", "dcs", _dcs, voice_db=10),
)


@cache
def _voice() -> Samples:
    """Five minutes of speech, as a radio passes it."""
    return radio_band(real_speech()[: 300 * TONE_RATE_HZ])


def trials(system: System, snr_db: float, count: int, seed: int) -> Iterator[tuple[Samples, str]]:
    """Sounds with quiet around the signal, and what must be heard in each."""
    quiet = np.zeros(round(_QUIET_S * TONE_RATE_HZ), np.float32)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        sound, code = system.send(rng)
        sound = np.concatenate([quiet, sound, quiet])
        noisy = with_noise(sound, snr_db, seed=int(rng.integers(2**31)))
        if system.voice_db is not None:
            noisy = (
                noisy + with_voice(sound, _voice(), -system.voice_db, seed=int(rng.integers(2**31))) - sound
            )
        yield np.clip(noisy, -1, 1), code


def _heard(signals: SignalSettings, sound: Samples, block: int = _BLOCK) -> list[Signal]:
    """What the bank hears in sound at 8 kHz."""
    return heard(ToneBank("bench", signals, TONE_RATE_HZ), sound, block)


def _is_right(system: System, signals: list[Signal], code: str) -> bool:
    if not system.system:
        return code == "".join(s.key for s in signals if isinstance(s, Digit)) and len(signals) == len(code)
    return [
        (s.system, s.code if isinstance(s, Selcall) else s.unit) for s in signals if not isinstance(s, Digit)
    ] == [(system.system, code)] and len(signals) == 1


def _peer_share(system: System, sounds: list[tuple[Samples, str]]) -> float:
    """Share of the codes that multimon-ng prints, each sound given to it alone."""
    right = 0
    for sound, code in sounds:
        pcm = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
        command = (
            "sox -q -t raw -r 8000 -e signed -b 16 -c 1 - -t raw -r 22050 -e signed -b 16 - |"
            f" multimon-ng -q -t raw -a {system.peer} -"
        )
        said = subprocess.run(command, shell=True, input=pcm, capture_output=True, check=True).stdout.decode()
        lines = [line.partition(": ")[2].strip() for line in said.splitlines()]
        right += ("".join(lines) if system.peer == "DTMF" else _without_repeats(" ".join(lines))) == code
    return right / len(sounds)


def _without_repeats(printed: str) -> str:
    """The digits that were meant: multimon-ng prints the repeat tone as E."""
    meant = ""
    for symbol in printed:
        meant += meant[-1:] if symbol == "E" else symbol
    return meant


@dataclass(slots=True)
class Curve:
    """Shares heard (0 to 1) at each of `_SNRS_DB`, by us or by multimon-ng."""

    system: System
    shares: list[float]
    is_peer: bool = False

    @property
    def name(self) -> str:
        """What it is called in the table and in the picture."""
        return f"{self.system.name} by multimon-ng" if self.is_peer else self.system.name

    def reaches(self, mark: float) -> str:
        """The least SNR from which on at least `mark` of all are heard."""
        snr_db = None
        for snr, share in zip(reversed(_SNRS_DB), reversed(self.shares), strict=True):
            if share < mark:
                break
            snr_db = snr
        return "-" if snr_db is None else f"{snr_db:+d} dB"


def curves(system: System, count: int, seed: int) -> Iterator[Curve]:
    """Ours, and the peer's where it has a decoder."""
    ours: list[float] = []
    peers: list[float] = []
    # The digits of ZVEI 1 and 2 are the same tones: only one of them can be told at a time.
    on = everything()
    if system.system in on.five_tone:
        on = on.model_copy(update={"five_tone": (system.system,)})
    for snr_db in _SNRS_DB:
        sounds = list(trials(system, snr_db, count, seed))
        ours.append(sum(_is_right(system, _heard(on, sound), code) for sound, code in sounds) / count)
        if system.peer:
            peers.append(_peer_share(system, sounds))
    yield Curve(system, ours)
    if system.peer:
        yield Curve(system, peers, is_peer=True)


def plot(drawn: list[Curve], path: Path) -> None:
    """The curves as a PNG, a panel for each kind of signalling; multimon-ng's are dotted."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    panels = list(dict.fromkeys(curve.system.panel for curve in drawn))
    rows = -(-len(panels) // _PANELS_A_ROW)
    figure, grid = plt.subplots(
        rows, _PANELS_A_ROW, figsize=(11, 3.6 * rows), dpi=100, sharex=True, sharey=True, squeeze=False
    )
    for panel, axes in zip(panels, grid.flat, strict=False):
        colours: dict[str, str] = {}
        for curve in (curve for curve in drawn if curve.system.panel == panel):
            colour = colours.setdefault(curve.system.name, f"C{len(colours)}")
            heard_percent = [100 * share for share in curve.shares]
            axes.plot(_SNRS_DB, heard_percent, ":" if curve.is_peer else "-", color=colour, label=curve.name)
        axes.set_title(panel, fontsize=10)
        axes.grid(visible=True, alpha=0.3)
        axes.legend(fontsize=6, loc="lower right")
    for axes in grid.flat[len(panels) :]:
        axes.remove()
    figure.supxlabel("SNR in 0 to 4 kHz, dB")
    figure.supylabel("heard, %")
    figure.tight_layout()
    figure.savefig(path)


def false_detections(console: Console) -> None:
    """What all decoders together hear in speech."""
    found: Counter[str] = Counter()
    hours = 0.0
    table = Table("speech", "minutes", "false at gain 0.3", "1", "3", title="false detections")
    for voice in sorted(f for f in SOUNDS.iterdir() if f.is_dir() and not f.is_symlink()):
        speech = speech_of(voice)
        hours += len(speech) / TONE_RATE_HZ / 3600
        counts = []
        for gain in _GAINS:
            signals = _heard(everything(), np.clip(speech * np.float32(gain), -1, 1), TONE_RATE_HZ)
            found.update(type(s).__name__ if isinstance(s, Digit) else s.system for s in signals)
            counts.append(str(len(signals)))
        table.add_row(voice.name, f"{len(speech) / TONE_RATE_HZ / 60:.0f}", *counts)
    console.print(table)
    print(f"{hours:.2f} hours of speech at each gain: {sum(found.values())} false {dict(found)}")


def cost(console: Console) -> None:
    """Share of a core that a decoder takes of a live channel: speech over noise, 20 ms a block."""
    speech = with_noise(real_speech()[: 120 * TONE_RATE_HZ], 20)
    on = everything()
    off: dict[str, Any] = {name: False for name, _ in TONE_DECODERS}
    off |= {"five_tone": (), "tone_burst": (), "dtmf_id_digits": 0}
    table = Table("decoder", "% of a core", title="cost of a channel that is receiving, 20 ms blocks")
    for name, _ in TONE_DECODERS:
        alone = SignalSettings.model_validate({**off, name: getattr(on, name)})
        table.add_row(name, f"{_share(alone, speech):.2f}")
    table.add_row("all together", f"{_share(on, speech):.2f}")
    console.print(table)


def _share(signals: SignalSettings, sound: Samples) -> float:
    began = time.process_time()
    _heard(signals, sound)
    return 100 * (time.process_time() - began) / (len(sound) / TONE_RATE_HZ)


def main() -> None:
    """Prints the tables and draws the curves."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--trials", type=int, default=50)
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--plot", type=Path)
    cli.add_argument("--only", default="")
    args = cli.parse_args()
    console = Console()
    drawn: list[Curve] = []
    table = Table("signalling", "50 %", "90 %", "99 %", title="least SNR from which on this share is heard")
    for system in SYSTEMS:
        if system.name.startswith(args.only):
            for curve in curves(system, args.trials, args.seed):
                drawn.append(curve)
                table.add_row(curve.name, *(curve.reaches(mark) for mark in _MARKS))
    console.print(table)
    if args.plot:
        plot(drawn, args.plot)
    if not args.only:
        false_detections(console)
        cost(console)


if __name__ == "__main__":
    main()
