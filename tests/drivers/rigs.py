"""For each driver, the world it needs: how it is set, what it hears, and how it breaks.

A new driver gets a rig here and is then held to the contract in `test_contract.py`.
"""

from __future__ import annotations

import os
import socket
import threading
from abc import ABC, abstractmethod
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import soundfile

from radiobridge.errors import DeviceLost, EndOfAudio
from radiobridge.events import Samples
from radiobridge.ports import AudioInput, load_audio_input
from tests.drivers.sounds import read_until, s16le
from tests.virtual_cable import NAME, RATE_HZ, VirtualCable, virtual_cable


class Rig(ABC):
    """One driver's surroundings, taken down by `stack`."""

    driver: ClassVar[str]
    rate_hz: ClassVar[int]
    """The rate of what the driver hears."""
    breaks_with: ClassVar[type[Exception] | None] = DeviceLost
    """What `read` raises when the device breaks; None for a network, where that is silence."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.stack = stack
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """The device is there."""

    @abstractmethod
    def options(self) -> dict[str, Any]:
        """Settings with which the driver opens."""

    @abstractmethod
    def missing(self) -> tuple[AudioInput, str]:
        """A driver whose device is not there, and a word that its error must hold."""

    @abstractmethod
    def hearing(self, sound: Samples) -> AudioInput:
        """An open driver to which `sound` is on its way."""

    @abstractmethod
    def hearing_nothing(self) -> AudioInput:
        """An open driver to which, after a little sound at most, nothing comes for 20 ms and more."""

    @abstractmethod
    def break_it(self) -> None:
        """The device is gone."""

    def made(self, **options: Any) -> AudioInput:
        """The driver, not yet opened; closed at the end."""
        kind = load_audio_input(self.driver)
        made = kind(kind.Settings(**(self.options() | options)))
        self.stack.callback(made.close)
        return made

    def opened(self, **options: Any) -> AudioInput:
        """The driver, open."""
        made = self.made(**options)
        made.open()
        return made


class CardRig(Rig):
    """A virtual sound card."""

    rate_hz = RATE_HZ

    def prepare(self) -> None:
        self.cable: VirtualCable = self.stack.enter_context(virtual_cable())
        self.stack.enter_context(self.cable.heard_here())

    def options(self) -> dict[str, Any]:
        return {"device": NAME, "rate_hz": self.rate_hz}

    def missing(self) -> tuple[AudioInput, str]:
        return self.made(device="no such card"), NAME

    def hearing(self, sound: Samples) -> AudioInput:
        driver = self.opened()
        self.stack.callback(self.cable.begin(sound).wait)
        return driver

    def hearing_nothing(self) -> AudioInput:
        driver = self.opened()
        read_until(driver, lambda sound: len(sound) > 0)
        self.cable.suspend()
        while driver.read(0.1) is not None:
            continue
        return driver

    def break_it(self) -> None:
        self.cable.unplug()


class SoundDeviceRig(CardRig):
    """Cards through sounddevice."""

    driver = "sounddevice"


class PyAudioRig(CardRig):
    """Cards through PyAudio."""

    driver = "pyaudio"


class FileRig(Rig):
    """A WAV file."""

    driver = "file"
    rate_hz = 16_000
    breaks_with = EndOfAudio

    def prepare(self) -> None:
        self.path = self.folder / "sound.wav"
        self._write(np.zeros(160, np.float32))

    def _write(self, sound: Samples) -> None:
        soundfile.write(self.path, sound, self.rate_hz, subtype="PCM_16")

    def options(self) -> dict[str, Any]:
        return {"path": str(self.path), "pace": "fast"}

    def missing(self) -> tuple[AudioInput, str]:
        return self.made(path=str(self.folder / "not there.wav")), "not there.wav"

    def hearing(self, sound: Samples) -> AudioInput:
        self._write(sound)
        return self.opened()

    def hearing_nothing(self) -> AudioInput:
        self._write(np.zeros(self.rate_hz * 60, np.float32))
        return self.opened(pace="realtime")

    def break_it(self) -> None:
        os.truncate(self.path, 0)


class UdpRig(Rig):
    """A sender on this machine."""

    driver = "udp"
    rate_hz = 48_000
    breaks_with = None

    def prepare(self) -> None:
        self.sender = self.stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def options(self) -> dict[str, Any]:
        return {"port": self.port}

    def missing(self) -> tuple[AudioInput, str]:
        # An address for documentation, never of a machine. Source: RFC 5737.
        return self.made(bind="192.0.2.1"), "192.0.2.1"

    def hearing(self, sound: Samples) -> AudioInput:
        driver = self.opened()
        raw = s16le(sound)
        for start in range(0, len(raw), 1000):
            self.send(raw[start : start + 1000])
        return driver

    def hearing_nothing(self) -> AudioInput:
        return self.opened()

    def break_it(self) -> None:
        self.sender.close()

    def send(self, datagram: bytes) -> None:
        """One datagram is on its way."""
        self.sender.sendto(datagram, ("127.0.0.1", self.port))


class StdinRig(Rig):
    """A pipe as standard input."""

    driver = "stdin"
    rate_hz = 16_000
    breaks_with = EndOfAudio

    def prepare(self) -> None:
        before = os.dup(0)
        self.stack.callback(os.close, before)
        self.stack.callback(os.dup2, before, 0)
        self._plug_in()

    def _plug_in(self) -> None:
        ours, theirs = os.pipe()
        os.dup2(ours, 0)
        os.close(ours)
        self.pipe = os.fdopen(theirs, "wb", buffering=0)
        self.stack.callback(self.pipe.close)

    def options(self) -> dict[str, Any]:
        return {"rate_hz": self.rate_hz}

    def missing(self) -> tuple[AudioInput, str]:
        os.close(0)
        self.stack.callback(self._plug_in)
        return self.made(), "closed"

    def hearing(self, sound: Samples) -> AudioInput:
        driver = self.opened()
        writer = threading.Thread(target=self.pipe.write, args=(s16le(sound),), daemon=True)
        writer.start()
        self.stack.callback(writer.join, 10)
        return driver

    def hearing_nothing(self) -> AudioInput:
        return self.opened()

    def break_it(self) -> None:
        self.pipe.close()


RIGS: dict[str, type[Rig]] = {
    kind.driver: kind for kind in (SoundDeviceRig, PyAudioRig, FileRig, UdpRig, StdinRig)
}
