"""How much memory there is, and which model is taken for it."""

from __future__ import annotations

import select
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from radiobridge.errors import ModelError
from radiobridge.speech.memory import available_bytes, needed_bytes
from radiobridge.speech.model_choice import choose_model, one_at_a_time
from radiobridge.speech.models import models_dir
from tests.speech.model_site import PARTS, model_folder

MB = 1_000_000


def meminfo(folder: Path, available_kb: int) -> Path:
    file = folder / "meminfo"
    file.write_text(f"MemTotal:  8000000 kB\nMemFree:  100 kB\nMemAvailable:   {available_kb} kB\n")
    return file


def group(folder: Path, name: str, **values: str) -> None:
    place = folder / "cgroups" / name
    place.mkdir(parents=True, exist_ok=True)
    for key, value in values.items():
        (place / f"memory.{key}").write_text(value)


def left(
    folder: Path, available_kb: int = 4_000_000, own: str = "/system.slice/radiobridge.service"
) -> int | None:
    (folder / "cgroup").write_text(f"0::{own}\n")
    return available_bytes(meminfo(folder, available_kb), folder / "cgroup", folder / "cgroups")


def test_what_the_machine_has_left_counts(tmp_path: Path) -> None:
    assert left(tmp_path, 1000) == 1_024_000


def test_a_limit_of_the_service_or_of_what_it_is_in_counts_where_it_is_lower(tmp_path: Path) -> None:
    service = "system.slice/radiobridge.service"
    group(tmp_path, service, max="500000000\n", high="max\n", current="200000000\n")
    assert left(tmp_path) == 300 * MB
    group(tmp_path, service, stat="anon 1\ninactive_file 50000000\n")
    assert left(tmp_path) == 350 * MB
    group(tmp_path, "system.slice", high="300000000\n", current="290000000\n")
    assert left(tmp_path) == 10 * MB
    assert left(tmp_path, available_kb=1) == 1024


def test_where_nothing_tells_it_it_is_not_known(tmp_path: Path) -> None:
    assert available_bytes(tmp_path / "none", tmp_path / "none", tmp_path) is None


def test_the_real_machine_tells_it() -> None:
    there = available_bytes()
    assert there is not None
    assert there > 0


def big_and_small(state: Path) -> None:
    """Two models in the state folder: one of 300 MB, which are a hole in a file, and one of a few bytes."""
    model_folder(models_dir(state) / "big")
    with (models_dir(state) / "big" / "graph" / "HCLr.fst").open("r+b") as graph:
        graph.truncate(300 * MB)
    model_folder(models_dir(state) / "small", PARTS)


def of(megabytes: float | None) -> Callable[[], int | None]:
    return lambda: None if megabytes is None else round(megabytes * MB)


def test_the_best_model_that_fits_is_taken(tmp_path: Path) -> None:
    big_and_small(tmp_path)
    assert needed_bytes(models_dir(tmp_path) / "big") == pytest.approx(680 * MB, rel=0.01)
    for room in (of(2000), of(None)):
        choice = choose_model(("big", "small"), tmp_path, room)
        assert (choice.spec, choice.folder, choice.why) == ("big", models_dir(tmp_path) / "big", "")


def test_low_memory_takes_the_small_one_and_says_so(tmp_path: Path) -> None:
    big_and_small(tmp_path)
    choice = choose_model(("big", "small"), tmp_path, of(700))
    assert choice.spec == "small"
    assert choice.why == "big needs about 830 MB of memory and 700 MB are free; small is used instead"


def test_where_none_fits_the_one_that_needs_least_is_tried(tmp_path: Path) -> None:
    big_and_small(tmp_path)
    choice = choose_model(("big", "small"), tmp_path, of(20))
    assert choice.spec == "small"
    assert "small is used, since none of them fits: add memory" in choice.why
    alone = choose_model(("big",), tmp_path, of(20))
    assert alone.spec == "big"
    assert "name a smaller model behind it in [speech.models]" in alone.why


def test_one_that_is_missing_is_passed_over_and_said(tmp_path: Path) -> None:
    big_and_small(tmp_path)
    choice = choose_model(("bgi", "small"), tmp_path, of(2000))
    assert choice.spec == "small"
    assert "speech model 'bgi' is not in" in choice.why
    assert choice.why.endswith("small is used instead")


def test_where_none_is_there_all_are_said(tmp_path: Path) -> None:
    big_and_small(tmp_path)
    with pytest.raises(ModelError, match=r"'one' is not in .*'two' is not in"):
        choose_model(("one", "two"), tmp_path, of(2000))


def test_only_one_process_chooses_and_loads_at_a_time(tmp_path: Path) -> None:
    holds = (
        "import sys, time; from pathlib import Path\n"
        "from radiobridge.speech.model_choice import one_at_a_time\n"
        "with one_at_a_time(Path(sys.argv[1])):\n    print('has it', flush=True)\n    time.sleep(0.5)\n"
        "    print('leaves it', flush=True)\n"
    )
    command = [sys.executable, "-c", holds, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "has it\n"
        with one_at_a_time(tmp_path):
            assert select.select([other.stdout], [], [], 0)[0], "the other one still has it"
            assert other.stdout.readline() == "leaves it\n"


def test_where_there_can_be_no_lock_loading_goes_on_without_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with one_at_a_time(tmp_path / "file" / "state"):
        pass
