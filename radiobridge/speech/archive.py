"""Unpacking a model's zip without trusting it.

An archive is refused whole, before anything is written, when a name in it would leave the folder or
its files would grow beyond reason; the zip reader gives no more bytes than an archive claims to hold.
"""

from __future__ import annotations

import shutil
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from radiobridge.errors import ModelError

_MOST_FILES = 1000
"""A model has about 20 files, some 40 with rescoring."""
_MOST_GROWTH = 20
"""Unpacked size over packed size; models come to 2 or 3."""
_SMALLEST_BYTES = 1 << 20
"""Growth is not judged on archives smaller than this."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods unpack without a bound on memory."""


def unpack(archive: Path, into: Path) -> Path:
    """The archive's one top folder, unpacked in the empty folder `into`.

    Raises:
        ModelError: it is no sound zip, or it is not safe.
        OSError: the disk does not take it.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = file.infolist()
            _check_sizes(members, archive)
            top = _only_top_folder(members, archive)
            for member in members:
                _unpack_member(file, member, into)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ModelError(f"{archive.name} is not a sound zip archive ({error}): fetch it again") from error
    return into / top


def _check_sizes(members: list[zipfile.ZipInfo], archive: Path) -> None:
    if len(members) > _MOST_FILES:
        raise _refused(archive, f"it holds {len(members)} files, no model has more than {_MOST_FILES}")
    total_bytes = sum(member.file_size for member in members)
    if total_bytes > _MOST_GROWTH * max(archive.stat().st_size, _SMALLEST_BYTES):
        raise _refused(archive, f"it would grow to {total_bytes / 1e6:.0f} MB, which no model does")


def _only_top_folder(members: list[zipfile.ZipInfo], archive: Path) -> str:
    tops = set()
    seen = set()
    for member in members:
        path = PurePosixPath(member.filename)
        kind = stat.S_IFMT(member.external_attr >> 16)
        if path.is_absolute() or ".." in path.parts or "\\" in member.filename:
            raise _refused(archive, f"the name {member.filename!r} leads out of its folder")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or member.compress_type not in _METHODS:
            raise _refused(archive, f"{member.filename!r} is no plain file (a link, device or rare packing)")
        if path in seen:
            raise _refused(archive, f"it holds {member.filename!r} twice")
        seen.add(path)
        tops.add(path.parts[0] if len(path.parts) > 1 or member.is_dir() else "")
    if len(tops) != 1 or "" in tops:
        raise _refused(archive, "a model's archive has one folder at its top and nothing beside it")
    return str(tops.pop())


def _refused(archive: Path, why: str) -> ModelError:
    return ModelError(f"{archive.name} is refused: {why}")


def _unpack_member(file: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path) -> None:
    target = into / member.filename
    if member.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with file.open(member) as packed, target.open("xb") as unpacked:
        shutil.copyfileobj(packed, unpacked)
