"""Raw signed 16-bit mono sound in UDP datagrams, as the input `udp` of another bridge takes it.

Sent in real time, and nothing while it is silent. UDP does not tell whether anybody listens.
"""

from __future__ import annotations

import socket
from typing import Any, ClassVar

from pydantic import Field

from drivers.audio.paced import Paced
from drivers.audio.pcm import S16_BYTES, RateHz, block_frames, s16le_bytes
from radiobridge.errors import DeviceLost
from radiobridge.events import Samples
from radiobridge.ports import AudioOutput, DriverSettings

_MOST_FRAMES = 1440 // S16_BYTES
"""Beyond an Ethernet frame (1500 bytes with its headers) a datagram travels in parts and is lost with any."""

_SEND_S = 1.0
"""The kernel takes a datagram at once, unless the network card is stuck."""


class UdpOutputSettings(DriverSettings):
    """`host` and `port` are where the sound goes, `rate_hz` is what the receiver expects."""

    host: str = "127.0.0.1"
    port: int = Field(7355, ge=1, le=65535)
    rate_hz: RateHz = 48_000


class UdpOutput(AudioOutput):
    """Sound into the network, in packets of 20 ms, or shorter ones where these do not fit a datagram."""

    Settings: ClassVar[type[DriverSettings]] = UdpOutputSettings
    settings: UdpOutputSettings

    def __init__(self, settings: UdpOutputSettings) -> None:
        super().__init__(settings)
        self._socket: socket.socket | None = None
        self._paced: Paced | None = None

    @property
    def name(self) -> str:
        """The address that is sent to."""
        return f"UDP to {self.settings.host} port {self.settings.port}"

    @property
    def rate_hz(self) -> int:
        """The rate of the settings."""
        return self.settings.rate_hz

    def open(self) -> None:
        """The host is known, and its network can be reached."""
        self.close()
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(
                self.settings.host, self.settings.port, type=socket.SOCK_DGRAM
            )[0]
            self._socket = sender = socket.socket(family, kind, protocol)
            sender.settimeout(_SEND_S)
            with socket.socket(family, kind, protocol) as probe:
                probe.connect(address)
        except (OSError, UnicodeError) as error:
            self.close()
            raise DeviceLost(
                f"{self.name} cannot be sent to: {error}; host must be the name or address of a machine "
                "that this one reaches"
            ) from error
        frames = min(block_frames(self.settings.rate_hz), _MOST_FRAMES)
        self._paced = Paced(
            self.name, self.settings.rate_hz, frames, lambda sound: self._send(sender, address, sound)
        )

    def _send(self, sender: socket.socket, address: Any, samples: Samples) -> None:
        try:
            # Not connected: that would report a receiver that is away, and lose the datagram after it.
            sender.sendto(s16le_bytes(samples), address)
        except OSError as error:
            raise DeviceLost(f"{self.name} died: {error}") from error

    def close(self) -> None:
        """Nothing more is sent."""
        if self._paced is not None:
            self._paced.close()
            self._paced = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def write(self, samples: Samples) -> None:
        """The samples are queued."""
        self._sending().write(samples)

    def pending_s(self) -> float:
        """Until the last datagram has sounded at the receiver, if it plays at once."""
        return self._sending().pending_s()

    def discard(self) -> None:
        """What was not sent never is."""
        self._sending().discard()

    def _sending(self) -> Paced:
        if self._paced is None:
            raise DeviceLost(f"{self.name} is not open")
        return self._paced
