"""`radiobridge history erase`: first told, then done, and noted."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiobridge.events import Act
from radiobridge.recordings.flac import write_flac
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.names import path_of
from radiobridge.recordings.records import Contents
from tests.commands.calls import called
from tests.dispatch.incidents.builders import AT, Book
from tests.history.builders import LI, history_in, journal_in
from tests.recordings.builders import ulid

CALLIN = "01KB0000000000000000000007"
SETTINGS = """
[station]
name = "duty-room"
state_dir = "{folder}"
[[channel]]
name = "police"
input = {{ driver = "stdin" }}
[[unit]]
ids = ["1234", "5678"]
name = "Sergeant Li"
"""


def recorded(folder: Path, *units: str, id_: str = "", channel: str = "police") -> Path:
    """A recording in which these radios said who they are."""
    id_ = id_ or ulid()
    fields: dict[str, Any] = {"schema": "radiobridge.recording/1", "station": "duty-room", "channel": channel}
    info = RecordingInfo.model_validate({**fields, "id": id_, "started": AT, "units": units, "rate_hz": 8000})
    path = path_of(folder / "recordings", channel, AT, id_)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_flac(path, Contents(info, 800), iter([np.zeros(800, np.int16)]))
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A station where unit 07 called in a fire and Sergeant Li (1234) came."""
    at = Book()
    fire = at.call()
    at.ask(Act.COME, fire.number, by="1234")
    opened, came = at.known(fire.id).log
    journal_in(tmp_path, opened, replace(came, who=LI), alert=f'{{"callin": "{CALLIN}"}}'.encode())
    (tmp_path / "radiobridge.toml").write_text(SETTINGS.format(folder=tmp_path))
    return tmp_path


def erase(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return called("history", "erase", *arguments, "--config", str(state / "radiobridge.toml"))


def names(state: Path) -> tuple[str | None, str | None, str]:
    """Unit and call-in of the caller, name of who came."""
    with history_in(state) as history:
        (fire,) = history.incidents(0, AT + 1)
    return fire.caller_unit, fire.callin, fire.responders[0].name


def notes(state: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(state / "history.db")) as db:
        return db.execute("SELECT recordings, entries FROM erasures ORDER BY id").fetchall()


def test_without_yes_it_is_only_told(state: Path) -> None:
    mine, other = recorded(state, "1234"), recorded(state, "9999")
    done = erase(state, "--unit", "1234")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{mine}\n1 recording and 1 entry of the history would be erased; --yes does it\n"
    assert mine.exists()
    assert other.exists()
    assert (names(state), notes(state)) == (("07", CALLIN, "Sergeant Li"), [])


def test_a_radios_recordings_and_names_are_erased_and_that_is_noted(state: Path) -> None:
    mine = [recorded(state, "1234"), recorded(state, "77", "1234", channel="gate")]
    other = recorded(state, "9999")
    done = erase(state, "--unit", "1234", "--yes")
    assert (done.returncode, done.stdout) == (0, "2 recordings and 1 entry of the history erased\n")
    assert not any(path.exists() for path in mine)
    assert other.exists()
    assert names(state) == ("07", CALLIN, "erased")
    assert notes(state) == [(2, 1)]
    assert (
        erase(state, "--unit", "1234", "--yes").stdout == "0 recordings and 0 entries of the history erased\n"
    )


def test_a_name_stands_for_all_radios_that_the_settings_give_it(state: Path) -> None:
    mine = [recorded(state, "1234"), recorded(state, "5678")]
    assert erase(state, "--name", "Sergeant Li", "--yes").stdout.startswith("2 recordings and 1 entry")
    assert not any(path.exists() for path in mine)
    assert names(state)[2] == "erased"


def test_a_caller_without_an_id_in_his_recording_is_found_by_his_call_in(state: Path) -> None:
    recording = recorded(state, id_=CALLIN)
    assert erase(state, "--unit", "07", "--yes").stdout.startswith("1 recording and 1 entry")
    assert not recording.exists()
    assert names(state) == ("erased", "erased", "Sergeant Li")


def test_one_call_in_is_erased_by_its_id(state: Path) -> None:
    recording, other = recorded(state, id_=CALLIN), recorded(state, "07")
    assert erase(state, "--callin", CALLIN.lower(), "--yes").stdout.startswith("1 recording and 1 entry")
    assert not recording.exists()
    assert other.exists()
    assert names(state)[:2] == ("erased", "erased")


def test_recordings_that_cannot_be_looked_at_are_named(state: Path) -> None:
    broken = recorded(state, "1234")
    broken.write_bytes(b"no sound")
    stranger = broken.with_name("mine.flac")
    stranger.write_bytes(b"a file of somebody else")
    done = erase(state, "--unit", "1234", "--yes")
    assert done.returncode == 1
    assert f"not looked at: {broken} is not sound" in done.stderr
    assert str(stranger) not in done.stderr
    assert broken.exists()
    assert names(state)[2] == "erased"


def test_links_are_not_followed(state: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = recorded(tmp_path_factory.mktemp("elsewhere"), "1234")
    (state / "recordings").mkdir()
    (state / "recordings" / "police").symlink_to(elsewhere.parents[1])
    assert erase(state, "--unit", "1234", "--yes").stdout.startswith("0 recordings")
    assert elsewhere.exists()


@pytest.mark.parametrize(
    "arguments", [(), ("--unit", "1", "--name", "x"), ("--name", " "), ("--callin", "", "--yes")]
)
def test_one_person_must_be_named(state: Path, arguments: tuple[str, ...]) -> None:
    done = erase(state, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "give one of --unit, --name and --callin" in done.stderr
