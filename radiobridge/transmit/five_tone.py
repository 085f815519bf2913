"""Five-tone calls for the air, for tests and for benches. Source: `radiobridge.signalling.five_tone`."""

from __future__ import annotations

from radiobridge.events import Samples
from radiobridge.signalling.five_tone import STANDARDS, spelt
from radiobridge.transmit.single_tones import tones_in_a_row


def five_tone(
    code: str,
    standard: str,
    rate_hz: int,
    *,
    level_dbfs: float = -10.0,
    lead_s: float = 0.0,
    tone_s: float | None = None,
) -> Samples:
    """The code as sound: float32 mono; repeated digits become repeat tones.

    `lead_s`: length of the first tone, where it is longer for receivers that sleep. `tone_s`: length of the
    others; default: the standard's.

    Raises:
        ValueError: no such standard, a code that it cannot send, or a level at which it would clip.
    """
    if standard not in STANDARDS:
        raise ValueError(f"no five-tone standard {standard!r}; there are {', '.join(STANDARDS)}")
    table = STANDARDS[standard]
    seconds = table.tone_s if tone_s is None else tone_s
    tones = [(table.tones_hz[symbol], seconds) for symbol in spelt(code, table)]
    tones[0] = (tones[0][0], max(lead_s, seconds))
    return tones_in_a_row(tones, rate_hz, level_dbfs=level_dbfs)
