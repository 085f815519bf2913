"""What the daemon and a process that recognises speech say to each other, frame by frame over two pipes.

A frame is a pickled object behind its length: both ends are this very program, and nobody else can write to
the pipes.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeAlias

from radiobridge.events import Health, SpeechEnded, Transcript
from radiobridge.settings.models import SpeechSettings
from radiobridge.speech.phrases import PhraseBook
from radiobridge.speech.recognition import SpeechEvent

_LENGTH = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Load:
    """The first frame: which language the process recognises, and by what."""

    language: str
    settings: SpeechSettings
    state_dir: Path
    book: PhraseBook


@dataclass(frozen=True, slots=True)
class Phrases:
    """Other phrases, from the next transmission on."""

    book: PhraseBook


@dataclass(frozen=True, slots=True)
class Start:
    """A transmission begins."""

    channel: str
    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound of a transmission: 16-bit little-endian samples; `at` is when the first was taken."""

    channel: str
    id: str
    at: float
    pcm: bytes


@dataclass(frozen=True, slots=True)
class Finish:
    """The transmission is over."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Ping:
    """Asks whether the process still works."""


@dataclass(frozen=True, slots=True)
class Pong:
    """It does; `busy_s`: for how long one piece of sound has been recognised, the longest of them."""

    busy_s: float


@dataclass(frozen=True, slots=True)
class Close:
    """Nothing more will come: the last words, and then the end."""


ToEngine: TypeAlias = Load | Phrases | Start | Sound | Finish | Ping | Close
FromEngine: TypeAlias = SpeechEvent | SpeechEnded | Transcript | Health | Pong


def write_frame(stream: IO[bytes], frame: ToEngine | FromEngine) -> None:
    """The frame is on its way. Raises OSError when the other end is gone."""
    body = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def frames(stream: IO[bytes]) -> Iterator[Any]:
    """The frames that come, ToEngine or FromEngine, until the other end is closed."""
    while len(head := stream.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        body = stream.read(length)
        if len(body) < length:
            return
        yield pickle.loads(body)  # noqa: S301  written by `write_frame` of this program alone
