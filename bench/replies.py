"""How soon whoever called is answered, and how exactly PTT is held.

    python -m bench.replies [--count 20]

The real daemon with rigctld's dummy radio, espeak-ng, mosquitto, and an ear on the network. Answer: from the
alert (its `at`) to the first block of the reply that is not silent, with `lead_s = 0` on a full-duplex
line, so that no squelch and no key-up is waited for. Kept: the same text each time; rendered: a new one each
time. PTT: how long a radio transmits, for 3 s of tone, less what the settings plan (lead, sound, tail): as a
fake Icom radio on a pseudo-terminal is told, and as rigctld shows its dummy radio, which takes 50 ms to obey.
Needs mosquitto, libhamlib-utils and espeak-ng (Debian).
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.brokers import KEEPS_ALL, Mosquitto
from tests.builders import keyed
from tests.system.far_side import DummyRadio, Ear
from tests.system.station import Bus, Radio, config, daemon
from tests.system.usb_cable import icom_radio

LEAD_S, TAIL_S, SOUND_S = 0.5, 0.15, 3.0
CODES = """
[[code]]
keys = "*1#"
alert = "kept"
reply = { en = "Received, school number three" }

[[code]]
keys = "*2{zone:3}#"
alert = "rendered"
reply = { en = "Received, zone number {zone} of the northern district" }
"""


def main() -> None:
    """Prints both tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--count", type=int, default=20)
    count = cli.parse_args().count
    print(f"{'from the alert to the reply, ms':44s}{'median':>8s}{'worst':>8s}")
    kept, new = ["*1#"] * (count + 1), [f"*2{number:03}#" for number in range(count)]
    with station() as (folder, broker):
        # The first of all opens the voice.
        first, *after = answered(folder, broker, kept + new)
    line("speech that is kept", after[:count])
    line("speech that espeak-ng renders", after[count:])
    line("the first, which opens the voice too", [first])
    print()
    print(f"{'PTT held for 3 s of sound, less the plan, ms':44s}{'median':>8s}{'worst':>8s}")
    with station() as (folder, broker), icom_radio(folder) as (port, icom):
        radio = f'radio = {{ driver = "icom", port = "{port.path}", address = "IC-7300" }}'
        line("an Icom radio (CI-V)", held(folder, broker, radio, icom.seen, count))
    with station() as (folder, broker), DummyRadio() as dummy:
        line("rigctld's dummy radio", held(folder, broker, hamlib(dummy), dummy.seen, count))


@contextmanager
def station() -> Iterator[tuple[Path, Mosquitto]]:
    """A folder and a broker of its own."""
    with tempfile.TemporaryDirectory() as folder, Mosquitto(Path(folder), *KEEPS_ALL) as broker:
        yield Path(folder), broker


def line(name: str, seconds: list[float]) -> None:
    """One row: the median, and what is furthest from 0."""
    worst = max(seconds, key=abs)
    print(f"{name:44s}{1000 * statistics.median(seconds):8.0f}{1000 * worst:8.0f}", flush=True)


def answered(folder: Path, broker: Mosquitto, codes: list[str]) -> list[float]:
    """Seconds from each code's alert to its reply."""
    after = []
    with DummyRadio() as dummy, Ear() as ear:
        channel = sends(
            hamlib(dummy), ear, "lead_s = 0, tail_s = 0.05, gap_s = 0, free_s = 0, full_duplex = true"
        )
        path, port = config(folder, broker.url, more=CODES, channel=channel)
        with Bus(broker.port) as bus, daemon(path), Radio(port) as radio:
            bus.next("health/channel/gate", condition="ok")
            for code in codes:
                ear.blocks.clear()
                radio.play(keyed(code, tone_s=0.06, gap_s=0.06))
                alert = bus.next("alert")
                bus.next("channel/gate/announcement", outcome="sent")
                after.append(ear.first_sound_at - datetime.fromisoformat(alert["at"]).timestamp())
    return after


def held(
    folder: Path, broker: Mosquitto, radio: str, seen: list[tuple[bool, float]], count: int
) -> list[float]:
    """How much longer than planned PTT was held, each time; `seen`: its changes, as the radio notes them."""
    keys = "1" * round(SOUND_S / 0.2)
    with Ear() as ear:
        channel = sends(radio, ear, f"lead_s = {LEAD_S}, tail_s = {TAIL_S}, gap_s = 0.1, free_s = 0")
        path, _ = config(folder, broker.url, channel=channel)
        with Bus(broker.port) as bus, daemon(path):
            bus.next("health/channel/gate", condition="ok")
            for _ in range(count):
                bus.send("command/say", {"channels": ["gate"], "tones": f"dtmf:{keys}"})
                bus.next("channel/gate/announcement", outcome="sent")
            time.sleep(0.2)
    on = [at for keyed_, at in seen if keyed_]
    off = [at for keyed_, at in seen if not keyed_][1:]
    return [end - begin - LEAD_S - SOUND_S - TAIL_S for begin, end in zip(on, off, strict=True)]


def hamlib(dummy: DummyRadio) -> str:
    """The key of a channel that keys the dummy radio."""
    return f'radio = {{ driver = "hamlib", port = {dummy.port} }}'


def sends(radio: str, ear: Ear, transmit: str) -> str:
    """The keys of a channel that keys a radio and sends to the ear."""
    return (
        f"{radio}\n"
        f'output = {{ driver = "udp", port = {ear.port}, rate_hz = 16000 }}\n'
        f"transmit = {{ {transmit} }}\n"
    )


if __name__ == "__main__":
    main()
