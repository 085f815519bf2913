"""The names of gammu-smsd's files, and what the incoming ones say.

Source: gammu-smsd-files(7), version 1.42, and the files that it wrote.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

NUMBER = re.compile(r"\+?[0-9]{3,15}")
"""ITU-T E.164 has 15 digits at the most; services have short ones."""
TAKEN = "taken"
"""The folder of what was taken over, in each of gammu's."""
_KEPT = 1000
"""Files in it."""
_OUTGOING = re.compile(r"OUT[A-Z]\d{8}_\d{6}_\d+_(?P<number>\+?\d+)_(?P<id>[^_.]+)\.smsbackup~*")
_INCOMING = re.compile(r"IN\d{8}_\d{6}_\d+_(?P<sender>.*)_(?P<part>\d+)\.txt", re.DOTALL)
_BURST_S = 2.0
"""All parts of a message are written within far less."""
_BOM = (b"\xfe\xff", b"\xff\xfe")


class OutgoingFile(NamedTuple):
    """A file of ours."""

    path: Path
    number: str
    id: str


@dataclass(frozen=True, slots=True)
class IncomingFiles:
    """The files of one message that came in, its parts in their order; `at`: UTC seconds of the last."""

    ref: str
    sender: str
    files: tuple[Path, ...]
    at: float

    def text(self) -> str:
        """All parts. Raises OSError."""
        return "".join(_decoded(file.read_bytes()) for file in self.files)


def outgoing(folder: Path) -> list[OutgoingFile]:
    """Our files in the folder, the first in line first. Raises OSError."""
    found = [(path, _OUTGOING.fullmatch(path.name)) for path in sorted(folder.iterdir())]
    return [OutgoingFile(path, match["number"], match["id"]) for path, match in found if match]


def notices_in(folder: Path) -> list[str]:
    """Their ids. Raises OSError."""
    return [file.id for file in outgoing(folder)]


def line(outbox: Path) -> list[str]:
    """The names of all that wait to be sent, the first in line first. Raises OSError."""
    return sorted(path.name for path in outbox.iterdir() if path.name.startswith("OUT"))


def files_of(folder: Path, id_: str) -> list[Path]:
    """The files of one notice in the folder. Raises OSError."""
    return [file.path for file in outgoing(folder) if file.id == id_]


def incoming(inbox: Path) -> list[IncomingFiles]:
    """The messages in the inbox, the oldest first; what is none is passed over. Raises OSError.

    The parts of a long message are written one after the other, each with the time of its own in its name.
    """
    messages: list[IncomingFiles] = []
    for written_ns, path in _by_time(inbox):
        match = _INCOMING.fullmatch(path.name)
        if match is None:
            continue
        at, number = written_ns / 1e9, int(match["part"])
        begun = [
            index
            for index, each in enumerate(messages)
            if each.sender == match["sender"] and len(each.files) == number and at - each.at < _BURST_S
        ]
        if begun:
            each = messages[begun[-1]]
            messages[begun[-1]] = replace(each, files=(*each.files, path), at=at)
        else:
            # With its time: the same file name may come again in the same second.
            messages.append(IncomingFiles(f"{path.name} {written_ns}", match["sender"], (path,), at))
    return messages


def _by_time(inbox: Path) -> list[tuple[int, Path]]:
    files = []
    for path in inbox.iterdir():
        with suppress(FileNotFoundError):
            if path.is_file():
                files.append((path.stat().st_mtime_ns, path))
    return sorted(files)


def set_aside(files: Sequence[Path]) -> None:
    """The files are in the folder `taken` beside them, and the oldest there are gone."""
    for path in files:
        path.rename(path.parent / TAKEN / path.name)
    if files:
        kept = sorted((files[0].parent / TAKEN).iterdir(), key=lambda path: path.stat().st_mtime)
        for path in kept[:-_KEPT]:
            path.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """The file, or the entries of the folder, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decoded(raw: bytes) -> str:
    """The text ends at the first NUL: in UTF-16 the daemon writes as many characters as UTF-8 has bytes."""
    text = raw.decode("utf-16" if raw.startswith(_BOM) else "utf-8", errors="replace")
    return text.partition("\0")[0]
