"""The recordings that are there, and those of one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from radiobridge.errors import MissingPart, RadiobridgeError
from radiobridge.recordings.flac import metadata
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.names import FLAC, began_at, is_day
from radiobridge.recordings.trouble import explained


@dataclass(frozen=True, slots=True)
class Found:
    """The recordings that were looked for, and why others could not be looked at."""

    recordings: tuple[Path, ...]
    unreadable: tuple[str, ...]


def recordings_below(folder: Path) -> Iterator[Path]:
    """Every recording that is whole, the oldest of each channel first; links are not followed.

    Raises:
        RadiobridgeError: a folder cannot be read.
    """
    for channel in _folders(folder):
        for day in _folders(channel):
            if is_day(day.name):
                for file in sorted(_entries(day)):
                    if file.suffix == FLAC and began_at(file.name, day.name) is not None:
                        yield file


def find_recordings(folder: Path, is_wanted: Callable[[RecordingInfo], bool]) -> Found:
    """The recordings whose metadata are wanted.

    Raises:
        MissingPart: soundfile does not load.
        RadiobridgeError: a folder cannot be read.
    """
    wanted, unreadable = [], []
    for path in recordings_below(folder):
        try:
            info = metadata(path)
        except MissingPart:
            raise
        except RadiobridgeError as error:
            unreadable.append(str(error))
            continue
        if info is None:
            unreadable.append(f"{path} does not tell what it is")
        elif is_wanted(info):
            wanted.append(path)
    return Found(tuple(wanted), tuple(unreadable))


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in _entries(folder) if entry.is_dir() and not entry.is_symlink())


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise RadiobridgeError(f"recordings cannot be looked for: {explained(error, folder)}") from error
