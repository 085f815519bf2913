import os
from pathlib import Path

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.records import Contents, contents, sound
from radiobridge.recordings.spool import Spool, reopened
from tests.recordings.builders import AT, RATE_HZ, as_pcm, ended, key, sound_of, started, ulid


def spool(folder: Path) -> Spool:
    info = RecordingInfo.model_validate(
        {
            "schema": "radiobridge.recording/1",
            "station": "duty-room",
            "channel": "gate",
            "id": ulid(),
            "started": AT,
            "interrupted": True,
        }
    )
    return Spool(folder, folder / "gate" / "day" / "call.flac", info)


def saved(folder: Path, *pieces: Samples) -> Path:
    """The file of a spool whose process has died."""
    of = spool(folder)
    for piece in pieces:
        of.add_sound(piece, RATE_HZ)
        of.save()
    of.close()
    return of.file


def found(folder: Path, file: Path) -> tuple[Contents, np.ndarray]:
    """What a spool that was left behind holds."""
    again = reopened(folder, file)
    assert again is not None
    held = contents(again.descriptor)
    assert held is not None
    pieces = [*sound(again.descriptor), np.zeros(0, np.int16)]
    again.close()
    return held, np.concatenate(pieces)


def test_sound_comes_back_as_16_bit(tmp_path: Path) -> None:
    said = sound_of("x", 1)
    held, pcm = found(tmp_path, saved(tmp_path, said[:5000], said[5000:]))
    assert np.array_equal(pcm, as_pcm(said))
    assert held.frames == len(said)
    assert held.info.duration_s == 1
    assert held.info.interrupted


def test_sound_over_full_scale_is_clipped(tmp_path: Path) -> None:
    _, pcm = found(tmp_path, saved(tmp_path, np.array([-2, -1, 0, 1, 16], np.float32)))
    assert pcm.tolist() == [-32768, -32768, 0, 32767, 32767]


def test_nothing_is_on_disk_before_there_is_sound(tmp_path: Path) -> None:
    of = spool(tmp_path)
    of.add_gap(100)
    of.save()
    assert not of.is_on_disk
    assert not of.file.exists()


def test_what_is_left_out_is_silence_in_its_place(tmp_path: Path) -> None:
    said = sound_of("x", 1)
    of = spool(tmp_path)
    of.add_sound(said[:4000], RATE_HZ)
    of.save()
    of.add_sound(said[4000:8000], RATE_HZ)
    of.leave_out()
    of.add_sound(said[8000:12_000], RATE_HZ)
    of.add_gap(4000)
    of.save()
    of.close()
    held, pcm = found(tmp_path, of.file)
    expected = as_pcm(said)
    expected[4000:8000] = expected[12_000:] = 0
    assert np.array_equal(pcm, expected)
    assert held.info.left_out_s == 0.5


def test_what_was_heard_and_the_end_are_in_the_spool(tmp_path: Path) -> None:
    of = spool(tmp_path)
    begun = started(id_=of.info.id)
    of.add_sound(sound_of("x", 0.1), RATE_HZ)
    of.save()
    for name in "*1":
        of.add_signal(key(name))
    of.save()
    of.add_signal(key("#"))
    of.end(ended(begun, 0.1))
    of.save()
    of.close()
    held, _ = found(tmp_path, of.file)
    assert (held.info.keys, held.info.interrupted, held.info.peak_dbfs) == ("*1#", False, -12.3)


def test_saving_twice_writes_once(tmp_path: Path) -> None:
    of = spool(tmp_path)
    of.add_sound(sound_of("x", 0.1), RATE_HZ)
    of.save()
    size = of.bytes
    of.save()
    assert of.bytes == size == of.file.stat().st_size
    assert not of.owes
    of.close()


def test_a_torn_end_costs_only_what_is_missing(tmp_path: Path) -> None:
    said = sound_of("x", 0.5)
    file = saved(tmp_path, said[:4000], said[4000:])
    whole = file.stat().st_size
    for cut_off in range(1, 8000, 333):
        os.truncate(file, whole - cut_off)
        held, pcm = found(tmp_path, file)
        assert np.array_equal(pcm, as_pcm(said)[: len(pcm)])
        assert held.frames == len(pcm) == len(said) - (cut_off + 1) // 2


def test_zeros_that_a_power_cut_leaves_at_the_end_are_no_sound(tmp_path: Path) -> None:
    said = sound_of("x", 0.5)
    file = saved(tmp_path, said)
    with file.open("ab") as torn:
        torn.write(bytes(4096))
    held, pcm = found(tmp_path, file)
    assert np.array_equal(pcm, as_pcm(said))
    assert held.frames == len(said)


@pytest.mark.parametrize("content", [b"\0" * 4096, b"somebody else's", b"I\xff\xff\xff\xff{", b"I\2\0\0\0{}"])
def test_what_is_no_spool_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "call.part"
    file.write_bytes(content)
    assert reopened(tmp_path, file) is None
    assert file.read_bytes() == content


def test_an_empty_spool_is_removed(tmp_path: Path) -> None:
    file = tmp_path / "call.part"
    file.touch()
    assert reopened(tmp_path, file) is None
    assert not file.exists()


def test_a_spool_that_somebody_writes_is_left_alone(tmp_path: Path) -> None:
    of = spool(tmp_path)
    of.add_sound(sound_of("x", 0.1), RATE_HZ)
    of.save()
    assert reopened(tmp_path, of.file) is None
    of.close()
    again = reopened(tmp_path, of.file)
    assert again is not None
    again.close()


def test_files_are_for_owner_and_group(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        file = saved(tmp_path / "recordings", sound_of("x", 0.1))
    finally:
        os.umask(before)
    assert file.stat().st_mode & 0o777 == 0o640
    for folder in (file.parent, file.parent.parent, tmp_path / "recordings"):
        assert folder.stat().st_mode & 0o777 == 0o750


def test_no_sound_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    base = tmp_path / "recordings"
    base.mkdir()
    (base / "gate").symlink_to(elsewhere)
    with pytest.raises(OSError, match="Too many levels of symbolic links"):
        saved(base, sound_of("x", 0.1))
    assert not any(elsewhere.iterdir())
