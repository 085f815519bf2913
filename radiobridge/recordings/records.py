"""What a spool is made of: a row of records, each a kind (one byte), a length (four, little-endian), content.

`I`: what is known of the recording, as JSON; again whenever more is known, and the last one counts. `S`:
sound, s16le mono. `G`: four bytes, how many frames of sound are missing here. What a crash has torn off, or
left as zeros, ends the row.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from radiobridge.events import Samples
from radiobridge.recordings.info import RecordingInfo

Pcm = NDArray[np.int16]

_HEAD = struct.Struct("<cI")
_COUNT = struct.Struct("<I")
_INFO, _SOUND, _GAP = b"I", b"S", b"G"
_FRAME_BYTES = 2
_PIECE_FRAMES = 65_536
"""Sound that is read, or silence that is made, at a time."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a spool holds: `info` complete with durations, `frames` of sound, gaps included."""

    info: RecordingInfo
    frames: int


def info_record(info: RecordingInfo) -> bytes:
    """What is known now."""
    return _record(_INFO, info.json_text().encode())


def sound_record(samples: Samples) -> bytes:
    """Float sound (full scale -1 to 1) as 16 bit; what is louder is clipped."""
    pcm = np.clip(np.rint(samples * np.float32(32768)), -32768, 32767).astype("<i2")
    return _record(_SOUND, pcm.tobytes())


def gap_record(frames: int) -> bytes:
    """So much sound is missing."""
    return _record(_GAP, _COUNT.pack(frames))


def contents(descriptor: int) -> Contents | None:
    """What the spool holds; None where it is no spool of ours, or has no sound. Raises OSError."""
    info: RecordingInfo | None = None
    frames = missing = 0
    for kind, offset, length in _walk(descriptor):
        if kind == _INFO:
            try:
                info = RecordingInfo.model_validate_json(os.pread(descriptor, length, offset))
            except ValidationError:
                break
        elif kind == _SOUND:
            frames += length // _FRAME_BYTES
        else:
            gap = _gap(descriptor, offset)
            frames, missing = frames + gap, missing + gap
    if info is None or not info.rate_hz or not frames:
        return None
    durations = {
        "duration_s": round(frames / info.rate_hz, 3),
        "left_out_s": round(missing / info.rate_hz, 3),
    }
    return Contents(info.model_copy(update=durations), frames)


def sound(descriptor: int) -> Iterator[Pcm]:
    """The sound piece by piece, with silence where some is missing. Raises OSError."""
    for kind, offset, length in _walk(descriptor):
        if kind == _SOUND:
            for start in range(0, length, _PIECE_FRAMES * _FRAME_BYTES):
                some = min(length - start, _PIECE_FRAMES * _FRAME_BYTES)
                yield np.frombuffer(os.pread(descriptor, some, offset + start), "<i2")
        elif kind == _GAP:
            frames = _gap(descriptor, offset)
            for start in range(0, frames, _PIECE_FRAMES):
                yield np.zeros(min(frames - start, _PIECE_FRAMES), np.int16)


def _record(kind: bytes, content: bytes) -> bytes:
    return _HEAD.pack(kind, len(content)) + content


def _gap(descriptor: int, offset: int) -> int:
    (frames,) = _COUNT.unpack(os.pread(descriptor, _COUNT.size, offset))
    return int(frames)


def _walk(descriptor: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, place and length of each record's content; sound that is torn off counts as far as it goes."""
    end = os.fstat(descriptor).st_size
    offset = 0
    while offset + _HEAD.size <= end:
        kind, length = _HEAD.unpack(os.pread(descriptor, _HEAD.size, offset))
        offset += _HEAD.size
        if kind == _SOUND:
            length = min(length, end - offset) // _FRAME_BYTES * _FRAME_BYTES
        elif offset + length > end or not (kind == _INFO or (kind == _GAP and length == _COUNT.size)):
            return
        yield kind, offset, length
        offset += length
