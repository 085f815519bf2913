from pathlib import Path

import pytest
from pydantic import ValidationError

from radiobridge.settings import RecordingSettings, Settings, StationSettings, recordings_dir


def test_recordings_are_kept_in_the_state_folder() -> None:
    settings = Settings(station=StationSettings(state_dir=Path("/var/lib/radiobridge")))
    assert settings.recordings.enabled
    assert recordings_dir(settings) == Path("/var/lib/radiobridge/recordings")


def test_or_in_a_folder_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings(recordings=RecordingSettings(dir=Path("~/radio")))
    assert recordings_dir(settings) == tmp_path / "radio"
    monkeypatch.chdir(tmp_path)
    settings = Settings(recordings=RecordingSettings(dir=Path("radio")))
    assert recordings_dir(settings) == tmp_path / "radio"


def test_an_address_ends_in_a_slash() -> None:
    assert RecordingSettings(url="http://host:8080/r").url == "http://host:8080/r/"
    assert RecordingSettings(url="https://host/").url == "https://host/"


@pytest.mark.parametrize(
    "url", ["host/recordings", "ftp://host/", "https://", "https://host/?x=1", "file:///srv"]
)
def test_an_address_that_is_none_is_named(url: str) -> None:
    with pytest.raises(ValidationError, match="is not the address of a folder"):
        RecordingSettings(url=url)
