"""How long recordings stay: by age, by the size of all, and so that the disk never fills.

The oldest go first. Only what carries one of our names in one of our folders is ever removed; links are
not followed. The sizes are counted in one look at all folders now and then, and kept up in between.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from pathlib import Path

from radiobridge.recordings.files import free_bytes
from radiobridge.recordings.names import FLAC, HALF, SPOOL, began_at, day_name, is_day
from radiobridge.recordings.steady import SteadyClock
from radiobridge.recordings.trouble import explained
from radiobridge.settings.recordings import RecordingSettings

_DAY_S = 86_400
_MB = 1_000_000
_EXPIRE_EVERY_S = 60.0
_SHED_EVERY_S = 30.0
"""Some file systems free removed space after a while: what is removed for it must have time to show."""
_COUNT_AGAIN_S = 60.0
"""A count that is older is not trusted when recordings are to go: somebody may have removed some."""
_MARGIN = 0.01
"""Of max_mb: removed at once beyond the bound, so that not every call looks for the oldest recordings."""


class Keeper:
    """Keeps what is below `folder`; for one thread.

    `clock`: UTC seconds; `timer`: seconds that only rise; `free`: bytes free on the disk of a folder.
    """

    def __init__(
        self,
        folder: Path,
        settings: RecordingSettings,
        *,
        clock: Callable[[], float] = time.time,
        timer: Callable[[], float] = time.monotonic,
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._max_bytes = settings.max_mb * _MB
        self._clock = clock
        self._timer = timer
        self._free = free
        self._steady = SteadyClock(clock, timer)
        self._days: dict[Path, int] = {}
        self._expire_at = self._shed_at = self._counted_at = timer()
        self._refused: dict[Path, str] = {}
        self._unreadable = ""
        self.shed_bytes = 0
        """What was removed for want of space on the disk."""

    @property
    def trouble(self) -> str:
        """A sentence about what could not be read or removed at the last try, or ''."""
        return next(iter(self._refused.values()), self._unreadable)

    @property
    def bytes(self) -> int:
        """Size of all finished recordings."""
        return sum(self._days.values())

    def scan(self, live: Container[Path] = ()) -> list[Path]:
        """All is counted anew; the spools that are not `live`, the oldest first."""
        self._unreadable = ""
        self._counted_at = self._timer()
        self._days.clear()
        spools: list[Path] = []
        today = day_name(self._clock())
        for channel in self._folders(self._folder):
            for day in self._folders(channel):
                if is_day(day.name):
                    spools += [file for file in self._count(day) if file not in live]
                    if day.name != today and day not in self._days:
                        with suppress(OSError):  # something else is in it
                            day.rmdir()
        return sorted(spools, key=lambda file: file.name)

    def added(self, path: Path, size: int) -> None:
        """A recording was finished."""
        self._days[path.parent] = self._days.get(path.parent, 0) + size

    def tidy(self, open_bytes: int = 0) -> str:
        """No more is kept than may be; why nothing more may be written now, or ''.

        `open_bytes` is the size of what is being recorded. Raises OSError when the disk cannot be asked.
        """
        self._refused.clear()
        is_steady = self._steady.is_steady()
        if is_steady and self._timer() >= self._expire_at:
            self._expire_at = self._timer() + _EXPIRE_EVERY_S
            self._expire()
        if not self._is_within(open_bytes):
            return (
                f"recordings in {self._folder} take more than {self._settings.max_mb} MB "
                f"({self.trouble or 'by those alone that go on'}); raise [recordings] max_mb"
            )
        return self._short_of_space()

    def shed(self) -> bool:
        """The disk took no more: whether the oldest recordings have gone for it."""
        return self._shed(self._margin)

    def _is_within(self, open_bytes: int) -> bool:
        """Whether all recordings together are no more than they may be, the oldest removed for it."""
        if self.bytes + open_bytes > self._max_bytes and self._timer() >= self._counted_at + _COUNT_AGAIN_S:
            self.scan()
        over = self.bytes + open_bytes - self._max_bytes
        return over <= 0 or self._remove_oldest(over + self._margin) >= over

    @property
    def _margin(self) -> int:
        return int(self._max_bytes * _MARGIN)

    def _short_of_space(self) -> str:
        least = self._settings.keep_free_mb * _MB
        short = least - self._free(self._folder)
        if short > 0 and self._shed(short + self._margin):
            short = least - self._free(self._folder)
        if short <= 0:
            return ""
        return (
            f"less than {self._settings.keep_free_mb} MB are free on the disk of {self._folder}: free space, "
            "or lower [recordings] keep_free_mb"
        )

    def _shed(self, needed: int) -> bool:
        if self._timer() < self._shed_at:
            return False
        self._shed_at = self._timer() + _SHED_EVERY_S
        freed = self._remove_oldest(needed)
        self.shed_bytes += freed
        return freed > 0

    def _expire(self) -> None:
        """What is older than it may be has gone; so have spools that could never be finished."""
        limit = self._clock() - self._settings.keep_days * _DAY_S
        for day in sorted(self._days):
            if day.name <= day_name(limit):
                began = ((began_at(file.name, day.name), file) for file in self._ours(day))
                self._remove(day, [file for at, file in began if at is not None and at < limit])

    def _remove_oldest(self, needed: int) -> int:
        """How many bytes were removed: `needed` or some more, or all that there was."""
        freed = 0
        for date in sorted({day.name for day in self._days}):
            days = [day for day in self._days if day.name == date]
            files = ((f.name, day, f) for day in days for f in self._ours(day) if f.name.endswith(FLAC))
            for _, day, file in sorted(files):
                if freed >= needed:
                    return freed
                if day not in self._refused:
                    freed += self._remove(day, [file])
        return freed

    def _remove(self, day: Path, files: list[os.DirEntry[str]]) -> int:
        """How many bytes of the files of this day could be removed; a day that is empty then goes too."""
        freed = 0
        for file in files:
            try:
                size = file.stat(follow_symlinks=False).st_size
                Path(file.path).unlink()
            except FileNotFoundError:
                continue
            except OSError as error:
                self._refused[day] = f"old recordings cannot be removed: {explained(error, day)}"
                break
            if file.name.endswith(FLAC):
                freed += size
                self._days[day] -= size
        with suppress(OSError):  # not empty
            day.rmdir()
            del self._days[day]
        return freed

    def _count(self, day: Path) -> list[Path]:
        """The day's recordings are counted, and what nobody will finish is removed; its spools."""
        files = {file.name: file for file in self._ours(day)}
        if files:
            self._days[day] = 0
        for name, file in files.items():
            with suppress(FileNotFoundError):
                if name.endswith(FLAC):
                    self._days[day] += file.stat(follow_symlinks=False).st_size
                elif name.endswith(HALF) and name.removesuffix(HALF) + SPOOL not in files:
                    self._remove(day, [file])
        return [Path(file.path) for name, file in files.items() if name.endswith(SPOOL)]

    def _ours(self, day: Path) -> Iterator[os.DirEntry[str]]:
        """The files of a day that have one of our names."""
        for entry in self._entries(day):
            if began_at(entry.name, day.name) is not None and entry.is_file(follow_symlinks=False):
                yield entry

    def _folders(self, folder: Path) -> list[Path]:
        return [Path(e.path) for e in self._entries(folder) if e.is_dir(follow_symlinks=False)]

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._unreadable = f"recordings cannot be counted: {explained(error, folder)}"
            return []
