"""`radiobridge models`: what is listed, what is installed, and one clear line when something is wrong."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from radiobridge.speech.models import models_dir
from tests.commands.calls import called
from tests.speech.builders import KOREAN
from tests.speech.model_site import (
    MODEL,
    NO_SERVER,
    entry,
    left_in,
    model_folder,
    model_site,
    model_zip,
)

OTHERS = (
    entry("vosk-model-small-cn-0.22", lang="cn", lang_text="Chinese", size=43_900_000),
    entry("vosk-model-en-us-0.22", lang="en-us", lang_text="US English [/b]", type="big", size=1_800_000_000),
    entry("vosk-model-small-en-us-0.3", lang="en-us", obsolete="true"),
)


def models(state_dir: Path, *arguments: str, list_url: str = NO_SERVER) -> subprocess.CompletedProcess[str]:
    return called("models", *arguments, "--state-dir", str(state_dir), "--list-url", list_url)


def listed(state_dir: Path, *arguments: str, list_url: str = NO_SERVER) -> dict[str, Any]:
    """What `models --json` prints."""
    done = models(state_dir, *arguments, "--json", list_url=list_url)
    assert done.returncode == 0
    table: dict[str, Any] = json.loads(done.stdout)
    return table


def failure(state_dir: Path, what: str, list_url: str = NO_SERVER) -> str:
    """The one line on stderr of an install that failed."""
    done = models(state_dir, "install", what, list_url=list_url)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("radiobridge: ")
    return line


def on_a_terminal(*arguments: str) -> tuple[str, str]:
    """Stdout, and what a terminal showed of stderr, of a command that ended well."""
    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "radiobridge", *arguments]
    env = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=end, env=env) as running:
        os.close(end)
        shown = b"".join(iter(lambda: read(terminal), b""))
        os.close(terminal)
        out = running.communicate()[0]
    assert running.returncode == 0, shown.decode()
    return out.decode(), shown.decode()


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says EIO when the other end is closed
        return b""


def test_the_list_names_what_is_here_and_what_can_be_installed(tmp_path: Path) -> None:
    model_folder(models_dir(tmp_path) / MODEL)
    with model_site(others=OTHERS) as (url, _):
        done = models(tmp_path, list_url=url)
    assert done.returncode == 0
    here, public = done.stdout.split("to install")
    assert MODEL in here
    assert KOREAN in here
    assert "vosk-model-small-cn-0.22" in public
    assert "zh Chinese" in public
    assert "US English [/b]" in public
    assert "1800" in public
    assert "radiobridge models install NAME" in public


def test_obsolete_models_are_not_offered(tmp_path: Path) -> None:
    with model_site(others=OTHERS) as (url, _):
        assert "vosk-model-small-en-us-0.3" not in models(tmp_path, "list", list_url=url).stdout


def test_without_the_public_list_what_is_here_is_still_listed(tmp_path: Path) -> None:
    model_folder(models_dir(tmp_path) / MODEL)
    done = models(tmp_path)
    assert done.returncode == 0
    assert MODEL in done.stdout
    assert "the public list is out of reach: http://127.0.0.1:1/" in done.stdout
    assert "Connection refused" in done.stdout


def test_a_broken_entry_of_the_list_is_warned_of_on_stderr(tmp_path: Path) -> None:
    with model_site(others=("junk",)) as (url, _):
        done = models(tmp_path, list_url=url)
    assert MODEL in done.stdout
    assert "WARNING" in done.stderr
    assert "entry 1 (without a name) is left out" in done.stderr


def test_json_has_a_model_here_with_its_fault(tmp_path: Path) -> None:
    folder = models_dir(tmp_path) / MODEL
    folder.mkdir(parents=True)
    table = listed(tmp_path)
    fault = "is no Vosk model: it lacks am/final.mdl"
    assert {"model": MODEL, "language": "xx", "folder": str(folder), "fault": fault} in table["here"]
    assert table["public"] == []
    assert "Connection refused" in table["out_of_reach"]


def test_json_has_the_public_models_with_their_sizes_and_addresses(tmp_path: Path) -> None:
    with model_site() as (url, _):
        table = listed(tmp_path, list_url=url)
        assert table["public"] == [
            {
                "model": MODEL,
                "language": "xx",
                "size_bytes": len(model_zip()),
                "type": "small",
                "url": url.replace("model-list.json", f"{MODEL}.zip"),
            }
        ]
    assert table["out_of_reach"] == ""


@pytest.mark.parametrize(
    ("language", "public"),
    [
        ("en", ["vosk-model-en-us-0.22"]),
        ("en-us", ["vosk-model-en-us-0.22"]),
        ("ZH", ["vosk-model-small-cn-0.22"]),
        ("cn", ["vosk-model-small-cn-0.22"]),
        ("e", []),
    ],
)
def test_a_language_leaves_only_its_models(tmp_path: Path, language: str, public: list[str]) -> None:
    with model_site(others=OTHERS) as (url, _):
        table = listed(tmp_path, "--language", language, list_url=url)
    assert [model["model"] for model in table["public"]] == public
    assert table["here"] == []


def test_a_language_leaves_its_models_here_too(tmp_path: Path) -> None:
    model_folder(models_dir(tmp_path) / MODEL)
    assert [model["model"] for model in listed(tmp_path, "--language", "ko")["here"]] == [KOREAN]


def test_a_language_without_models_is_said(tmp_path: Path) -> None:
    with model_site() as (url, _):
        done = models(tmp_path, "--language", "qq", list_url=url)
    assert done.stdout.splitlines() == [
        "no speech model for qq on this machine",
        "the public list has no speech model for qq",
    ]


def test_install_prints_where_the_model_is_and_the_line_for_the_settings(tmp_path: Path) -> None:
    with model_site() as (url, _):
        done = models(tmp_path, "install", MODEL, list_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"{MODEL} is installed in {tmp_path}/models/{MODEL}",
        f'use it in the settings: [speech.models] xx = "{MODEL}"',
    ]
    assert left_in(tmp_path) == [MODEL]


def test_install_shows_its_progress_on_a_terminal_and_not_on_stdout(tmp_path: Path) -> None:
    archive = model_zip(more={f"{MODEL}/graph/words.txt": os.urandom(1_500_000)})
    with model_site(archive) as (url, _):
        out, shown = on_a_terminal(
            "models", "install", MODEL, "--list-url", url, "--state-dir", str(tmp_path)
        )
    assert f"{MODEL} is installed" in out
    assert "\x1b" not in out
    assert MODEL in shown
    assert "1.5/1.5 MB" in shown


def test_installing_again_says_that_it_is_there_and_how_to_renew_it(tmp_path: Path) -> None:
    folder = model_folder(models_dir(tmp_path) / MODEL)
    done = models(tmp_path, "install", MODEL)
    assert done.returncode == 0
    assert f"{MODEL} is already installed in {folder}; to install it anew, remove that" in done.stdout
    assert f'xx = "{MODEL}"' in done.stdout


def test_a_model_whose_name_tells_no_language_leaves_it_to_fill_in(tmp_path: Path) -> None:
    model_folder(tmp_path / "mine")
    assert '[speech.models] LANGUAGE = "mine"' in models(tmp_path, "install", f"{tmp_path}/mine").stdout


def test_the_state_folder_is_that_of_the_service_unless_told(tmp_path: Path) -> None:
    folder, environment = model_folder(tmp_path / MODEL), {"STATE_DIRECTORY": str(tmp_path / "service")}
    assert called("models", "install", str(folder), environment=environment).returncode == 0
    assert left_in(tmp_path / "service") == [MODEL]


@pytest.mark.parametrize(
    "arguments",
    [
        ("install",),
        ("list", MODEL),
        (MODEL,),
        ("install", MODEL, "--json"),
        ("install", MODEL, "--language", "ko"),
        ("install", MODEL, "another"),
    ],
)
def test_misuse_is_said(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = models(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "radiobridge" in done.stderr
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (MODEL, "Connection refused"),
        ("no/such.zip", "no/such.zip is no file and no folder"),
        ("[/b]", "[/b] is no file and no folder"),
        ("~no-such-user/m", "has no home folder"),
        ("radiobridge/assets", "assets is no Vosk model"),
        ("setup.cfg/x.zip", "is no file and no folder"),
    ],
)
def test_a_failure_is_one_clear_line(tmp_path: Path, what: str, why: str) -> None:
    assert why in failure(tmp_path, what)
    assert left_in(tmp_path) == []


def test_a_damaged_download_is_one_clear_line(tmp_path: Path) -> None:
    with model_site(md5="0" * 32) as (url, _):
        assert "damaged on its way or another file" in failure(tmp_path, MODEL, url)
    assert left_in(tmp_path) == []


def test_a_mistyped_name_is_answered_with_the_nearest(tmp_path: Path) -> None:
    with model_site(others=OTHERS) as (url, _):
        assert "did you mean 'vosk-model-small-cn-0.22'?" in failure(tmp_path, "vosk-model-smal-cn-0.22", url)


def test_the_list_shows_size_memory_grammar_licence_and_what_a_model_is_used_for(tmp_path: Path) -> None:
    folder = model_folder(models_dir(tmp_path) / MODEL)
    (folder / "README").write_text("License: Apache 2.0", encoding="utf-8")
    file = tmp_path / "radiobridge.toml"
    file.write_text(
        f'[station]\nstate_dir = "{tmp_path}"\n[speech.models]\nxx = ["{MODEL}"]\n'
        '[[channel]]\nname = "gate"\ninput = { driver = "udp", port = 7000 }\n',
        encoding="utf-8",
    )
    done = called("models", "--config", str(file), "--list-url", NO_SERVER)
    (row,) = [line.split() for line in done.stdout.splitlines() if MODEL in line]
    assert row == [MODEL, "xx", "xx", "0", "~80", "MB", "yes", "Apache", "2.0"]


def test_verify_tries_each_model_and_fails_for_a_bad_one(tmp_path: Path) -> None:
    model_folder(models_dir(tmp_path) / MODEL)
    (models_dir(tmp_path) / "empty").mkdir()
    done = models(tmp_path, "verify")
    assert done.returncode == 1
    good, bad, empty = sorted(done.stdout.splitlines(), key=lambda line: ("BAD" in line, "empty:" in line))
    assert good.startswith(f"{KOREAN}: good: loaded in ")
    assert "MB of memory" in good
    assert "takes a grammar" in good
    assert bad.startswith(f"{MODEL}: BAD: ")
    assert "is no Vosk model: it lacks am/final.mdl: remove it, and install it again" in empty


def test_verify_takes_names_and_says_which_there_is_not(tmp_path: Path) -> None:
    done = models(tmp_path, "verify", "vosk-model-xx")
    assert done.returncode == 1
    assert "speech model 'vosk-model-xx' is not in" in done.stderr
