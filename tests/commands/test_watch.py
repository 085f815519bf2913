import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.system.station import Radio, config, daemon


@contextmanager
def watching(*options: str) -> Iterator[subprocess.Popen[str]]:
    """`radiobridge watch` while a station runs; its lines come from stdout."""
    process = subprocess.Popen(
        [sys.executable, "-m", "radiobridge", "watch", *options],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def lines_until(process: subprocess.Popen[str], text: str) -> list[str]:
    """What it printed, up to the line with this text."""
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"no {text!r} in {lines}")


def test_alerts_are_printed_as_a_person_reads_them(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        path, port = config(tmp_path, broker.url)
        with daemon(path), Radio(port) as radio, watching("--config", str(path)) as watch:
            lines_until(watch, "watching 127.0.0.1")
            radio.play(keyed("*103#"))
            text = "".join(lines_until(watch, "en: "))
    assert "EMERGENCY · post 03 School 3" in text
    assert "keyed *103# on gate" in text


def test_as_json_everything_of_the_station_is_printed_as_it_came(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        path, port = config(tmp_path, broker.url)
        with (
            daemon(path),
            Radio(port) as radio,
            watching("--broker", broker.url, "--station", "test", "--json", "--all") as watch,
        ):
            lines_until(watch, "radiobridge.status/1")
            radio.play(keyed("*103#"))
            callin = json.loads(lines_until(watch, "radiobridge.callin/1")[-1])
    assert callin["keys"] == "*103#"


@pytest.mark.parametrize(
    ("broker", "why"),
    [("mqtt://127.0.0.1:1", "nothing listens on 127.0.0.1:1"), ("localhost", "mqtt://HOST")],
)
def test_a_broker_that_cannot_be_watched_is_explained(broker: str, why: str) -> None:
    done = called("watch", "--broker", broker)
    assert done.returncode == 1
    assert why in done.stderr
