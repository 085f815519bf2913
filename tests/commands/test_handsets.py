"""`radiobridge handsets`: the table, one handset's tests, and JSON."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from radiobridge.bus.heard_messages import KeypadTestMessage
from radiobridge.handsets import HandsetStore, Heard, KeptTest
from tests.bus.test_messages import AT, ENVELOPE, FILLED
from tests.commands.calls import called
from tests.system.station import config

POOR = FILLED["KeypadTestMessage"] | {"advice": {"en": ["Not heard: 5. Key it again.", "[/b]closer"]}}
GOOD: dict[str, Any] = {
    "handset": "13",
    "verdict": "good",
    "faults": (),
    "missing": "",
    "level_dbfs": -14.6,
    "snr_db": 28.0,
    "advice": {"en": []},
}


def station(folder: Path, *tests: dict[str, Any], heard: tuple[Heard, ...] = ()) -> None:
    """A state folder in which these tests, each later than the one before, and call-ins are kept."""
    store = HandsetStore(folder / "handsets.db")
    for number, test in enumerate(tests):
        message = KeypadTestMessage.model_validate(ENVELOPE | POOR | test)
        store.keep(KeptTest(f"T{number}", message.handset, AT.timestamp() + number, message.payload()))
    for calls in heard:
        store.hear(calls)


def handsets(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return called("handsets", "--state-dir", str(folder), *arguments)


def test_the_worst_handset_comes_first_with_what_to_do(tmp_path: Path) -> None:
    fair = {"handset": "14", "verdict": "fair", "faults": ("noisy",), "missing": ""}
    untested = Heard("1234", AT.timestamp(), -20.2, 24.4, None)
    station(tmp_path, GOOD, {}, fair, heard=(untested, Heard("13", AT.timestamp(), -15, 27, 1.2)))
    done = handsets(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines() if "dBFS" in line]
    assert [row[0] for row in rows] == ["12", "14", "1234", "13"]
    poor, fair_row, calls, good = (" ".join(row) for row in rows)
    assert poor.endswith("poor -38 dBFS 12 dB +9 dB 5 weak -")
    assert "fair" in fair_row
    assert "noisy" in fair_row
    assert calls.endswith("- - - - - - - 1: -20 dBFS, 24 dB")
    assert good.endswith("good -15 dBFS 28 dB +9 dB - - 1: -15 dBFS, 27 dB, +1 dB")
    assert "12: Not heard: 5. Key it again.\n12: [/b]closer\n" in done.stdout
    assert "\x1b" not in done.stdout


def test_one_handset_has_its_history(tmp_path: Path) -> None:
    station(tmp_path, GOOD | {"handset": "12"}, {}, GOOD)
    done = handsets(tmp_path, "12")
    rows = [line.split() for line in done.stdout.splitlines() if "dBFS" in line]
    assert [row[2] for row in rows] == ["poor", "good"]
    assert done.stdout.endswith("Not heard: 5. Key it again.\n[/b]closer\n")


def test_as_json_every_test_is_there(tmp_path: Path) -> None:
    station(tmp_path, GOOD, {}, {}, heard=(Heard("12", 1.0, -20, 24, None),))
    worst, best = json.loads(handsets(tmp_path, "--json").stdout)
    assert (worst["handset"], len(worst["tests"]), worst["heard"]["calls"]) == ("12", 2, 1)
    assert worst["tests"][0]["schema"] == "radiobridge.keypad-test/1"
    assert (best["handset"], best["heard"]) == ("13", None)


def test_where_nothing_was_tested_the_way_to_do_it_is_told(tmp_path: Path) -> None:
    done = handsets(tmp_path)
    assert done.returncode == 0
    assert "no handset was tested yet: key the code of [keypad_test] (*0#)" in done.stdout


def test_the_state_folder_is_that_of_the_settings(tmp_path: Path) -> None:
    station(tmp_path, {})
    path, _ = config(tmp_path, "embedded")
    assert "poor" in called("handsets", "--config", str(path)).stdout
    assert "poor" in called("handsets", environment={"STATE_DIRECTORY": str(tmp_path)}).stdout


def test_misuse_and_unknown_handsets_are_said(tmp_path: Path) -> None:
    station(tmp_path, {})
    assert handsets(tmp_path, "--config", "radiobridge.toml").returncode == 2
    done = handsets(tmp_path, "99")
    assert (done.returncode, done.stdout) == (1, "")
    assert "nothing was heard of '99'" in done.stderr


@pytest.mark.parametrize("content", [b"no database at all" * 100, b""])
def test_a_broken_file_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "handsets.db").write_bytes(content)
    done = handsets(tmp_path)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"radiobridge: {tmp_path}/handsets.db: ")
