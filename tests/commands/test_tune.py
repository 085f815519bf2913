import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from rich.console import Console

from radiobridge.commands.tune_view import picture, summary
from radiobridge.commands.tuning import Tuning
from radiobridge.events import Meaning, Samples, Selcall, UnitId
from radiobridge.settings import ChannelSettings
from tests.builders import RATE_HZ, in_blocks, keyed, noisy
from tests.commands.calls import called
from tests.system.station import Radio, free_udp_port, s16le


def call(noise_dbfs: float = -62, twist_db: float = 0) -> Samples:
    """Quiet seconds, a code, and quiet seconds."""
    return noisy(keyed("*103#", around_s=2.5, level_dbfs=-15, twist_db=twist_db), noise_dbfs)


def recording(folder: Path, sound: Samples) -> str:
    """`input` of a channel that plays this sound as fast as it can be heard."""
    path = folder / "call.wav"
    soundfile.write(path, sound, RATE_HZ)
    return f'{{ driver = "file", path = "{path}", pace = "fast" }}'


def written(folder: Path, *channels: tuple[str, str], more: str = "") -> str:
    """The path of a settings file with these channels: their names and inputs."""
    tables = [f'[[channel]]\nname = "{name}"\ninput = {input_}\n' for name, input_ in channels]
    path = folder / "radiobridge.toml"
    path.write_text("\n".join([*tables, more]), encoding="utf-8")
    return str(path)


def test_into_a_pipe_it_tells_levels_keys_and_what_to_do(tmp_path: Path) -> None:
    done = called("tune", "gate", "--config", written(tmp_path, ("gate", recording(tmp_path, call()))))
    assert done.returncode == 0
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert "call.wav: let somebody talk and key" in lines[0]
    assert re.search(r"^\d\d:\d\d:\d\d\.\d   -6[12]\.\d dBFS  peak .* squelch closed, 0 so far$", lines[1])
    keys = [line for line in lines if "  key " in line]
    assert [re.split(r"  key |  twist ", key)[1] for key in keys] == list("*103#")
    assert re.search(r"-15\.\d dBFS  SNR 30 dB  key \*  twist [-+]0\.\d dB$", keys[0])
    assert lines[-3:] == [
        "gate: 6 s heard, 1 transmission, 5 keys; peak -9 dBFS, noise -62 dBFS",
        "keys: twist +0.0 dB, SNR 30 dB (medians)",
        "A good level; squelch.open_dbfs = -45 fits this noise.",
    ]


def test_noise_at_the_squelch_ends_with_the_lines_to_set(tmp_path: Path) -> None:
    sound = call(noise_dbfs=-50)
    file = written(tmp_path, ("gate", recording(tmp_path, sound)))
    done = called("tune", "gate", "--config", file)
    assert done.stdout.splitlines()[-3:] == [
        'in the settings of channel "gate":',
        "    [channel.squelch]",
        "    open_dbfs = -40    # -45 until now",
    ]


def test_the_only_channel_needs_no_name(tmp_path: Path) -> None:
    file = written(tmp_path, ("gate", recording(tmp_path, call())))
    assert "gate: 6 s heard" in called("tune", "--config", file).stdout


def test_of_several_channels_one_must_be_named(tmp_path: Path) -> None:
    file = written(tmp_path, ("gate", '"udp"'), ("police", recording(tmp_path, call())))
    done = called("tune", "--config", file)
    assert done.returncode == 1
    assert "which channel?" in done.stderr
    assert "gate, police" in done.stderr


def test_a_wrong_name_is_told_the_nearest_one(tmp_path: Path) -> None:
    done = called("tune", "polcie", "--config", written(tmp_path, ("gate", '"udp"'), ("police", '"stdin"')))
    assert done.returncode == 1
    assert "no channel 'polcie'" in done.stderr
    assert "there are: gate, police; did you mean 'police'?" in done.stderr


def test_a_file_with_mistakes_is_refused_with_all_that_check_tells(tmp_path: Path) -> None:
    file = written(tmp_path, ("gate", '"udpp"'), more="[statoin]\n")
    done = called("tune", "gate", "--config", file)
    assert done.returncode == 1
    for mistake in called("check", file).stderr.splitlines()[:-1]:
        assert mistake.removeprefix("error: ") in done.stderr


def test_a_pipe_is_heard_to_its_end(tmp_path: Path) -> None:
    file = written(tmp_path, ("gate", f'{{ driver = "stdin", rate_hz = {RATE_HZ} }}'))
    done = called("tune", "--config", file, stdin=s16le(call()))
    assert done.returncode == 0
    assert done.stdout.count("  key ") == 5
    assert "gate: 6 s heard" in done.stdout


def test_another_input_may_be_named(tmp_path: Path) -> None:
    recording(tmp_path, call())
    file = written(tmp_path, ("gate", '"udp"'))
    other = ("driver=file", f"path={tmp_path / 'call.wav'}", "pace=fast")
    done = called("tune", "gate", "--config", file, "--input", *other)
    assert done.stdout.count("  key ") == 5


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        (["udp"], "'udp' is not KEY=VALUE"),
        (["driver=udpp"], "did you mean 'udp'?"),
        (["driver=udp", "port=99999"], "port: Input should be less than or equal to 65535"),
        (["driver=udp", "prot=7355"], "(udp takes bind, port, rate_hz)"),
    ],
)
def test_what_is_wrong_with_another_input_is_told(tmp_path: Path, pairs: list[str], why: str) -> None:
    done = called("tune", "--config", written(tmp_path, ("gate", '"udp"')), "--input", *pairs)
    assert done.returncode == 1
    assert done.stderr.startswith("radiobridge: --input: ")
    assert why in done.stderr


def test_an_input_that_the_daemon_has_is_told_how_to_get(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        port = daemon.getsockname()[1]
        done = called("tune", "--config", written(tmp_path, ("gate", f'{{ driver = "udp", port = {port} }}')))
    assert done.returncode == 1
    assert "Address already in use" in done.stderr
    assert "sudo systemctl stop radiobridge" in done.stderr


def test_a_recording_that_is_not_there_is_nobody_s_fault_but_its_own(tmp_path: Path) -> None:
    file = written(tmp_path, ("gate", '{ driver = "file", path = "/nowhere.wav" }'))
    done = called("tune", "--config", file)
    assert done.returncode == 1
    assert "/nowhere.wav is not there" in done.stderr
    assert "systemctl" not in done.stderr


def test_after_its_seconds_it_ends_though_nothing_came(tmp_path: Path) -> None:
    port = free_udp_port()
    file = written(tmp_path, ("gate", f'{{ driver = "udp", port = {port} }}'))
    done = called("tune", "--config", file, "--seconds", "0.3")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "no sound has come yet"


@contextmanager
def tuning(file: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "radiobridge", "tune", "--config", file],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_ctrl_c_ends_it_with_what_was_heard(tmp_path: Path) -> None:
    port = free_udp_port()
    file = written(tmp_path, ("gate", f'{{ driver = "udp", port = {port}, rate_hz = {RATE_HZ} }}'))
    with tuning(file) as process, Radio(port) as radio:
        assert process.stdout
        assert "let somebody talk" in process.stdout.readline()
        radio.play(call())
        while "key #" not in process.stdout.readline():
            continue
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""
    assert re.search(r"^gate: \d+ s heard, 1 transmission, 5 keys; ", rest, re.MULTILINE)


def tuned(sound: Samples, **settings: Any) -> Tuning:
    of = Tuning(ChannelSettings(name="gate", **settings))
    for block in in_blocks(sound, 320, at=1.7e9):
        of.feed(block)
    return of


def as_text(tuning: Tuning, width: int = 80) -> list[str]:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(picture(tuning, "sound card 'USB Audio'", width))
    return console.export_text().splitlines()


def test_the_picture_shows_level_spectrum_squelch_keys_and_advice() -> None:
    lines = as_text(tuned(call()[: round(RATE_HZ * 3.5)]))
    assert lines[0] == f"{'gate      sound card ' + repr('USB Audio') + ', 16000 Hz':<75} 0:03"
    assert re.fullmatch(r"level     █{6,7}░{50,51}  -6[12]\.\d dBFS", lines[1])
    assert [c for c in lines[2] if c != " "] == ["n", "c", "o", "p"]
    legend = "          n noise -62   c closes -51   o opens -45   p peak -9   0 clipped"
    assert lines[3] == legend
    assert [line[-3:] for line in lines[4:8]] == ["-10", "-30", "-50", "-70"]
    assert lines[8].split() == ["0", "kHz", "1", "kHz", "2", "kHz", "3", "kHz", "4", "kHz"]
    assert lines[9] == "squelch   open for 1 s; 1 transmission"
    assert "key #" in lines[10]
    assert "key *" in lines[14]
    assert lines[15] == "advice    A good level; squelch.open_dbfs = -45 fits this noise."


def test_the_spectrum_has_the_tones_of_a_key_where_they_are() -> None:
    tone = keyed("5", tone_s=1, around_s=0.0, gap_s=0)
    top = as_text(tuned(tone))[4][10:74]
    assert [i for i, c in enumerate(top) if c != " "] == [770 // 63, 1336 // 63]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_no_line_is_broken_or_too_wide(width: int) -> None:
    of = tuned(np.clip(call() * 30, -1, 1))
    means = Meaning.CALL_ALERT
    of.signals.appendleft(Selcall("gate", 1.7e9, "mdc1200", "5678", 0.2, -14, 25, by="1234", means=means))
    of.signals.appendleft(UnitId("gate", 1.7e9, "mdc1200", "1234", 0.2, -14, 25, Meaning.EMERGENCY))
    lines = as_text(of, width)
    assert max(map(len, lines)) <= width
    assert not any(line.endswith("…") for line in lines)
    assert "-14.0 dBFS  SNR 25 dB  mdc1200 1234 emergency" in lines[10]
    assert "-14.0 dBFS  SNR 25 dB  mdc1200 1234 calls 5678 call-alert" in lines[11]


def test_clipping_is_shown_and_told_and_no_squelch_is_set_by_it() -> None:
    of = tuned(np.clip(call() * 30, -1, 1))
    lines = as_text(of)
    assert re.search(r"   \d+ clipped$", lines[3])
    assert re.search(
        r"^advice    Clipped in [12] of the last 6 seconds: turn the", "\n".join(lines), re.MULTILINE
    )
    assert of.open_dbfs is None


def test_lop_sided_keys_are_told_what_to_do_about() -> None:
    of = tuned(call(twist_db=9))
    assert "High tones are 9 dB over the low ones" in of.advice[0]


def test_where_no_level_opens_the_squelch_none_is_shown_or_set() -> None:
    of = tuned(call(), squelch={"open_on": "noise"})
    assert "opens" not in as_text(of)[3]
    assert of.open_dbfs is None


def test_a_threshold_above_the_speech_is_to_be_lowered() -> None:
    of = tuned(call(), squelch={"open_dbfs": -12, "close_dbfs": -14})
    said = list(summary(of))
    assert said[-2:] == ["    open_dbfs = -52    # -12 until now", "    close_dbfs = -58    # -14 until now"]
