"""Unpacking a model's zip without trusting it.

An archive is refused whole, before anything is written, when a name in it would leave the folder, a file
in it is no plain one or its files would grow beyond reason; the zip reader gives no more bytes than an
archive claims to hold.
"""

from __future__ import annotations

import shutil
import stat
import struct
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
_LONGEST_NAME_BYTES = 255
"""Of a path in the archive; models stay below 100."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods unpack without a bound on memory."""
_ENCRYPTED = 0x1
"""Source: .ZIP File Format Specification (APPNOTE.TXT), 4.4.4, general purpose bit 0."""
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What the zip reader raises for damaged archives."""


def unpack(archive: Path, into: Path) -> Path:
    """The archive's one top folder, unpacked in the empty folder `into`.

    Raises:
        ModelError: it cannot be read, it is no sound zip, or it is not safe.
        OSError: the disk does not take it.
    """
    try:
        with _opened(archive) as file:
            members = file.infolist()
            _check_sizes(members, archive)
            paths = [_checked_path(member, archive) for member in members]
            top = _only_top_folder(members, paths, archive)
            for member in members:
                _unpack_member(file, member, into)
    except _BROKEN as error:
        why = str(error) or "it ends too early"
        raise ModelError(f"{archive.name} is not a sound zip archive ({why}): fetch it again") from error
    return into / top


def _opened(archive: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(archive)
    except OSError as error:
        raise ModelError(f"{archive} cannot be read: {error.strerror or error}") from error


def _check_sizes(members: list[zipfile.ZipInfo], archive: Path) -> None:
    if len(members) > _MOST_FILES:
        raise _refused(archive, f"it holds {len(members)} files, no model has more than {_MOST_FILES}")
    archive_bytes = archive.stat().st_size
    if not all(0 <= member.header_offset < archive_bytes for member in members):
        raise zipfile.BadZipFile("its directory points outside of it")
    total_bytes = sum(member.file_size for member in members)
    if total_bytes > _MOST_GROWTH * max(archive_bytes, _SMALLEST_BYTES):
        raise _refused(archive, f"it would grow to {total_bytes / 1e6:.0f} MB, which no model does")


def _checked_path(member: zipfile.ZipInfo, archive: Path) -> PurePosixPath:
    """The path of a member that is safe to unpack alone."""
    name = member.filename
    path = PurePosixPath(name)
    kind = stat.S_IFMT(member.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or "\\" in name or not path.parts:
        raise _refused(archive, f"the name {name!r} leads out of its folder")
    if len(name.encode()) > _LONGEST_NAME_BYTES:
        raise _refused(archive, f"the name {name[:40]!r}... is longer than {_LONGEST_NAME_BYTES} bytes")
    if member.flag_bits & _ENCRYPTED:
        raise _refused(archive, f"{name!r} is encrypted; unpack it yourself and install the folder")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or member.compress_type not in _METHODS:
        raise _refused(archive, f"{name!r} is no plain file (a link, device or rare packing)")
    return path


def _only_top_folder(members: list[zipfile.ZipInfo], paths: list[PurePosixPath], archive: Path) -> str:
    """The folder that holds all members, none of which is in the way of another."""
    seen: set[PurePosixPath] = set()
    for path in paths:
        if path in seen:
            raise _refused(archive, f"it holds {str(path)!r} twice")
        seen.add(path)
    folders = {folder for path in paths for folder in path.parents}
    for member, path in zip(members, paths, strict=True):
        if not member.is_dir() and (path in folders or len(path.parts) == 1):
            raise _refused(archive, f"{str(path)!r} is a file where a model's archive has a folder")
    tops = {path.parts[0] for path in paths}
    if len(tops) != 1:
        named = ", ".join(repr(top) for top in sorted(tops)[:3]) or "none"
        raise _refused(archive, f"a model's archive has one folder at its top, this one has {named}")
    return tops.pop()


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
