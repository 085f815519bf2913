"""MDC-1200 bursts for the air, for tests and for benches. Units are written as four hexadecimal digits.

Sources: `radiobridge.signalling.mdc1200` and `mdc1200_operations`.
"""

from __future__ import annotations

import numpy as np

from radiobridge.events import Samples
from radiobridge.signalling.mdc1200 import (
    BITS_PER_S,
    OTHER_HZ,
    SAME_HZ,
    Block,
    Packet,
    packet_bits,
    unit_number,
)

_LOUDEST_DBFS = -3.02
"""A little less than the power of a full-scale sine."""


def mdc1200(packet: Packet, rate_hz: int, *, level_dbfs: float = -10.0, preamble_bytes: int = 7) -> Samples:
    """A packet as sound: float32 mono.

    `level_dbfs` is its power. A longer preamble gives receivers time that open their squelch slowly: each of
    its bytes takes 6.7 ms.

    Raises:
        ValueError: a packet that cannot be sent, or a level at which it would clip.
    """
    if level_dbfs > _LOUDEST_DBFS:
        raise ValueError(f"level_dbfs {level_dbfs:g} clips; stay below {_LOUDEST_DBFS} dBFS")
    bits = packet_bits(packet, preamble_bytes)
    hz = np.where(np.diff(bits, prepend=np.int8(0)) != 0, OTHER_HZ, SAME_HZ)
    turns = np.concatenate([[0], np.cumsum(hz / BITS_PER_S)])
    bits_sent = np.arange(round(len(bits) * rate_hz / BITS_PER_S)) * (BITS_PER_S / rate_hz)
    phase = 2 * np.pi * np.interp(bits_sent, np.arange(len(turns)), turns)
    sound: Samples = (np.sqrt(2 * 10 ** (level_dbfs / 10)) * np.sin(phase)).astype(np.float32)
    return sound


def ptt_id(unit: str) -> Packet:
    """Who presses PTT."""
    return (Block(0x01, 0x80, unit_number(unit)),)


def emergency(unit: str) -> Packet:
    """A unit's emergency button."""
    return (Block(0x00, 0x80, unit_number(unit)),)


def status(unit: str, number: int) -> Packet:
    """A unit's status, 0 to FF."""
    return (Block(0x46, number, unit_number(unit)),)


def message(unit: str, number: int) -> Packet:
    """A unit's message, 0 to FF."""
    return (Block(0x47, number, unit_number(unit)),)


def radio_check(to: str) -> Packet:
    """Asks a unit whether it is there."""
    return (Block(0x63, 0x85, unit_number(to)),)


def call_alert(to: str, by: str) -> Packet:
    """Asks a unit to call back."""
    return Block(0x35, 0x89, unit_number(to)), Block(0x81, 0x0D, unit_number(by))


def selective_call(to: str, by: str) -> Packet:
    """Opens a unit's loudspeaker."""
    return Block(0x35, 0x89, unit_number(to)), Block(0x80, 0x15, unit_number(by))
