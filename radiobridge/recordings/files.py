"""Folders and files as recordings need them: readable by the group, and still there after a power cut."""

from __future__ import annotations

import errno
import os
from pathlib import Path

FILE_MODE = 0o640
FOLDER_MODE = 0o750
NEW = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
"""How our files are opened: never through a link that somebody put there."""


def make_folders(base: Path, folder: Path) -> None:
    """`folder`, which lies below `base`, is there, and so is `base`. Raises OSError.

    Below `base` no link is followed: sound that is written elsewhere would not be counted.
    """
    base.mkdir(FOLDER_MODE, parents=True, exist_ok=True)
    inside = base
    for name in folder.relative_to(base).parts:
        inside /= name
        try:
            inside.mkdir(FOLDER_MODE)
            sync_folder(inside.parent)
        except FileExistsError:
            if inside.is_symlink():
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(inside)) from None


def sync_folder(folder: Path) -> None:
    """The names in the folder are on disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """All of `data` stands at `offset`. Raises OSError."""
    left = memoryview(data)
    while left:
        written = os.pwrite(descriptor, left, offset)
        left, offset = left[written:], offset + written


def free_bytes(folder: Path) -> int:
    """What a user without special rights can still write on the disk of `folder`. Raises OSError."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
