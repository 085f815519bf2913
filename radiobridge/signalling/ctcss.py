"""CTCSS: the tones that radios send below the voice for as long as they transmit.

A tone deviates the carrier by 500 to 1000 Hz where voices reach 5 kHz (TIA-603-C 3.4.17), so that it is 10
to 20 dB under the voice, which transmitters take away below 300 Hz. Encoders are off by 0.07 % (MX-COM
MX465) to 0.3 % (Philips PRM80); 0.5 % must be accepted, and the neighbours refused, the nearest of which
are 1.4 % away (165.5 and 167.9 Hz).

At the end of a transmission many radios turn the tone's phase by 120, 135 or 180 degrees for 80 to 200 ms
before they leave the air (reverse burst), so that receivers shut before the noise comes.

Sources of the tones: TIA-603 has 39 of them, as the data sheet of CML's CMX838 marks them; hamlib (tones.h)
and the memory editor CHIRP list all 50. Of the burst: Philips PRM80 manual (80 to 150 ms, 120 or 180
degrees); R. W. Meister, "CTCSS Reverse-Burst Circuits", repeater-builder.com (150 to 200 ms).
"""

from __future__ import annotations

from bisect import bisect

# fmt: off
TONES_HZ = (
    67.0, 69.3, 71.9, 74.4, 77.0, 79.7, 82.5, 85.4, 88.5, 91.5,
    94.8, 97.4, 100.0, 103.5, 107.2, 110.9, 114.8, 118.8, 123.0, 127.3,
    131.8, 136.5, 141.3, 146.2, 151.4, 156.7, 159.8, 162.2, 165.5, 167.9,
    171.3, 173.8, 177.3, 179.9, 183.5, 186.2, 189.9, 192.8, 196.6, 199.5,
    203.5, 206.5, 210.7, 218.1, 225.7, 229.1, 233.6, 241.8, 250.3, 254.1,
)
# fmt: on
"""All tones in Hz, rising."""


def tone_name(hz: float) -> str:
    """A tone as its users write it: `100.0`."""
    return f"{hz:.1f}"


def nearest_tone(hz: float) -> float:
    """The tone of the table that is nearest to a frequency."""
    above = bisect(TONES_HZ, hz)
    return min(TONES_HZ[max(above - 1, 0) : above + 1], key=lambda tone: abs(tone - hz))


def standard_tone(hz: float) -> float:
    """The tone itself, if it is one of the table.

    Raises:
        ValueError: it is none; the message names the nearest.
    """
    if hz in TONES_HZ:
        return hz
    above = bisect(TONES_HZ, hz)
    near = " and ".join(tone_name(tone) for tone in TONES_HZ[max(above - 1, 0) : above + 1])
    raise ValueError(f"no CTCSS tone: {hz:g} Hz; the nearest of the table: {near}")
