"""The decoders that `bench.dtmf` compares, and what they cost: ours, multimon-ng and spandsp.

All take float32 mono at 8 kHz and are given it as 16-bit PCM. Processor time is that of the decoder alone:
multimon-ng gets sound at its own rate from a file; spandsp and ours run in this process.
"""

from __future__ import annotations

import ctypes
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cache

import numpy as np

from radiobridge.commands.decode_raw import PIECE_BYTES
from radiobridge.events import Digit, Samples
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.receive.tones import TONE_RATE_HZ

_MULTIMON_HZ = 22050
_SPANDSP_BLOCK = 1600
_KEYS = frozenset("0123456789ABCD*#")


class Decoder(ABC):
    """A decoder of DTMF."""

    name: str

    @abstractmethod
    def keys(self, sound: Samples) -> str:
        """The keys that it hears."""

    @abstractmethod
    def cost_s(self, sound: Samples) -> float:
        """Seconds of processor time that it takes."""


class Ours(Decoder):
    """`radiobridge decode --raw`; its cost is that of the decoder, given pieces as the command reads them."""

    name = "radiobridge"

    def keys(self, sound: Samples) -> str:  # noqa: D102
        command = [sys.executable, "-m", "radiobridge", "decode", "--raw", str(TONE_RATE_HZ)]
        return _said(subprocess.run(command, input=_pcm(sound), capture_output=True, check=True).stdout)

    def cost_s(self, sound: Samples) -> float:  # noqa: D102
        pcm = np.frombuffer(_pcm(sound), "<i2")
        decoder = DtmfDecoder("bench")
        began = time.process_time()
        heard = 0
        for start in range(0, len(pcm), PIECE_BYTES // 2):
            block = pcm[start : start + PIECE_BYTES // 2].astype(np.float32) / np.float32(32768)
            heard += sum(isinstance(signal, Digit) for signal in decoder.feed(block, start / TONE_RATE_HZ))
        decoder.finish()
        return time.process_time() - began


class Multimon(Decoder):
    """multimon-ng, which wants 22,050 Hz: sox makes that beforehand."""

    name = "multimon-ng"

    def __init__(self) -> None:
        for program in ("multimon-ng", "sox"):
            if not shutil.which(program):
                raise SystemExit(f"{program} is missing: install the Debian package {program}")

    def keys(self, sound: Samples) -> str:  # noqa: D102
        with tempfile.NamedTemporaryFile(suffix=".raw") as file:
            self._write(file.name, sound)
            return "".join(line.removeprefix("DTMF: ") for line in self._run(file.name).splitlines())

    def cost_s(self, sound: Samples) -> float:  # noqa: D102
        with tempfile.NamedTemporaryFile(suffix=".raw") as file:
            self._write(file.name, sound)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            self._run(file.name)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def _write(self, path: str, sound: Samples) -> None:
        form = ("-t", "raw", "-e", "signed", "-b", "16", "-c", "1")
        subprocess.run(
            ["sox", "-q", "-V1", *form, "-r", str(TONE_RATE_HZ), "-", *form, "-r", str(_MULTIMON_HZ), path],
            input=_pcm(sound),
            check=True,
        )

    def _run(self, path: str) -> str:
        command = ["multimon-ng", "-q", "-t", "raw", "-a", "DTMF", path]
        return subprocess.run(command, capture_output=True, check=True).stdout.decode()


class Spandsp(Decoder):
    """spandsp's `dtmf_rx`, as its headers declare it."""

    name = "spandsp"

    def keys(self, sound: Samples) -> str:  # noqa: D102
        return "".join(self._heard(_pcm(sound)))

    def cost_s(self, sound: Samples) -> float:  # noqa: D102
        pcm = _pcm(sound)
        began = time.process_time()
        for _ in self._heard(pcm):
            pass
        return time.process_time() - began

    def _heard(self, pcm: bytes) -> Iterator[str]:
        library = _libspandsp()
        state = library.dtmf_rx_init(None, None, None)
        digits = ctypes.create_string_buffer(129)
        for start in range(0, len(pcm), 2 * _SPANDSP_BLOCK):
            block = pcm[start : start + 2 * _SPANDSP_BLOCK]
            library.dtmf_rx(state, block, len(block) // 2)
            count = library.dtmf_rx_get(state, digits, 128)
            yield digits.raw[:count].decode()
        library.dtmf_rx_free(state)


@cache
def _libspandsp() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libspandsp.so.2")
    except OSError as missing:
        raise SystemExit("libspandsp.so.2 is missing: install the Debian package libspandsp2") from missing
    library.dtmf_rx_init.restype = ctypes.c_void_p
    library.dtmf_rx_init.argtypes = [ctypes.c_void_p] * 3
    library.dtmf_rx.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.dtmf_rx_get.restype = ctypes.c_size_t
    library.dtmf_rx_get.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
    library.dtmf_rx_free.argtypes = [ctypes.c_void_p]
    return library


def _pcm(sound: Samples) -> bytes:
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def _said(stdout: bytes) -> str:
    return "".join(key for key in stdout.decode() if key in _KEYS)
