"""For each output driver, the world it needs: how it is set, what has arrived there, and how it breaks.

A new output driver gets a rig here and is then held to the contract in `test_output_contract.py`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import soundfile

from radiobridge.errors import DeviceLost
from radiobridge.events import Samples
from radiobridge.ports import AudioOutput, load_audio_output
from tests.drivers.sounds import PATIENCE_S, wait_until
from tests.virtual_cable import NAME, RATE_HZ, VirtualCable, virtual_cable

_SILENCE: Samples = np.zeros(0, np.float32)


def _from_s16le(sound: bytes) -> Samples:
    whole = len(sound) - len(sound) % 2
    samples: Samples = np.frombuffer(sound[:whole], "<i2").astype(np.float32) / np.float32(32768)
    return samples


class OutputRig(ABC):
    """One driver's surroundings, taken down by `stack`."""

    driver: ClassVar[str]
    rate_hz: ClassVar[int]
    breaks_with: ClassVar[type[Exception] | None] = DeviceLost
    """What a call raises when the device breaks; None for a network, which does not tell."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """The device is there."""

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Settings with which the driver opens, and takes its time."""

    @abstractmethod
    def missing(self) -> tuple[AudioOutput, list[str]]:
        """A driver whose device is not there, and words that its error must hold."""

    @abstractmethod
    def heard(self) -> Samples:
        """All that has arrived until now."""

    @abstractmethod
    def break_it(self) -> None:
        """The device is gone."""

    def made(self, **options: Any) -> AudioOutput:
        """The driver, not yet opened; closed at the end."""
        kind = load_audio_output(self.driver)
        made = kind(kind.Settings(**(self.options() | options)))
        self.stack.callback(made.close)
        return made

    def opened(self, **options: Any) -> AudioOutput:
        """The driver, open."""
        made = self.made(**options)
        made.open()
        return made


class Recorder:
    """What a card plays, from its monitor; there is sound, be it silence, from the first moment on."""

    def __init__(self, cable: VirtualCable) -> None:
        self.channels = cable.channels
        self._sound = bytearray()
        command = ["parec", f"--device={NAME}.monitor", "--raw", "--format=s16le", f"--rate={RATE_HZ}"]
        self._process = subprocess.Popen(
            [*command, f"--channels={cable.channels}", "--no-remix", "--latency-msec=20"],
            env={**os.environ, **cable.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._began = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._began.wait(PATIENCE_S), "parec brought nothing"

    def _run(self) -> None:
        assert self._process.stdout
        while sound := os.read(self._process.stdout.fileno(), 65536):
            self._sound += sound
            self._began.set()

    def heard(self) -> Samples:
        """float32, one column a channel where there are several."""
        samples = _from_s16le(bytes(self._sound))
        if self.channels == 1:
            return samples
        return samples[: len(samples) // self.channels * self.channels].reshape(-1, self.channels)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout
        self._process.stdout.close()


class CardOutputRig(OutputRig):
    """A virtual sound card whose monitor is recorded."""

    rate_hz = RATE_HZ

    def prepare(self) -> None:
        self.cable: VirtualCable = self.stack.enter_context(virtual_cable())
        self.stack.enter_context(self.cable.heard_here())
        self._recorder = Recorder(self.cable)
        self.stack.callback(self._recorder.close)

    def options(self) -> dict[str, Any]:
        return {"device": NAME, "rate_hz": self.rate_hz}

    def missing(self) -> tuple[AudioOutput, list[str]]:
        return self.made(device="no such card"), ["no sound output is called 'no such card'", NAME]

    def heard(self) -> Samples:
        return self._recorder.heard()

    def break_it(self) -> None:
        self.cable.unplug()


class SoundDeviceOutputRig(CardOutputRig):
    """Cards through sounddevice."""

    driver = "sounddevice"


class PyAudioOutputRig(CardOutputRig):
    """Cards through PyAudio."""

    driver = "pyaudio"


class UdpOutputRig(OutputRig):
    """A receiver on this machine."""

    driver = "udp"
    rate_hz = 16_000
    breaks_with = None

    def prepare(self) -> None:
        self.receiver = self.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.receiver.bind(("127.0.0.1", 0))
        self.receiver.setblocking(False)
        self.datagrams: list[bytes] = []

    def options(self) -> dict[str, Any]:
        return {"port": self.receiver.getsockname()[1], "rate_hz": self.rate_hz}

    def missing(self) -> tuple[AudioOutput, list[str]]:
        # A name that is never given to a machine. Source: RFC 6761.
        return self.made(host="radio.invalid"), ["radio.invalid", "host must be"]

    def heard(self) -> Samples:
        while True:
            try:
                self.datagrams.append(self.receiver.recv(65535))
            except BlockingIOError:
                return _from_s16le(b"".join(self.datagrams))

    def break_it(self) -> None:
        self.receiver.close()


class FileOutputRig(OutputRig):
    """A WAV file."""

    driver = "file"
    rate_hz = 16_000

    def prepare(self) -> None:
        self.path = self.folder / "sound.wav"

    def options(self) -> dict[str, Any]:
        return {"path": str(self.path), "rate_hz": self.rate_hz}

    def missing(self) -> tuple[AudioOutput, list[str]]:
        return self.made(path=str(self.folder / "not there" / "a.wav")), ["not there", "folder"]

    def heard(self) -> Samples:
        if not self.path.exists():
            return _SILENCE
        samples: Samples = soundfile.read(self.path, dtype="float32")[0]
        return samples

    def break_it(self) -> None:
        self.path.unlink()


OUTPUT_RIGS: dict[str, type[OutputRig]] = {
    kind.driver: kind for kind in (SoundDeviceOutputRig, PyAudioOutputRig, UdpOutputRig, FileOutputRig)
}


def wait_silent(driver: AudioOutput) -> float:
    """All that was written has left the device; how many seconds that took."""
    began = time.monotonic()
    wait_until(lambda: driver.pending_s() == 0, f"{driver.name} never falls silent")
    return time.monotonic() - began
