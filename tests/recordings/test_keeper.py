import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from radiobridge.recordings.keeper import Keeper
from radiobridge.recordings.names import path_of
from radiobridge.settings import RecordingSettings
from tests.builders import Clock
from tests.recordings.builders import AT, DAY_S, MB, files_in, ulid


class Shelf:
    """Recordings of a given size and age, and their keeper."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.clock, self.timer = Clock(AT), Clock(1000.0)
        self.free_bytes = 10**12
        self.disk_bytes: int | None = None
        self.keeper = Keeper(
            folder,
            RecordingSettings(**settings),
            clock=self.clock,
            timer=self.timer,
            free=lambda _: self.free(),
        )

    def free(self) -> int:
        """A disk of `disk_bytes` with nothing but recordings on it, or as much as the test says."""
        if self.disk_bytes is None:
            return self.free_bytes
        return self.disk_bytes - sum(file.stat().st_size for file in files_in(self.folder))

    def put(self, age_s: float, size: int = 1000, channel: str = "gate") -> Path:
        path = path_of(self.folder, channel, AT - age_s, ulid(AT - age_s))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.truncate(path, size)
        return path

    def after(self, seconds: float) -> str:
        """The keeper has tidied up this much later."""
        self.clock.now += seconds
        self.timer.now += seconds
        return self.keeper.tidy()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "recordings", keep_days=30, max_mb=100, keep_free_mb=10)


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """Nothing can be removed from the folder, not even by root."""
    real = Path.unlink

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.parent == folder:
            raise PermissionError(13, "Permission denied", str(self))
        real(self, missing_ok)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        yield


def test_what_is_older_than_it_may_be_goes_and_its_day_with_it(shelf: Shelf) -> None:
    old, kept = shelf.put(30 * DAY_S + 60), shelf.put(30 * DAY_S - 3600)
    shelf.keeper.scan()
    assert shelf.after(601) == ""
    assert not old.exists()
    assert kept.exists()
    assert shelf.after(7200) == ""
    assert not kept.exists()
    assert [folder.name for folder in shelf.folder.iterdir()] == ["gate"]
    assert shelf.keeper.bytes == 0


def test_a_clock_that_was_just_set_makes_nothing_old(shelf: Shelf) -> None:
    fresh = shelf.put(3600)
    shelf.keeper.scan()
    assert shelf.after(601) == ""
    shelf.clock.now += 20 * 365 * DAY_S
    assert shelf.after(300) == ""
    shelf.clock.now -= 20 * 365 * DAY_S
    for _ in range(30):
        assert shelf.after(60) == ""
    assert fresh.exists()


def test_beyond_the_size_the_oldest_of_all_channels_go(shelf: Shelf) -> None:
    old = [shelf.put(5000 - n, 30 * MB, channel) for n, channel in enumerate(["gate", "yard", "gate"])]
    shelf.keeper.scan()
    new = shelf.put(10, 30 * MB)
    shelf.keeper.added(new, 30 * MB)
    assert shelf.keeper.tidy() == ""
    assert [path.exists() for path in [*old, new]] == [False, True, True, True]
    assert shelf.keeper.bytes == 90 * MB


def test_what_is_being_recorded_counts(shelf: Shelf) -> None:
    old, new = shelf.put(20, 45 * MB), shelf.put(10, 45 * MB)
    shelf.keeper.scan()
    assert shelf.keeper.tidy(9 * MB) == ""
    assert old.exists()
    assert shelf.keeper.tidy(20 * MB) == ""
    assert (old.exists(), new.exists()) == (False, True)
    assert "take more than 100 MB" in shelf.keeper.tidy(101 * MB)


def test_a_disk_that_gets_full_costs_the_oldest_recordings(shelf: Shelf) -> None:
    paths = [shelf.put(1000 - n, 10 * MB) for n in range(6)]
    shelf.keeper.scan()
    shelf.disk_bytes = 65 * MB
    assert shelf.keeper.tidy() == ""
    assert [path.exists() for path in paths] == [False, True, True, True, True, True]
    assert shelf.keeper.shed_bytes == 10 * MB


def test_when_that_is_not_enough_recording_stops_until_there_is_room(shelf: Shelf) -> None:
    only = shelf.put(1000, 5 * MB)
    shelf.keeper.scan()
    shelf.free_bytes = 3 * MB
    assert "less than 10 MB are free" in shelf.keeper.tidy()
    assert not only.exists()
    shelf.free_bytes = 20 * MB
    assert shelf.keeper.tidy() == ""


def test_space_that_shows_late_does_not_cost_every_recording(shelf: Shelf) -> None:
    paths = [shelf.put(1000 - n, 5 * MB) for n in range(12)]
    shelf.keeper.scan()
    shelf.free_bytes = 9 * MB
    for _ in range(25):
        assert "less than 10 MB" in shelf.after(1)
    assert [path.exists() for path in paths] == [False] + [True] * 11
    shelf.after(10)
    assert sum(path.exists() for path in paths) == 10


def test_foreign_files_and_links_stay_and_are_not_counted(shelf: Shelf, tmp_path: Path) -> None:
    old = shelf.put(40 * DAY_S)
    elsewhere = Shelf(tmp_path / "elsewhere")
    linked = elsewhere.put(40 * DAY_S, 200 * MB)
    (shelf.folder / "linked").symlink_to(elsewhere.folder / "gate")
    (old.parent / path_of(shelf.folder, "x", AT - 40 * DAY_S, ulid()).name).symlink_to(linked)
    foreign = [old.parent / "evidence.flac", old.parent.parent / "notes.txt", shelf.folder / old.name]
    for path in foreign:
        path.write_bytes(b"kept")
    a_folder = old.parent / path_of(shelf.folder, "y", AT - 40 * DAY_S, ulid()).name
    a_folder.mkdir()
    shelf.keeper.scan()
    assert shelf.keeper.bytes == 1000
    assert shelf.after(601) == ""
    assert not old.exists()
    assert linked.exists()
    assert a_folder.exists()
    assert all(path.read_bytes() == b"kept" for path in foreign)


def test_spools_are_told_except_live_ones(shelf: Shelf) -> None:
    recording = shelf.put(10)
    left, live = (shelf.put(age) for age in (30, 20))
    left, live = left.rename(left.with_suffix(".part")), live.rename(live.with_suffix(".part"))
    assert shelf.keeper.scan({live}) == [left]
    assert shelf.keeper.bytes == recording.stat().st_size


def test_half_a_file_without_a_spool_is_removed(shelf: Shelf) -> None:
    stale, going = (shelf.put(age) for age in (30, 20))
    stale, half = stale.rename(stale.with_suffix(".tmp")), going.rename(going.with_suffix(".tmp"))
    half.with_suffix(".part").touch()
    shelf.keeper.scan()
    assert not stale.exists()
    assert half.exists()


def test_a_spool_that_can_never_be_finished_goes_with_its_age(shelf: Shelf) -> None:
    spool = shelf.put(40 * DAY_S)
    spool = spool.rename(spool.with_suffix(".part"))
    shelf.keeper.scan()
    assert shelf.after(601) == ""
    assert not spool.parent.exists()


def test_empty_days_go_but_not_today(shelf: Shelf) -> None:
    today = datetime.fromtimestamp(AT, UTC).strftime("%Y-%m-%d")
    for day in ("2026-11-01", today, "my-notes"):
        (shelf.folder / "gate" / day).mkdir(parents=True)
    shelf.keeper.scan()
    assert sorted(day.name for day in (shelf.folder / "gate").iterdir()) == [today, "my-notes"]


def test_what_cannot_be_removed_does_not_protect_the_rest(shelf: Shelf) -> None:
    stuck, other = shelf.put(2 * DAY_S, 60 * MB), shelf.put(DAY_S, 60 * MB)
    new = shelf.put(10, 30 * MB)
    shelf.keeper.scan()
    with unwritable(stuck.parent):
        assert shelf.keeper.tidy() == ""
        assert "cannot be removed" in shelf.keeper.trouble
        assert "Permission denied" in shelf.keeper.trouble
    assert (stuck.exists(), other.exists(), new.exists()) == (True, False, True)
    assert shelf.keeper.tidy() == ""
    assert shelf.keeper.trouble == ""


def test_when_nothing_can_be_removed_no_more_is_recorded(shelf: Shelf) -> None:
    stuck = shelf.put(60, 120 * MB)
    shelf.keeper.scan()
    with unwritable(stuck.parent):
        why = shelf.keeper.tidy()
    assert "take more than 100 MB" in why
    assert "Permission denied" in why


def test_a_folder_that_cannot_be_read_is_named_and_the_others_count(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed, _ = shelf.put(60, channel="closed"), shelf.put(60, 2000, channel="open")
    real = os.scandir

    def scandir(path: Any) -> Any:
        if Path(path) == closed.parent.parent:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    shelf.keeper.scan()
    assert shelf.keeper.bytes == 2000
    assert f"{closed.parent.parent}: Permission denied" in shelf.keeper.trouble


def test_recordings_that_somebody_removed_are_no_trouble(shelf: Shelf) -> None:
    gone, kept = shelf.put(60, 60 * MB), shelf.put(50, 45 * MB)
    shelf.keeper.scan()
    gone.unlink()
    assert shelf.after(61) == ""
    assert kept.exists()
    assert shelf.keeper.bytes == 45 * MB
