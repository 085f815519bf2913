"""`radiobridge ptt-off`; tests/system/test_ptt_guard.py has it release a radio that is keyed."""

from pathlib import Path

import pytest

from tests.brokers import free_port
from tests.commands.calls import called


def settings(folder: Path, *radios: str) -> str:
    """A settings file with one channel (`c0`, `c1`, ...) for each radio."""
    path = folder / "radiobridge.toml"
    path.write_text("".join(f'[[channel]]\nname = "c{n}"\nradio = {r}\n' for n, r in enumerate(radios)))
    return str(path)


def test_a_radio_that_may_go_on_transmitting_is_told_and_fails(tmp_path: Path) -> None:
    path = settings(tmp_path, f'{{ driver = "hamlib", port = {free_port()} }}', '"vox"')
    done = called("ptt-off", "--config", path)
    assert done.returncode == 1
    assert "c0: PTT may still be on: rigctld 127.0.0.1:" in done.stderr
    assert done.stdout.startswith("c1: PTT is off")


def test_a_radio_that_is_not_there_but_releases_by_itself_is_no_failure(tmp_path: Path) -> None:
    done = called(
        "ptt-off", "--config", settings(tmp_path, '{ driver = "serial_lines", port = "/dev/none" }')
    )
    assert done.returncode == 0
    assert "c0: not reached, but releases by itself: /dev/none is not there" in done.stderr


def test_channels_are_chosen_by_name(tmp_path: Path) -> None:
    path = settings(tmp_path, '{ driver = "hamlib", port = 1 }', '"none"')
    assert called("ptt-off", "--config", path, "c1").returncode == 0
    done = called("ptt-off", "--config", path, "c11")
    assert done.returncode == 2
    assert "no channel 'c11' with a radio; there are: c0, c1; did you mean 'c1'?" in done.stderr


@pytest.mark.parametrize("text", ["", '[[channel]]\nname = "ear"\n'])
def test_a_station_without_radios_has_nothing_to_release(tmp_path: Path, text: str) -> None:
    path = tmp_path / "radiobridge.toml"
    path.write_text(text)
    done = called("ptt-off", "--config", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    done = called("ptt-off", "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 1
    assert "cannot be read: No such file" in done.stderr
