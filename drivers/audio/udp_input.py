"""Raw signed 16-bit mono sound in UDP datagrams, as GQRX, SDR++ or `rtl_fm | nc -u` send it.

UDP has no end and no device that dies: no data means silence. One sender is heard at a time.
"""

from __future__ import annotations

import logging
import select
import socket
import struct
import time
from typing import ClassVar

from pydantic import Field

from drivers.audio.clock import SampleClock
from drivers.audio.pause import Pause
from drivers.audio.pcm import S16_BYTES, RateHz, block_frames, s16le_samples
from radiobridge.errors import DeviceLost
from radiobridge.events import AudioBlock
from radiobridge.ports import AudioInput, DriverSettings

_log = logging.getLogger(__name__)

SENDER_SILENT_S = 2.0
"""Silence after which another sender may take over, such as the old one restarted on a new port."""

_LARGEST_DATAGRAM_BYTES = 65_535
_KERNEL_BUFFER_BYTES = 256 * 1024
"""2.7 s of sound at 48 kHz (the kernel counts its own overhead too): enough for a reader that was held up."""

_LEAST_BLOCK, _MOST_BLOCK = 0.75, 1.5
"""Of a block's usual length: within these a datagram is handed on whole, so that no rest of it waits for the
next one."""

_JUMP_S = 0.1
"""A sender that paused for longer than this began anew."""

_SO_RXQ_OVFL = 40
"""Asks the kernel for its count of dropped datagrams. Source: Linux asm-generic/socket.h; Python lacks it."""


class UdpSettings(DriverSettings):
    """`bind` is the address to listen on, `port` the UDP port, `rate_hz` what the sender sends."""

    bind: str = "127.0.0.1"
    port: int = Field(7355, ge=1, le=65535)
    rate_hz: RateHz = 48_000


class UdpInput(AudioInput):
    """Sound from the network."""

    Settings: ClassVar[type[DriverSettings]] = UdpSettings
    settings: UdpSettings

    def __init__(self, settings: UdpSettings) -> None:
        super().__init__(settings)
        self._socket: socket.socket | None = None
        self._block_bytes = block_frames(settings.rate_hz) * S16_BYTES
        self._begin()

    def _begin(self) -> None:
        self._pending = bytearray()
        self._clock = SampleClock(self.settings.rate_hz, jump_s=_JUMP_S)
        self._pause = Pause(self.settings.rate_hz, self._clock)
        self._arrived_at = 0.0
        self._sender: tuple[object, ...] | None = None
        self._heard_monotonic = 0.0
        self._dropped_datagrams = 0
        self._lost_frames = 0
        self._warned: set[str] = set()

    @property
    def name(self) -> str:
        """The address that is listened on."""
        return f"UDP {self.settings.bind} port {self.settings.port}"

    def open(self) -> None:
        """The port is bound."""
        self.close()
        self._begin()
        try:
            self._socket = self._bound()
        except (OSError, UnicodeError) as error:
            raise DeviceLost(
                f"{self.name} cannot be listened on: {error}; "
                "bind must be an address of this machine and port one that no other program uses"
            ) from error

    def _bound(self) -> socket.socket:
        family, kind, protocol, _, address = socket.getaddrinfo(
            self.settings.bind, self.settings.port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        try:
            bound.setblocking(False)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _KERNEL_BUFFER_BYTES)
            bound.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
            bound.bind(address)
        except OSError:
            bound.close()
            raise
        return bound

    def close(self) -> None:
        """The port is free again."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def read(self, timeout_s: float) -> AudioBlock | None:
        """The next block; a shorter one when the sender paused within it, silence while it pauses.

        None while the pause may be the network's, and before the first sound.
        """
        if self._socket is None:
            raise DeviceLost(f"{self.name} is not open")
        give_up = time.monotonic() + timeout_s
        wait_s = max(0.0, timeout_s)
        while len(self._pending) < _LEAST_BLOCK * self._block_bytes and wait_s >= 0:
            try:
                self._receive(self._socket, wait_s)
            except OSError as error:
                raise DeviceLost(f"{self.name} died: {error}") from error
            wait_s = give_up - time.monotonic()
        return self._block() if self._pending else self._pause.block()

    def _receive(self, bound: socket.socket, wait_s: float) -> None:
        """At most one datagram is taken."""
        if not select.select([bound], [], [], wait_s)[0]:
            return
        try:
            sound, notes, _, sender = bound.recvmsg(_LARGEST_DATAGRAM_BYTES, socket.CMSG_SPACE(4))
        except BlockingIOError:
            # Linux reports a datagram as readable and then drops it for its wrong checksum.
            return
        self._count_drops(notes, len(sound))
        if not sound or not self._is_ours(sender):
            return
        if len(sound) % S16_BYTES:
            self._warn_once(
                "odd",
                f"{self.name}: a datagram of {len(sound)} bytes is not whole 16-bit samples; its last "
                "byte is left out. Set the sender to signed 16-bit mono",
            )
        self._arrived_at = time.time()
        self._pause.heard()
        self._pending += sound[: len(sound) - len(sound) % S16_BYTES]

    def _is_ours(self, sender: tuple[object, ...]) -> bool:
        now = time.monotonic()
        if self._sender is not None and sender != self._sender:
            if now - self._heard_monotonic < SENDER_SILENT_S:
                self._warn_once(
                    "sender",
                    f"{self.name}: sound from {sender[0]} port {sender[1]} is ignored while "
                    f"{self._sender[0]} port {self._sender[1]} sends: give each sender a port of its own",
                )
                return False
            self._pending.clear()
        self._sender = sender
        self._heard_monotonic = now
        return True

    def _count_drops(self, notes: list[tuple[int, int, bytes]], datagram_bytes: int) -> None:
        """Datagrams that the kernel dropped count as long as the one that came after them."""
        for level, kind, value in notes:
            if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                (dropped,) = struct.unpack("I", value)
                self._lost_frames += (dropped - self._dropped_datagrams) * (datagram_bytes // S16_BYTES)
                self._dropped_datagrams = dropped

    def _block(self) -> AudioBlock:
        waiting = len(self._pending)
        size = waiting if waiting <= _MOST_BLOCK * self._block_bytes else self._block_bytes
        sound = bytes(self._pending[:size])
        del self._pending[:size]
        frames = len(sound) // S16_BYTES
        waiting_s = len(self._pending) / S16_BYTES / self.settings.rate_hz
        lost, self._lost_frames = self._lost_frames, 0
        self._clock.skip(lost)
        at = self._clock.stamp(self._arrived_at - waiting_s, frames)
        return AudioBlock(s16le_samples(sound), self.settings.rate_hz, at, lost)

    def _warn_once(self, about: str, message: str) -> None:
        if about not in self._warned:
            self._warned.add(about)
            _log.warning(message)
