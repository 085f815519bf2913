"""What recordings cost: their size, the speed of making them, and what 32 channels at once take.

    python -m bench.recordings [--folder DIR] [--seconds 20] [--channels 32]

Size and speed: one minute of each kind of sound, from its spool to the FLAC file with its name, as processor
time of the process and as time on the wall, fsync included. At once: so many channels talk in real time,
20 ms a block; with the recorder and without. DIR: on the disk that the station will use.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr

from radiobridge.events import Samples, TransmissionAudio
from radiobridge.recordings.recorder import Recorder
from radiobridge.settings import RecordingSettings
from tests.channel_model import RATE_HZ as MODEL_RATE_HZ
from tests.channel_model import radio_band, with_noise
from tests.receive.speech import real_speech
from tests.recordings.builders import BLOCK_FRAMES, RATE_HZ, Studio, ended, files_in, started

MINUTE_S = 60
RUNS = 5


def main() -> None:
    """Prints two tables."""
    cli = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    cli.add_argument("--folder", type=Path, help="where recordings lie (default: a temporary folder)")
    cli.add_argument("--seconds", type=float, default=20)
    cli.add_argument("--channels", type=int, default=32)
    args = cli.parse_args()
    print(f"{'one minute of':34s}{'MB/h':>8s}{'s per CPU s':>13s}{'wall ms':>9s}")
    for name, sound in kinds().items():
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            measure(name, sound, Path(folder))
    print(f"\n{args.channels} channels at once, {args.seconds:g} s")
    at_once(args.folder, args.channels, args.seconds)


def kinds() -> dict[str, Samples]:
    """One minute of each kind of sound at the rate of the receive chain."""
    said = np.resize(real_speech(), MINUTE_S * MODEL_RATE_HZ)
    noise = np.random.default_rng(1).normal(0, 0.05, MINUTE_S * RATE_HZ).astype(np.float32)
    return {
        "silence": np.zeros(MINUTE_S * RATE_HZ, np.float32),
        "speech from a studio, 4 kHz wide": at_chain_rate(said),
        "speech over a radio, 20 dB SNR": at_chain_rate(with_noise(radio_band(said), 20)),
        "noise of an open squelch, -26 dBFS": noise,
    }


def at_chain_rate(sound: Samples) -> Samples:
    """From the channel model's rate to the chain's."""
    made: Samples = soxr.resample(sound, MODEL_RATE_HZ, RATE_HZ)
    return made


def measure(name: str, sound: Samples, folder: Path) -> None:
    """One line: the median of several files."""
    cpu_s, wall_s, size = [], [], 0
    studio = Studio(folder)
    studio.round()
    for _ in range(RUNS):
        spool, begun = studio.begin()
        for first in range(0, len(sound), RATE_HZ // 2):
            audio = TransmissionAudio(
                begun.channel, 0, begun.id, sound[first : first + RATE_HZ // 2], RATE_HZ
            )
            studio.writer.write([(spool, audio)])
        studio.writer.write([(spool, ended(begun, MINUTE_S))])
        cpu, wall = time.process_time(), time.monotonic()
        assert studio.writer.finish_one()
        cpu_s.append(time.process_time() - cpu)
        wall_s.append(time.monotonic() - wall)
        size = spool.path.stat().st_size
    speed = MINUTE_S / statistics.median(cpu_s)
    print(f"{name:34s}{size * 60 / 1e6:8.1f}{speed:13.0f}{statistics.median(wall_s) * 1e3:9.1f}", flush=True)


def at_once(parent: Path | None, channels: int, seconds: float) -> None:
    """The processor's time with and without recording, and what the channels saw of it."""
    sound = kinds()["speech over a radio, 20 dB SNR"]
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        without, _ = talk(sound, channels, seconds, lambda _: None)
        written = resource.getrusage(resource.RUSAGE_SELF).ru_oublock
        recorder = Recorder(RecordingSettings(), Path(folder), "bench", emit=lambda _: None)
        with recorder:
            begun = [started(f"channel-{number}") for number in range(channels)]
            for one in begun:
                recorder.start(one)
            ids = {one.channel: one.id for one in begun}
            cpu, slowest = talk(sound, channels, seconds, recorder.feed, ids)
            for one in begun:
                recorder.finish(ended(one, seconds))
            wall = time.monotonic()
            assert recorder.close(60)
            wall = time.monotonic() - wall
        written = resource.getrusage(resource.RUSAGE_SELF).ru_oublock - written
        size = sum(path.stat().st_size for path in files_in(Path(folder), ".flac"))
    print(f"  one core, while they talk      {100 * (cpu - without) / seconds:8.2f} %")
    print(f"  slowest feed                   {slowest * 1e3:8.2f} ms")
    print(f"  all {channels} finished after       {wall * 1e3:8.0f} ms")
    print(f"  spooled                        {channels * seconds * RATE_HZ * 2 / 1e6:8.1f} MB")
    print(f"  FLAC                           {size / 1e6:8.1f} MB")
    print(f"  handed to the disk             {written * 512 / 1e6:8.1f} MB")


def talk(
    sound: Samples,
    channels: int,
    seconds: float,
    feed: Callable[[TransmissionAudio], None],
    ids: dict[str, str] | None = None,
) -> tuple[float, float]:
    """Processor seconds that it took, and the longest that `feed` took, in seconds."""
    blocks = np.split(sound[: len(sound) // BLOCK_FRAMES * BLOCK_FRAMES], len(sound) // BLOCK_FRAMES)
    cpu, began, slowest = time.process_time(), time.monotonic(), 0.0
    for index in range(round(seconds * RATE_HZ / BLOCK_FRAMES)):
        for number in range(channels):
            name = f"channel-{number}"
            samples = blocks[(index + 97 * number) % len(blocks)]
            audio = TransmissionAudio(name, 0, (ids or {}).get(name, ""), samples, RATE_HZ)
            before = time.monotonic()
            feed(audio)
            slowest = max(slowest, time.monotonic() - before)
        time.sleep(max(0.0, began + (index + 1) * BLOCK_FRAMES / RATE_HZ - time.monotonic()))
    return time.process_time() - cpu, slowest


if __name__ == "__main__":
    main()
