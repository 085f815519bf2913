"""The writer on disks that refuse: what it had stays, what it could not take is silence, and it goes on."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from radiobridge.events import Condition
from radiobridge.recordings import writer as writer_module
from radiobridge.recordings.files import write_all
from tests.recordings.builders import (
    AT,
    DAY_S,
    MB,
    RATE_HZ,
    Studio,
    as_pcm,
    ended,
    files_in,
    fill_up,
    heard_in,
    info_of,
    key,
    small_disk,
    sound_of,
)


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    ready = Studio(tmp_path / "recordings", max_mb=100, keep_free_mb=10)
    ready.round()
    return ready


@contextmanager
def refusing(number: int, while_: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Writes to spools fail half done."""

    def failing_write(descriptor: int, data: bytes, offset: int) -> None:
        if while_():
            write_all(descriptor, data[: len(data) // 2], offset)
            raise OSError(number, os.strerror(number))
        write_all(descriptor, data, offset)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("radiobridge.recordings.spool.write_all", failing_write)
        yield


@contextmanager
def failing(name: str, number: int) -> Iterator[None]:
    """A function of the writer's fails."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer_module, name, fail)
        yield


def test_a_transmission_becomes_a_recording(studio: Studio) -> None:
    spool, begun = studio.begin()
    studio.say(spool, begun, sound_of(begun.id, 1))
    studio.writer.write([(spool, key("*")), (spool, key("1"))])
    assert files_in(studio.folder) == [spool.file]
    studio.end(spool, begun, 1)
    assert files_in(studio.folder) == [spool.path]
    assert np.array_equal(heard_in(spool.path), as_pcm(sound_of(begun.id, 1)))
    info = info_of(spool.path)
    assert (info.keys, info.duration_s, info.level_dbfs, info.peak_dbfs) == ("*1", 1, -26.8, -12.3)
    assert not info.cut
    assert not info.interrupted
    assert studio.health.conditions == [Condition.OK]
    assert studio.keeper.bytes == spool.path.stat().st_size


def test_a_transmission_without_sound_leaves_nothing(studio: Studio) -> None:
    spool, begun = studio.begin()
    studio.end(spool, begun, 0)
    assert files_in(studio.folder) == []
    assert studio.health.conditions == [Condition.OK]


def test_a_transmission_whose_end_never_came_is_finished_when_the_next_begins(studio: Studio) -> None:
    lost, begun = studio.begin()
    studio.say(lost, begun, sound_of(begun.id, 0.5))
    studio.record(0.5, at=AT + 5)
    assert len(files_in(studio.folder, ".flac")) == 2
    assert info_of(lost.path).interrupted


def test_a_disk_that_refuses_is_told_and_its_sound_is_silence(studio: Studio) -> None:
    spool, begun = studio.begin()
    said = sound_of(begun.id, 1)
    studio.say(spool, begun, said[:5000])
    with refusing(errno.EIO):
        studio.say(spool, begun, said[5000:6000])
        assert studio.health.last().condition is Condition.FAILED
        assert "nothing is recorded" in studio.health.last().why
        assert "replace the disk" in studio.health.last().why
        studio.wait(6)
        studio.say(spool, begun, said[6000:8000])
    studio.wait(6)
    assert studio.health.last().condition is Condition.OK
    studio.say(spool, begun, said[8000:])
    studio.end(spool, begun)
    expected = as_pcm(said)
    expected[5000:8000] = 0
    assert np.array_equal(heard_in(spool.path), expected)
    assert info_of(spool.path).left_out_s == pytest.approx(3000 / RATE_HZ, abs=0.001)


def test_a_quota_that_is_used_up_costs_the_oldest_recordings_first(studio: Studio) -> None:
    old = [studio.record(1, at=AT - DAY_S + n) for n in range(3)]
    studio.wait(31)
    spool, begun = studio.begin()
    with refusing(errno.EDQUOT, while_=old[0].exists):
        studio.say(spool, begun, sound_of(begun.id, 1))
    studio.end(spool, begun)
    assert np.array_equal(heard_in(spool.path), as_pcm(sound_of(begun.id, 1)))
    assert [path.exists() for path in old] == [False] * 3
    assert Condition.FAILED not in studio.health.conditions
    assert "removed before their time" in studio.health.last().why
    studio.wait(3601)
    assert studio.health.last().condition is Condition.OK


def test_with_too_little_free_space_nothing_is_recorded_until_there_is_more(studio: Studio) -> None:
    spool, begun = studio.begin()
    said = sound_of(begun.id, 1)
    studio.say(spool, begun, said[:8000])
    studio.free_bytes = 9 * MB
    studio.wait(1)
    assert studio.health.last().condition is Condition.FAILED
    assert "less than 10 MB are free" in studio.health.last().why
    assert studio.writer.stopped
    studio.say(spool, begun, said[8000:])
    told = len(studio.health.events)
    for _ in range(20):
        studio.wait(1)
    assert len(studio.health.events) == told
    studio.free_bytes = 11 * MB
    studio.wait(6)
    assert studio.health.last().condition is Condition.OK
    studio.end(spool, begun)
    assert np.array_equal(heard_in(spool.path)[:8000], as_pcm(said)[:8000])
    assert info_of(spool.path).left_out_s == 0.5


def test_an_end_on_a_full_disk_is_finished_when_there_is_room(studio: Studio) -> None:
    spool, begun = studio.begin()
    studio.say(spool, begun, sound_of(begun.id, 1))
    with failing("write_flac", errno.ENOSPC):
        studio.end(spool, begun)
        assert files_in(studio.folder) == [spool.file]
        assert studio.health.last().condition is Condition.DEGRADED
        assert "is no recording yet" in studio.health.last().why
        assert "free space on the disk" in studio.health.last().why
        other = studio.record(1, channel="yard")
        studio.wait(31)
    assert not other.exists()
    studio.wait(31)
    for path in (spool.path, other):
        assert len(heard_in(path)) == RATE_HZ
        assert not info_of(path).interrupted
    assert files_in(studio.folder, ".part") == []
    assert studio.health.last().condition is Condition.OK


def test_a_folder_that_cannot_be_written_is_told_at_start(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file stands in the way")
    studio = Studio(tmp_path / "recordings")
    studio.round()
    assert studio.health.last().condition is Condition.FAILED
    assert str(tmp_path / "recordings") in studio.health.last().why
    (tmp_path / "recordings").unlink()
    studio.wait(6)
    assert studio.health.last().condition is Condition.OK
    assert studio.record().exists()


def test_a_read_only_disk_is_told_and_recording_begins_again_by_itself(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "64m") as disk:
        studio = Studio(disk / "recordings")
        studio.round()
        remount(disk, "ro")
        spool, begun = studio.begin()
        studio.say(spool, begun, sound_of(begun.id, 0.5))
        assert studio.health.last().condition is Condition.FAILED
        assert "Read-only file system" in studio.health.last().why
        remount(disk, "rw")
        studio.wait(6)
        assert studio.health.last().condition is Condition.OK
        studio.say(spool, begun, sound_of(begun.id, 0.5))
        studio.end(spool, begun)
        assert len(heard_in(spool.path)) == RATE_HZ


def remount(disk: Path, how: str) -> None:
    assert os.spawnlp(os.P_WAIT, "mount", "mount", "-o", f"remount,{how}", str(disk)) == 0


def test_a_disk_that_is_really_full_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "16m") as disk:
        studio = Studio(disk / "recordings")
        studio.round()
        spool, begun = studio.begin()
        said = sound_of(begun.id, 4)
        studio.say(spool, begun, said[:RATE_HZ])
        fill_up(disk / "ballast")
        studio.say(spool, begun, said[RATE_HZ:])
        assert "No space left on device" in studio.health.last().why
        studio.end(spool, begun, 4)
        assert files_in(studio.folder) == [spool.file]
        (disk / "ballast").unlink()
        studio.wait(6)
        studio.wait(31)
        expected = as_pcm(said)
        expected[RATE_HZ:] = 0
        assert np.array_equal(heard_in(spool.path), expected)
        assert studio.health.last().condition is Condition.OK


def test_a_folder_that_is_removed_in_the_middle_costs_nothing_of_the_call(studio: Studio) -> None:
    spool, begun = studio.begin()
    said = sound_of(begun.id, 1)
    studio.say(spool, begun, said[:8000])
    shutil.rmtree(studio.folder)
    studio.wait(1)
    studio.say(spool, begun, said[8000:])
    studio.wait(6)
    studio.end(spool, begun)
    assert len(heard_in(spool.path)) == RATE_HZ
    assert np.array_equal(heard_in(spool.path)[:8000], as_pcm(said)[:8000])
    assert studio.health.last().condition is Condition.OK


def test_what_a_dead_process_left_behind_becomes_a_recording_marked_as_interrupted(tmp_path: Path) -> None:
    before = Studio(tmp_path)
    before.round()
    spool, begun = before.begin()
    before.say(spool, begun, sound_of(begun.id, 0.5))
    before.writer.write([(spool, key("*")), (spool, key("9"))])
    before.writer.close()
    studio = Studio(tmp_path)
    studio.round()
    assert files_in(tmp_path) == [spool.path]
    assert np.array_equal(heard_in(spool.path), as_pcm(sound_of(begun.id, 0.5)))
    assert info_of(spool.path).interrupted
    assert info_of(spool.path).keys == "*9"


def test_what_another_station_records_in_the_same_folder_is_left_alone(tmp_path: Path) -> None:
    one, other = Studio(tmp_path), Studio(tmp_path)
    one.round()
    spool, begun = one.begin()
    one.say(spool, begun, sound_of(begun.id, 0.5))
    other.round()
    assert files_in(tmp_path) == [spool.file]
    assert other.health.last().condition is Condition.OK
    one.end(spool, begun)
    assert files_in(tmp_path) == [spool.path]


def test_a_spool_that_may_not_be_opened_is_named_and_does_not_stop_others(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool, begun = studio.begin()
    studio.say(spool, begun, sound_of(begun.id, 0.5))
    studio.writer.close()
    again = Studio(studio.folder)
    with failing("reopened", errno.EACCES):
        again.round()
    assert again.health.last().condition is Condition.DEGRADED
    assert f"{spool.file}: Permission denied" in again.health.last().why
    assert again.record(channel="yard").exists()
    again.wait(3601)
    assert spool.path.exists()
    assert again.health.last().condition is Condition.OK


def test_sound_that_cannot_be_encoded_stays_as_it_is_and_is_told(studio: Studio) -> None:
    spool, begun = studio.begin()
    spool.add_sound(sound_of(begun.id, 0.1), 2_000_000)
    studio.writer.write([(spool, ended(begun, 0.1))])
    studio.round()
    assert files_in(studio.folder) == [spool.file]
    assert studio.health.last().condition is Condition.DEGRADED
    assert "cannot be encoded" in studio.health.last().why
    assert studio.record(channel="yard").exists()


def test_a_power_cut_takes_no_more_than_the_last_seconds(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", synced.append)
    spool, begun = studio.begin()
    for second in range(12):
        studio.say(spool, begun, sound_of(begun.id, 1))
        assert len(synced) == second // 5
        studio.wait(1)
    studio.wait(10)
    assert len(synced) == 3
    studio.wait(10)
    assert len(synced) == 3
