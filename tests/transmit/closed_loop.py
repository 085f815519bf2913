"""The closed loop: what is sent goes into a sound card, and a receiver and multimon-ng hear it there."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import accumulate, count

import numpy as np
import soxr

from radiobridge.events import AudioBlock, Digit, Samples, Signal, TransmissionStarted, UnitId
from radiobridge.ports import load_audio_input
from radiobridge.receive.chain import ReceiveChain
from radiobridge.settings import SignalSettings, SquelchSettings
from radiobridge.signalling.five_tone import STANDARDS, meant
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from radiobridge.transmit.spelled import tones_of
from tests.virtual_cable import NAME, RATE_HZ, VirtualCable

LEVEL_DBFS = -16.0
SUBAUDIBLE_S = 1.0
GAP_S = 0.45
SQUELCH = SquelchSettings(hang_s=0.3, flap_hang_s=0)
"""Signals that follow each other so closely would count as a squelch that flaps, and be held together."""
_MULTIMON_HZ = 22_050
_END_S, _PATIENCE_S = 0.7, 30.0
PEERS = {"dtmf": "DTMF", "morse": "MORSE_CW", "zvei3": "DZVEI"} | {
    name: name.upper() for name in ("ccir", "eea", "eia", "zvei1", "zvei2")
}
"""The kinds that multimon-ng hears, as it calls them: `zvei3` has the digits of its DZVEI, see
`radiobridge.signalling.five_tone`."""


@dataclass(frozen=True)
class Sent:
    """One signal. `spec` is as in the settings, or `ctcss:100.0`, `dcs:023N`; `told`: see `told`.

    An empty `told` is what no receiver listens for.
    """

    spec: str
    told: str

    @property
    def kind(self) -> str:
        return self.spec.partition(":")[0]

    @property
    def what(self) -> str:
        return self.spec.partition(":")[2]

    @property
    def standards(self) -> tuple[str, ...]:
        """The five-tone standard that a receiver must be set to: some are others with other digits."""
        return (self.kind,) if self.kind in STANDARDS else ()

    def sound(self) -> Samples:
        match self.kind:
            case "ctcss":
                return ctcss(float(self.what), RATE_HZ, SUBAUDIBLE_S)
            case "dcs":
                return dcs(self.what, RATE_HZ, SUBAUDIBLE_S)
        return tones_of(self.spec, RATE_HZ, LEVEL_DBFS)


def told(signals: Sequence[Signal]) -> str:
    """What was heard in a transmission: keys, then units and calls, separated by blanks."""
    keys = "".join(signal.key for signal in signals if isinstance(signal, Digit))
    words = [keys] if keys else []
    for signal in signals:
        if isinstance(signal, UnitId):
            words += [signal.system, signal.unit, signal.means, signal.value]
        elif not isinstance(signal, Digit):
            words += [signal.system, signal.code, signal.means, signal.value, signal.by]
    return " ".join(word for word in words if word)


class Receiver:
    """A receive chain that listens for everything, and for the given five-tone standards."""

    def __init__(self, standards: tuple[str, ...]) -> None:
        everything = {"two_tone": True, "ctcss": True, "dcs": True, "five_tone": standards}
        signals = SignalSettings.model_validate(everything)
        numbers = count()
        self._chain = ReceiveChain("loop", SQUELCH, signals, lambda: str(next(numbers)))
        self.transmissions: list[list[Signal]] = []

    def hear(self, block: AudioBlock) -> None:
        for event in self._chain.feed(block):
            if isinstance(event, TransmissionStarted):
                self.transmissions.append([])
            elif isinstance(event, Signal):
                self.transmissions[-1].append(event)


class Ear:
    """One side of the card: the sound that its driver brings, and the receivers that hear it."""

    def __init__(self, side: str, sent: Sequence[Sent], stack: ExitStack) -> None:
        driver = load_audio_input("sounddevice")
        self.sent = sent
        self._receivers = {standards: Receiver(standards) for standards in {one.standards for one in sent}}
        self._input = driver(
            driver.Settings.model_validate({"device": NAME, "rate_hz": RATE_HZ, "pick": side})
        )
        stack.callback(self._input.close)
        self._input.open()
        self._parts: list[Samples] = []
        self._quiet_frames = -1
        """Since the last sound; -1 before the first."""

    @property
    def has_heard_all(self) -> bool:
        return self._quiet_frames > _END_S * RATE_HZ

    def listen(self) -> None:
        """A block has been heard, if one came."""
        block = self._input.read(0.05)
        if block is None:
            return
        assert not block.lost_frames
        self._parts.append(block.samples)
        loud = np.flatnonzero(block.samples)
        if len(loud):
            self._quiet_frames = len(block.samples) - 1 - int(loud[-1])
        elif self._quiet_frames >= 0:
            self._quiet_frames += len(block.samples)
        for receiver in self._receivers.values():
            receiver.hear(block)

    def heard(self) -> list[str]:
        """What the receivers were told, in the order of what was sent."""
        told_of = {
            standards: [told(signals) for signals in receiver.transmissions]
            for standards, receiver in self._receivers.items()
        }
        return ["".join(told_of[one.standards][number : number + 1]) for number, one in enumerate(self.sent)]

    def heard_by_multimon(self) -> list[str | None]:
        """What multimon-ng says to each; None where it has no decoder."""
        sound = np.concatenate(self._parts)
        first = int(np.flatnonzero(sound)[0])
        ends = accumulate((len(in_its_place(one)) for one in self.sent), initial=first)
        pieces = np.split(sound, list(ends))[1:-1]
        return [
            multimon(piece, PEERS[one.kind]) if one.kind in PEERS else None
            for one, piece in zip(self.sent, pieces, strict=True)
        ]


def in_its_place(sent: Sent) -> Samples:
    """A signal and the quiet after it."""
    return np.concatenate([sent.sound(), np.zeros(round(GAP_S * RATE_HZ), np.float32)])


def multimon(sound: Samples, decoder: str) -> str:
    """What multimon-ng hears in sound at `RATE_HZ`: keys, the code of a call, or a text."""
    slow = soxr.resample(sound, RATE_HZ, _MULTIMON_HZ)
    said = subprocess.run(
        ["multimon-ng", "-q", "-t", "raw", "-a", decoder, "-"],
        input=(np.clip(slow, -1, 1) * 32767).astype("<i2").tobytes(),
        capture_output=True,
        check=True,
    ).stdout.decode()
    text = "".join(line.removeprefix(f"{decoder}: ") for line in said.splitlines()).strip()
    return text if decoder in ("DTMF", "MORSE_CW") else meant(text) or text


def through(cable: VirtualCable, *sides: Sequence[Sent]) -> list[Ear]:
    """All that was sent has been heard: the first on the card's left side, a second on its right one."""
    columns = [np.concatenate([in_its_place(one) for one in side]) for side in sides]
    sound = np.zeros((max(map(len, columns)), len(columns)), np.float32)
    for number, column in enumerate(columns):
        sound[: len(column), number] = column
    with ExitStack() as stack:
        ears = [Ear(name, side, stack) for name, side in zip(("left", "right"), sides, strict=False)]
        stack.callback(cable.begin(sound).wait)
        give_up = time.monotonic() + len(sound) / RATE_HZ + _PATIENCE_S
        while not all(ear.has_heard_all for ear in ears):
            assert time.monotonic() < give_up, "what was sent did not all come back"
            for ear in ears:
                ear.listen()
    return ears
