"""What the file system refuses, in the words of recordings: which file, why, and what to do about it."""

from __future__ import annotations

import errno
from pathlib import Path

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_SPACE = "free space on the disk, or lower [recordings] max_mb"
_OWNER = "check the folder's owner, and that the service may write there (ReadWritePaths)"
_ADVICE = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EROFS: f"look at the kernel's log for a failing disk, or {_OWNER}",
    errno.EACCES: _OWNER,
    errno.EPERM: _OWNER,
    errno.EIO: "the disk does not read or write: look at the kernel's log, replace the disk",
    errno.ELOOP: "recordings are not written through links inside their folder: point [recordings] dir there",
}


def is_full(error: OSError) -> bool:
    """Whether room on the disk would help."""
    return error.errno in _FULL


def explained(error: OSError, path: Path) -> str:
    """One sentence for the person at the station; `path` stands in where the error names no file."""
    advice = _ADVICE.get(error.errno or 0, "check [recordings] dir")
    return f"{error.filename or path}: {error.strerror or error}; {advice}"
