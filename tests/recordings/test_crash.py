"""Real processes are killed in the middle: nobody ever sees half a recording, and no sound is lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.recordings.builders import RATE_HZ, Studio, as_pcm, files_in, heard_in, info_of, sound_of, until


@contextmanager
def victim(folder: Path, where: str = "") -> Iterator[subprocess.Popen[bytes]]:
    """Records into the folder until it is killed."""
    command = [sys.executable, "-m", "tests.recordings.victim", str(folder), where]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith((b"started", b"Health"))
            yield process
        finally:
            process.kill()


def check_whole(path: Path) -> None:
    """The file plays to its end, and its sound is that of its transmission."""
    sound = heard_in(path)
    assert np.array_equal(sound, as_pcm(sound_of(info_of(path).id, len(sound) / RATE_HZ)))


def rescued(folder: Path) -> list[Path]:
    """What is there after the next start."""
    Studio(folder).round()
    found = files_in(folder)
    assert all(path.suffix == ".flac" for path in found)
    for path in found:
        check_whole(path)
    return found


@pytest.mark.parametrize("delay_s", [0.05, 0.2, 0.5, 0.9])
def test_a_process_that_is_killed_loses_nothing_that_it_had_saved(tmp_path: Path, delay_s: float) -> None:
    seen: set[Path] = set()
    with victim(tmp_path) as process:
        until(lambda: files_in(tmp_path, ".part"))
        deadline = time.monotonic() + delay_s
        while time.monotonic() < deadline:
            for path in set(files_in(tmp_path, ".flac")) - seen:
                check_whole(path)
                seen.add(path)
        process.kill()
    finished = set(files_in(tmp_path, ".flac"))
    saved = {part for part in files_in(tmp_path, ".part") if part.stat().st_size}
    found = set(rescued(tmp_path))
    assert seen <= finished
    assert found == finished | {part.with_suffix(".flac") for part in saved}


@pytest.mark.parametrize(
    ("where", "left"),
    [("half", {".part", ".tmp"}), ("rename", {".part", ".tmp"}), ("renamed", {".part", ".flac"})],
)
def test_a_process_that_dies_while_it_makes_a_recording_leaves_a_whole_one(
    tmp_path: Path, where: str, left: set[str]
) -> None:
    with victim(tmp_path, where) as process:
        assert process.wait(20) == -9
    assert {path.suffix for path in files_in(tmp_path)} >= left
    ended = [path for path in rescued(tmp_path) if not info_of(path).interrupted]
    assert ended
    assert all(info_of(path).keys == "5" for path in ended)


def test_a_call_that_was_interrupted_is_there_as_far_as_it_went_and_says_so(tmp_path: Path) -> None:
    with victim(tmp_path, "talking") as process:
        until(lambda: sum(part.stat().st_size for part in files_in(tmp_path, ".part")) > 2 * RATE_HZ)
        process.kill()
    (path,) = rescued(tmp_path)
    info = info_of(path)
    assert (info.interrupted, info.duration_s, info.keys, info.level_dbfs) == (True, 1.0, "7", None)
