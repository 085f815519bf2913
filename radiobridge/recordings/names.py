"""Where a recording is: a folder for each channel, in it one for each day (UTC), in it a file for each call.

The name is known when the transmission begins, and sorts by time. What is not named like this was not made
by the bridge, and is never removed.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

FLAC = ".flac"
"""A recording, whole."""
SPOOL = ".part"
"""The sound so far of a transmission that goes on, or that could not be finished yet."""
HALF = ".tmp"
"""A FLAC file that is being written."""

_NAME = re.compile(r"(\d{8}T\d{6}\.\d{3}Z)-[0-9A-HJKMNP-TV-Z]{26}(\.flac|\.part|\.tmp)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z0-9_.-]")
_LONGEST_BYTES = 192
"""64 Chinese characters, which is what a channel's name may have; file systems end at 255 bytes."""


def path_of(folder: Path, channel: str, at: float, transmission: str) -> Path:
    """Where the recording of the transmission (a ULID) that began `at` will be."""
    began = datetime.fromtimestamp(at, UTC)
    moment = began.strftime("%Y%m%dT%H%M%S") + f".{began.microsecond // 1000:03d}Z"
    return folder / folder_name(channel) / day_name(at) / f"{moment}-{transmission}{FLAC}"


def day_name(at: float) -> str:
    """The folder of the day."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")


def is_day(name: str) -> bool:
    """Whether a folder has the name of a day."""
    return _DAY.fullmatch(name) is not None


def began_at(name: str, day: str) -> float | None:
    """When the transmission of a file in the folder `day` began; None when the file is not ours."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    try:
        began = datetime.fromisoformat(match[1])
    except ValueError:
        return None
    return began.timestamp() if began.date().isoformat() == day else None


def folder_name(channel: str) -> str:
    """The channel's name as a folder: different for each, the same for ever, harmless in a shell.

    Letters of all scripts stay; what could mean something to a file system or a shell becomes %XX.
    """
    last = len(channel) - 1
    name = "".join(
        c if _is_harmless(c, is_first=i == 0, is_last=i == last) else _escaped(c)
        for i, c in enumerate(channel)
    )
    encoded = name.encode()
    if len(encoded) <= _LONGEST_BYTES:
        return name
    digest = hashlib.sha256(channel.encode()).hexdigest()[:16]
    return f"{encoded[: _LONGEST_BYTES - 17].decode(errors='ignore')}~{digest}"


def url_of(prefix: str, folder: Path, path: Path) -> str:
    """The address of a recording where `prefix` shows `folder`."""
    return prefix + quote(str(path.relative_to(folder)))


def _is_harmless(character: str, *, is_first: bool, is_last: bool) -> bool:
    if not character.isascii():
        return character.isprintable()
    if character == ".":
        return not is_first and not is_last
    if character == "-":
        return not is_first
    return _PLAIN.fullmatch(character) is not None


def _escaped(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
