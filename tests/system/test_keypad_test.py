"""The keypad test on the running daemon: from the tones on the air to the report and the table."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from radiobridge.dispatch.keypad_rows import ROWS
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.commands.calls import called
from tests.commands.test_watch import lines_until, watching
from tests.system.station import CODES, RATE_HZ, Bus, Radio, config, daemon

ROW = ROWS[0]
QUICK: dict[str, Any] = {"tone_s": 0.08, "gap_s": 0.06}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


def test_all_keys_of_a_handset_without_de_emphasis_are_reported_and_kept(
    tmp_path: Path, broker: Mosquitto
) -> None:
    path, port = config(tmp_path, broker.url, more=CODES + '[keypad_test]\nkeys = "*0{unit:2}#"\n')
    with (
        Bus(broker.port) as bus,
        daemon(path),
        Radio(port) as radio,
        watching("--config", str(path)) as watch,
    ):
        lines_until(watch, "watching 127.0.0.1")
        bus.next("health/handsets", condition="ok")
        radio.play(np.concatenate([keyed("*012#", twist_db=9), keyed(ROW, around_s=0, twist_db=9, **QUICK)]))
        report = bus.next("keypad-test")
        callin = bus.next("callin")
        seen = "".join(lines_until(watch, "→"))
    assert (report["handset"], report["unit"], report["keys"]) == ("12", "12", "*012#" + ROW)
    assert (report["row"], report["missing"], report["verdict"]) == (ROW, "", "fair")
    assert report["faults"] == ["high-tones-strong"]
    assert report["twist_db"] == pytest.approx(9, abs=0.5)
    assert report["text"]["en"] == "Unit 12: all 16 keys heard, high tones too strong."
    assert "de-emphasis is missing" in report["advice"]["en"][0]
    assert (callin["id"], callin["keys"], callin["alerts"]) == (report["callin"], report["keys"], [])
    assert "KEYPAD TEST FAIR · 12" in seen
    assert "Unit 12: all 16 keys heard, high tones too strong." in seen
    table = called("handsets", "--config", str(path)).stdout
    assert "high tones strong" in table
    assert "12: High tones are 9 dB over the low ones" in table
    (kept,) = json.loads(called("handsets", "--config", str(path), "--json", "12").stdout)
    assert [test["id"] for test in kept["tests"]] == [report["id"]]


def test_keys_that_are_keyed_one_by_one_are_one_test(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, channel="digit_timeout_s = 2\nsquelch.hang_s = 0.1")
    pause = np.zeros(RATE_HZ // 2, np.float32)
    one_by_one = [sound for key in "12456789*0#" for sound in (keyed(key, around_s=0, **QUICK), pause)]
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(np.concatenate([keyed("*0#", **QUICK), pause, *one_by_one]))
        first, whole = bus.next("keypad-test"), bus.next("keypad-test")
    assert (first["keys"], whole["keys"]) == ("*0#", "*0#12456789*0#")
    assert (whole["test"], whole["missing"]) == (first["id"], "3")


def test_a_test_that_is_broken_off_is_reported_after_the_time_out(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, channel="digit_timeout_s = 1\nsquelch.hang_s = 0.1")
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(np.concatenate([keyed("*0#", **QUICK), keyed("12", around_s=0.4, **QUICK)]))
        assert bus.next("keypad-test")["keys"] == "*0#"
        assert bus.next("keypad-test")["keys"] == "*0#12"


def test_an_emergency_within_a_test_raises_its_alert(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*0#12*103#", **QUICK))
        assert bus.next("alert")["evidence"]["keys"] == "*103#"
        assert bus.next("keypad-test")["keys"] == "*0#12*103#"


def test_a_reload_takes_new_keys(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
        bus.next("status", state="online")
        path.write_text(path.read_text(encoding="utf-8") + '[keypad_test]\nkeys = "*9#"\n', encoding="utf-8")
        running.send(signal.SIGHUP)
        bus.next("health/settings", condition="ok")
        radio.play(keyed("*0#", **QUICK))
        assert bus.next("callin")["keys"] == "*0#"
        radio.play(keyed("*9#", **QUICK))
        assert bus.next("keypad-test")["keys"] == "*9#"


def test_a_file_of_handsets_that_is_broken_stops_nothing(tmp_path: Path, broker: Mosquitto) -> None:
    (tmp_path / "handsets.db").write_text("no database " * 100, encoding="utf-8")
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        assert "not a database" in bus.next("health/handsets", condition="degraded")["why"]
        radio.play(keyed("*0#", **QUICK))
        assert bus.next("keypad-test")["keys"] == "*0#"
        radio.play(keyed("*103#"))
        bus.next("alert")
