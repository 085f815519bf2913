"""Transmissions, a writer with clocks that are moved by hand, and what is found on disk afterwards."""

from __future__ import annotations

import os
import subprocess
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray
from ulid import ULID

from radiobridge.events import (
    Condition,
    Digit,
    Health,
    Samples,
    Signal,
    TransmissionAudio,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.recordings.flac import metadata
from radiobridge.recordings.health import RecordingsHealth
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.keeper import Keeper
from radiobridge.recordings.names import path_of
from radiobridge.recordings.recorder import Recorder
from radiobridge.recordings.spool import Spool
from radiobridge.recordings.writer import Writer
from radiobridge.settings import RecordingSettings
from tests.builders import Clock

RATE_HZ = 16_000
AT = 1_795_619_100.123
"""2026-11-25 15:05:00.123 UTC."""
DAY_S = 86_400
MB = 1_000_000
BLOCK_FRAMES = 320


def ulid(at: float = AT) -> str:
    return str(ULID.from_timestamp(at))


def sound_of(id_: str, seconds: float) -> Samples:
    """Noise that is the same for the same id, its beginning too when it is longer."""
    noise = np.random.default_rng(zlib.crc32(id_.encode())).normal(0, 0.05, round(seconds * RATE_HZ))
    return noise.astype(np.float32)


def as_pcm(sound: Samples) -> NDArray[np.int16]:
    """What 16 bits make of it."""
    return np.clip(np.round(sound * 32768), -32768, 32767).astype(np.int16)


def key(name: str, channel: str = "gate") -> Digit:
    return Digit(channel, AT, name, 0.1, -20, 0, 30)


def started(channel: str = "gate", at: float = AT, id_: str = "") -> TransmissionStarted:
    return TransmissionStarted(channel, at, id_ or ulid(at))


def blocks(begun: TransmissionStarted, sound: Samples) -> Iterator[TransmissionAudio]:
    """The sound as a chain hands it on."""
    for first in range(0, len(sound), BLOCK_FRAMES):
        at = begun.at + first / RATE_HZ
        yield TransmissionAudio(begun.channel, at, begun.id, sound[first : first + BLOCK_FRAMES], RATE_HZ)


def ended(begun: TransmissionStarted, seconds: float, *, cut: bool = False) -> TransmissionEnded:
    return TransmissionEnded(
        channel=begun.channel,
        at=begun.at + seconds,
        id=begun.id,
        started_at=begun.at,
        duration_s=seconds,
        peak_dbfs=-12.34,
        level_dbfs=-26.78,
        cut=cut,
    )


def record(
    recorder: Recorder, begun: TransmissionStarted, seconds: float = 1.0, *signals: Signal, cut: bool = False
) -> Path:
    """A whole transmission goes through the recorder; the path that it was given."""
    path = recorder.start(begun)
    for block in blocks(begun, sound_of(begun.id, seconds)):
        recorder.feed(block)
    for signal in signals:
        recorder.note(signal)
    assert recorder.finish(ended(begun, seconds, cut=cut)) == path
    return Path(path)


class HealthLog:
    """What was told of the recordings."""

    def __init__(self) -> None:
        self.events: list[Health] = []

    def __call__(self, event: Health) -> None:
        self.events.append(event)

    def last(self) -> Health:
        return self.events[-1]

    @property
    def conditions(self) -> list[Condition]:
        return [event.condition for event in self.events]


class Studio:
    """A writer without its thread, and a disk on which as much is free as a test says."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.clock = Clock(AT)
        self.timer = Clock(1000.0)
        self.free_bytes = 10**12
        self.health = HealthLog()
        self.keeper = Keeper(
            folder,
            RecordingSettings(**settings),
            clock=self.clock,
            timer=self.timer,
            free=lambda _: self.free_bytes,
        )
        told = RecordingsHealth(self.health, self.clock, self.timer)
        self.writer = Writer(folder, self.keeper, told, self.timer)

    def wait(self, seconds: float) -> None:
        """Both clocks move, and the writer looks after itself."""
        self.clock.now += seconds
        self.timer.now += seconds
        self.round()

    def round(self) -> None:
        """What the thread does again and again."""
        self.writer.write([])
        self.writer.look_after()
        while self.writer.finish_one():
            pass

    def begin(self, channel: str = "gate", at: float = AT) -> tuple[Spool, TransmissionStarted]:
        begun = started(channel, at)
        info = RecordingInfo.model_validate(
            {
                "schema": "radiobridge.recording/1",
                "station": "duty-room",
                "channel": channel,
                "id": begun.id,
                "started": at,
                "interrupted": True,
            }
        )
        return Spool(self.folder, path_of(self.folder, channel, at, begun.id), info), begun

    def say(self, spool: Spool, begun: TransmissionStarted, sound: Samples) -> None:
        """So much more of it is handed over, and the thread has its turn."""
        self.writer.write([(spool, block) for block in blocks(begun, sound)])
        self.writer.look_after()

    def end(self, spool: Spool, begun: TransmissionStarted, seconds: float = 1.0) -> None:
        self.writer.write([(spool, ended(begun, seconds))])
        self.round()

    def record(self, seconds: float = 1.0, channel: str = "gate", at: float = AT) -> Path:
        """A whole transmission."""
        spool, begun = self.begin(channel, at)
        self.say(spool, begun, sound_of(begun.id, seconds))
        self.end(spool, begun, seconds)
        return spool.path


def info_of(path: Path) -> RecordingInfo:
    """What a recording of ours tells of itself."""
    found = metadata(path)
    assert found is not None
    return found


def heard_in(path: Path) -> NDArray[np.int16]:
    """The whole sound of a recording, which says how long it is."""
    sound, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == RATE_HZ
    assert len(sound) / RATE_HZ == pytest.approx(info_of(path).duration_s, abs=0.001)
    return np.asarray(sound)


def files_in(folder: Path, ending: str = "") -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{ending}") if path.is_file())


def until(holds: Callable[[], object], timeout_s: float = 20) -> None:
    """Returns when it holds."""
    deadline = time.monotonic() + timeout_s
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of this size."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill_up(ballast: Path) -> None:
    """The disk of this file has no room left."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536))
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        while True:
            file.write(b"x")
