"""What stands at the other end of a channel that sends: a radio that rigctld plays, and an ear."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from types import TracebackType
from typing import Self

import numpy as np

from radiobridge.events import Digit, Samples
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.resample import resampled
from tests.system.station import RATE_HZ, WAIT_S, free_udp_port


class DummyRadio:
    """Hamlib's dummy radio behind the real rigctld; `seen` has each change of its PTT and when it was."""

    def __init__(self) -> None:
        assert shutil.which("rigctld"), "install the Debian package libhamlib-utils"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.seen: list[tuple[bool, float]] = []
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        command = ["rigctld", "-m", "1", "-P", "RIG", "-T", "127.0.0.1", "-t", str(self.port)]
        self._process = subprocess.Popen(command)
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", self.port), 1)
                break
            except ConnectionRefusedError:
                assert time.monotonic() < deadline
                time.sleep(0.02)
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watch.join()
        self._socket.close()
        self._process.kill()
        self._process.wait()

    @property
    def is_keyed(self) -> bool:
        """What it said last."""
        return bool(self.seen) and self.seen[-1][0]

    def _look(self) -> None:
        while not self._ended.is_set():
            self._socket.sendall(b"t\n")
            keyed = self._socket.recv(16).strip() == b"1"
            if not self.seen or self.seen[-1][0] is not keyed:
                self.seen.append((keyed, time.time()))
            time.sleep(0.005)


class Ear:
    """Hears what a channel sends to a UDP port, block by block, with the time at which each came."""

    def __init__(self) -> None:
        self.port = free_udp_port()
        self.blocks: list[tuple[float, Samples]] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", self.port))
        self._socket.settimeout(0.05)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                datagram = self._socket.recv(65536)
            except TimeoutError:
                continue
            sound = np.frombuffer(datagram, "<i2").astype(np.float32) / np.float32(32768)
            self.blocks.append((time.time(), sound))

    @property
    def sound(self) -> Samples:
        """All of it."""
        return np.concatenate([np.zeros(0, np.float32), *(sound for _, sound in self.blocks)])

    @property
    def keys(self) -> str:
        """The keys in it."""
        decoder = DtmfDecoder("ear")
        heard = [*decoder.feed(resampled(self.sound, RATE_HZ, 8000), 0), *decoder.finish()]
        return "".join(digit.key for digit in heard if isinstance(digit, Digit))

    @property
    def first_sound_at(self) -> float:
        """When the first block came that is not silent."""
        return next(at for at, sound in self.blocks if np.abs(sound).max() > 1e-3)
