"""What opens a channel: a file for each source, their joining, and the gate that opens and closes."""

from radiobridge.receive.squelch.frames import FRAME_S, SQUELCH_RATE_HZ
from radiobridge.receive.squelch.gate import Gate
from radiobridge.receive.squelch.squelch import Squelch

__all__ = ["FRAME_S", "SQUELCH_RATE_HZ", "Gate", "Squelch"]
