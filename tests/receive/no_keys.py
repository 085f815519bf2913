"""What is no key: other signalling, music, noise and voices.

Every sound is float32 mono at 8 kHz.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.signalling.five_tone import STANDARDS
from radiobridge.transmit.dtmf import HIGH_HZ, LOW_HZ
from radiobridge.transmit.mdc1200 import mdc1200, ptt_id
from tests.channel_model import RATE_HZ, clipped, preemphasised
from tests.receive.speech import real_speech

TEXTS = {
    "en": (
        "Control, this is post twelve. The gate at the north side is open, nobody is here. We walk round the"
        " building and call again at nine forty five. Two children wait for the bus, all is well. Over."
    ),
    "cmn": (
        "值班室,我是十二号点。北门没有关,没有看到人。"
        "我们绕楼走一圈,九点四十五分再报告。两个孩子在等校车,一切正常。完毕。"
    ),
    "yue": (
        "值班室,我係十二號崗。北門冇閂,冇見到人。"
        "我哋行一個圈,九點四十五分再報告。兩個細路等緊校車,一切正常。完。"
    ),
    "ko": (
        "상황실, 여기는 십이번 초소입니다. 북쪽 문이 열려 있고 아무도 없습니다."
        " 건물을 한 바퀴 돌고 아홉 시 사십오 분에 다시 연락하겠습니다."
        " 아이 두 명이 버스를 기다립니다. 이상 없습니다."
    ),
}
PITCHES = (15, 40, 60, 85)
VARIANTS = ("", "+f3", "+m3")


def others(rng: np.random.Generator) -> Iterator[tuple[str, Samples]]:
    """Everything but voices: name and sound."""
    yield "single tones", _single_tones(rng)
    yield "white noise", rng.normal(0, 0.1, 60 * RATE_HZ).astype(np.float32)
    yield "white noise, clipped", clipped(rng.normal(0, 0.3, 60 * RATE_HZ).astype(np.float32))
    yield "five-tone calls, all standards", _five_tone(rng)
    yield "two-tone pages", _two_tone(rng)
    yield "MDC-1200", _mdc1200(rng)
    yield "AFSK and MSK data", _data(rng)
    yield "dial, busy and ringing tones", _telephone()
    yield "tone bursts and Morse", _bursts(rng)
    yield "sweeps, whistles and sirens", _sweeps(rng)
    yield "chords with overtones", _chords(rng)


def voices() -> Iterator[tuple[str, Samples]]:
    """Real and synthetic speech, each as it is and as a radio without de-emphasis gives it."""
    yield "real speech", real_speech()
    yield "real speech, pre-emphasised", preemphasised(real_speech())
    for language in TEXTS:
        sound = spoken(language)
        yield f"espeak-ng {language}", sound
        yield f"espeak-ng {language}, pre-emphasised", preemphasised(sound)


def spoken(language: str) -> Samples:
    """The text in all pitches and variants of espeak-ng's voice."""
    parts = [_espeak(language + variant, pitch, TEXTS[language]) for variant in VARIANTS for pitch in PITCHES]
    return np.concatenate(parts)


def _espeak(voice: str, pitch: int, text: str) -> Samples:
    said = subprocess.run(
        ["espeak-ng", "-v", voice, "-p", str(pitch), "--stdout"],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    raw = ("-t", "raw", "-r", str(RATE_HZ), "-c", "1", "-e", "signed", "-b", "16", "-")
    pcm = subprocess.run(
        ["sox", "-q", "-V1", "--ignore-length", "-t", "wav", "-", *raw],
        input=said.stdout,
        capture_output=True,
        check=True,
    )
    return np.frombuffer(pcm.stdout, "<i2").astype(np.float32) / np.float32(32768)


def _single_tones(rng: np.random.Generator) -> Samples:
    parts = [_tone((hz,), 0.2, rng) for _ in range(20) for hz in (*LOW_HZ, *HIGH_HZ)]
    return _apart(parts, 0.05)


def _five_tone(rng: np.random.Generator) -> Samples:
    rows = []
    for standard in STANDARDS.values():
        for _ in range(60):
            row = rng.choice(list(standard.tones_hz.values()), 5)
            rows.append(np.concatenate([_tone((hz,), standard.tone_s, rng, rise_s=0.001) for hz in row]))
    return _apart(rows, 0.1)


def _two_tone(rng: np.random.Generator) -> Samples:
    pages = [
        np.concatenate([_tone((hz,), seconds, rng) for hz, seconds in zip(pair, (1, 3), strict=True)])
        for pair in rng.uniform(288, 2400, (30, 2))
    ]
    return _apart(pages, 0.5)


def _mdc1200(rng: np.random.Generator) -> Samples:
    bursts = [mdc1200(ptt_id(f"{unit:04X}"), RATE_HZ) for unit in rng.integers(1, 0xFFFF, 200)]
    return _apart(bursts, 0.1)


def _data(rng: np.random.Generator) -> Samples:
    parts = []
    for mark, space, rate in ((1200, 2200, 1200), (1200, 1800, 1200), (1300, 2100, 1200), (1270, 1070, 300)):
        bits = rng.integers(0, 2, rate * 15)[np.arange(15 * RATE_HZ) * rate // RATE_HZ]
        phase = np.cumsum(np.where(bits, mark, space)) * 2 * np.pi / RATE_HZ
        parts.append((0.3 * np.sin(phase)).astype(np.float32))
    return _apart(parts, 0.2)


def _telephone() -> Samples:
    """Tones of exchanges. Source: ITU-T E.180, supplement 2: North America, Europe, China, Korea."""
    rng = np.random.default_rng(1)
    pairs = ((350, 440), (480, 620), (440, 480), (425,), (450,), (400, 450), (950,), (1400,), (1800,))
    return _apart([_tone(pair, 0.5, rng) for pair in pairs for _ in range(8)], 0.25)


def _bursts(rng: np.random.Generator) -> Samples:
    parts = [_tone((hz,), 1, rng) for hz in (1000, 1450, 1750, 2100, 2135, 2175, 1633, 941)]
    for hz in (600, 700, 770, 850, 1209):
        dots = rng.choice([0.06, 0.18], 60)
        parts.append(_apart([_tone((hz,), seconds, rng) for seconds in dots], 0.06))
    return _apart(parts, 0.3)


def _sweeps(rng: np.random.Generator) -> Samples:
    """Sweeps, whistles that go up and down, and sirens: the same with overtones."""
    parts = []
    for overtones in (1, 4) * 30:
        t = np.arange(round(rng.uniform(0.2, 2) * RATE_HZ)) / RATE_HZ
        low, high, rate_hz = rng.uniform(300, 900), rng.uniform(900, 1700), rng.uniform(0.3, 6)
        hz = low + (high - low) * (0.5 - 0.5 * np.cos(2 * np.pi * rate_hz * t))
        angle = 2 * np.pi * np.cumsum(hz) / RATE_HZ
        parts.append(sum((0.2 / n * np.sin(n * angle) for n in range(1, overtones + 1)), np.zeros(len(t))))
    return _apart([part.astype(np.float32) for part in parts], 0.1)


def _chords(rng: np.random.Generator) -> Samples:
    """Triads from A2 to A5 on an organ: each note with its first overtones."""
    parts = []
    for note in range(-24, 13):
        for triad in ((0, 4, 7), (0, 3, 7), (0, 5, 9), (0, 7, 12)):
            notes = [440 * 2 ** ((note + step) / 12) for step in triad]
            loud = [(hz * n, 1 / n) for hz in notes for n in range(1, 6) if hz * n < RATE_HZ / 2]
            t = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
            chord: NDArray[np.float64] = sum(
                (a * np.sin(2 * np.pi * hz * t + rng.uniform(0, 6)) for hz, a in loud), np.zeros(len(t))
            )
            parts.append((0.1 * chord).astype(np.float32))
    return _apart(parts, 0.1)


def _tone(hz: tuple[float, ...], seconds: float, rng: np.random.Generator, rise_s: float = 0.003) -> Samples:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = sum((np.sin(2 * np.pi * one * t + rng.uniform(0, 6.28)) for one in hz), np.zeros(len(t)))
    rise = np.minimum(1, (np.arange(len(t)) + 1) / (rise_s * RATE_HZ))
    shaped: Samples = (0.3 / len(hz) ** 0.5 * sound * np.minimum(rise, rise[::-1])).astype(np.float32)
    return shaped


def _apart(parts: list[Samples], gap_s: float) -> Samples:
    gap = np.zeros(round(gap_s * RATE_HZ), np.float32)
    return np.concatenate([piece for part in parts for piece in (part, gap)])
