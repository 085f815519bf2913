import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge import __version__
from radiobridge.errors import RadiobridgeError
from radiobridge.events import Meaning, Selcall, UnitId
from radiobridge.recordings.flac import metadata, write_flac
from radiobridge.recordings.info import RecordingInfo
from radiobridge.recordings.records import Contents
from tests.recordings.builders import AT, RATE_HZ, as_pcm, fill_up, key, small_disk, sound_of, ulid

ID = ulid()


def info(channel: str = "gate", **more: object) -> RecordingInfo:
    fields = {"station": "duty-room", "channel": channel, "id": ID, "started": AT, "rate_hz": RATE_HZ, **more}
    return RecordingInfo.model_validate({"schema": "radiobridge.recording/1", **fields})


def written(path: Path, of: RecordingInfo, seconds: float = 1.0) -> Path:
    pcm = as_pcm(sound_of(of.id, seconds))
    size = write_flac(path, Contents(of, len(pcm)), iter([pcm[:777], pcm[777:]]))
    assert size == path.stat().st_size
    return path


def test_the_sound_is_what_was_given(tmp_path: Path) -> None:
    path = written(tmp_path / "call.flac", info())
    sound, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == RATE_HZ
    assert np.array_equal(sound, as_pcm(sound_of(ID, 1)))
    assert soundfile.info(path).subtype == "PCM_16"
    assert [file.name for file in tmp_path.iterdir()] == ["call.flac"]


def test_what_is_known_comes_back(tmp_path: Path) -> None:
    known = info(
        "警察",
        duration_s=1.0,
        level_dbfs=-26.8,
        peak_dbfs=-12.3,
        keys="*1" * 500 + "#",
        units=["1234", 'a "quoted" \\ one'],
        calls=[{"system": "zvei1", "code": "12345"}],
        cut=True,
        left_out_s=0.25,
    )
    assert metadata(written(tmp_path / "call.flac", known)) == known


def test_what_was_heard_is_known_once() -> None:
    unit = UnitId("gate", AT, "mdc1200", "1234", 0.2, -20, 20)
    call = Selcall("gate", AT, "ccir", "54321", 0.5, -20, 20, by="77", means=Meaning.SELECTIVE_CALL)
    heard = info()
    for signal in (unit, key("*"), call, key("1"), unit, call, key("#")):
        heard = heard.heard(signal)
    assert heard.keys == "*1#"
    assert heard.units == ("1234", "77")
    assert [(c.system, c.code) for c in heard.calls] == [("ccir", "54321")]


def test_another_program_plays_it_and_shows_what_it_is(tmp_path: Path) -> None:
    assert shutil.which("sox"), "install the Debian package sox"
    path = written(tmp_path / "call.flac", info("警察", keys="*103#", units=["1234"]))
    told = subprocess.run(["sox", "--i", path], capture_output=True, check=True, text=True).stdout
    tags = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    assert tags["title"] == "警察 2026-11-25 15:05:00 UTC *103# 1234"
    assert tags["artist"] == "警察"
    assert tags["album"] == "duty-room 2026-11-25"
    assert tags["date"] == "2026-11-25T15:05:00.123Z"
    assert tags["software"].startswith(f"radiobridge {__version__}")
    assert json.loads(tags["comment"])["keys"] == "*103#"
    assert "16-bit FLAC" in told
    raw = subprocess.run(["sox", path, "-t", "s16", "-"], capture_output=True, check=True).stdout
    assert np.array_equal(np.frombuffer(raw, "<i2"), as_pcm(sound_of(ID, 1)))


def test_the_json_is_for_programs_of_any_language(tmp_path: Path) -> None:
    path = written(tmp_path / "call.flac", info(keys="*1#", duration_s=1))
    with soundfile.SoundFile(path) as file:
        told = json.loads(file.comment)
    assert told == {
        "schema": "radiobridge.recording/1",
        "station": "duty-room",
        "channel": "gate",
        "id": ID,
        "started": "2026-11-25T15:05:00.123Z",
        "duration_s": 1,
        "rate_hz": RATE_HZ,
        "keys": "*1#",
        "units": [],
        "calls": [],
        "cut": False,
        "interrupted": False,
        "left_out_s": 0,
        "version": __version__,
    }


def test_other_sound_tells_nothing(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "other.wav", np.zeros(100), RATE_HZ)
    assert metadata(tmp_path / "other.wav") is None
    assert metadata(Path("radiobridge/assets/fire.flac")) is None


def test_a_later_version_may_tell_more(tmp_path: Path) -> None:
    with soundfile.SoundFile(tmp_path / "new.flac", "w", RATE_HZ, 1, "PCM_16", format="FLAC") as file:
        file.comment = json.dumps(json.loads(info().json_text()) | {"mood": "calm"})
        file.write(np.zeros(100))
    assert metadata(tmp_path / "new.flac") == info()


def test_what_is_no_sound_is_named(tmp_path: Path) -> None:
    (tmp_path / "text.flac").write_text("not a sound")
    with pytest.raises(RadiobridgeError, match=r"text\.flac is not sound"):
        metadata(tmp_path / "text.flac")
    with pytest.raises(RadiobridgeError, match=r"none\.flac is not a file"):
        metadata(tmp_path / "none.flac")
    os.mkfifo(tmp_path / "pipe.flac")
    with pytest.raises(RadiobridgeError, match=r"pipe\.flac is not a file"):
        metadata(tmp_path / "pipe.flac")


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "512k") as disk:
        fill_up(disk / "ballast")
        os.truncate(disk / "ballast", 512 * 1024 - 100_000)
        with pytest.raises(OSError, match="No space left"):
            written(disk / "call.flac", info(), seconds=10)
        assert [file.name for file in disk.iterdir()] == ["ballast"]


def test_a_disk_that_fails_to_bring_it_down_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="Input/output"):
        written(tmp_path / "call.flac", info())
    assert not any(tmp_path.iterdir())
