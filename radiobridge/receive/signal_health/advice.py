"""What to turn when a signal is not well: the sentences, with their figures, and the bounds that they name.

The level meter speaks to somebody at the knobs, the watch of a running channel to somebody who reads its
health; both say the same of the same fault. Levels are in dBFS.
"""

from __future__ import annotations

import math

WEAK_DBFS, STRONG_DBFS = -20.0, -6.0
"""Speech should peak between these: room above for a louder voice, and well over the noise."""
OVER_NOISE_DB = 10.0
"""What the squelch should open above the noise."""
OFFSET_MATTERS = 0.03
"""Part of full scale: so much room is lost on one side, and each start and end of sound is a click."""

UP = f"up until speech peaks above {WEAK_DBFS:.0f} dBFS"
DOWN = f"down until speech peaks below {STRONG_DBFS:.0f} dBFS"
SILENCE = "digital silence: the input is muted, or nothing is plugged into it"
_AGAINST_HUM = (
    "put an isolating transformer into the sound cable, feed radio and PC from one socket, and keep the "
    "cable away from the mains"
)


def fitting_open_dbfs(noise_dbfs: float) -> int:
    """The `squelch.open_dbfs` that fits this noise."""
    return min(max(math.ceil(noise_dbfs + OVER_NOISE_DB), -70), -10)


def of_peaks(peak_dbfs: float) -> str:
    """What to turn where speech peaks like this, empty where nothing."""
    if peak_dbfs > STRONG_DBFS:
        return f"loud: turn {DOWN}"
    return f"weak: turn {UP}" if peak_dbfs < WEAK_DBFS else ""


def hum(mains_hz: int, level_dbfs: float) -> str:
    """There is hum while nobody talks."""
    return f"hum of {mains_hz} Hz at {level_dbfs:.0f} dBFS: {_AGAINST_HUM}"


def hum_under_voice(mains_hz: int, level_dbfs: float, under_db: float) -> str:
    """There is hum while somebody talks."""
    return (
        f"hum of {mains_hz} Hz in the transmissions, {under_db:.0f} dB below the sound ({level_dbfs:.0f} "
        f"dBFS): if it comes with one radio only, take that off its charger; else {_AGAINST_HUM}"
    )


def offset(mean: float) -> str:
    """The middle of the waves is not at zero; `mean` is a part of full scale."""
    level_dbfs = 20 * math.log10(abs(mean))
    return (
        f"an offset of {mean:+.1%} of full scale, which counts as {level_dbfs:.0f} dBFS of sound: put a "
        "capacitor (1 to 10 µF) into the sound cable, or take another input or sound card"
    )


def clipped(where: str, *, in_card: bool, top_dbfs: float) -> str:
    """Waves are cut off; `where` says how often."""
    if in_card:
        return f"clipped {where}: turn the radio's volume or the card's level {DOWN}"
    return (
        f"clipped {where} before the sound card (tops are flat at {top_dbfs:.0f} dBFS): turn the radio's "
        "volume down and the card's level up"
    )


def weak(level_dbfs: float, open_dbfs: float | None, times: str) -> str:
    """Transmissions that are hardly heard; `open_dbfs` where a level opens the squelch."""
    opens = "" if open_dbfs is None else f", where squelch.open_dbfs is {open_dbfs:g}"
    return (
        f"too weak, {level_dbfs:.0f} dBFS {times}{opens}: turn the radio's volume or the card's level {UP}; "
        "a microphone plug in a line input is weak like this"
    )


def under_squelch(level_dbfs: float, open_dbfs: float) -> str:
    """Something is heard, and nothing opens."""
    return (
        f"sound up to {level_dbfs:.0f} dBFS comes and never opens the squelch (squelch.open_dbfs is "
        f"{open_dbfs:g}): turn the radio's volume or the card's level up, or lower squelch.open_dbfs"
    )


def noisy(noise_dbfs: float, open_dbfs: float, closing_dbfs: float) -> str:
    """The squelch will soon open on noise, or not close."""
    fits = fitting_open_dbfs(noise_dbfs)
    return (
        f"noise at {noise_dbfs:.0f} dBFS comes near the squelch, which opens at {open_dbfs:g} and closes at "
        f"{closing_dbfs:g} dBFS: set squelch.open_dbfs = {fits}, or close the radio's own squelch"
    )


def muted(minutes: float) -> str:
    """Not even noise comes."""
    return (
        f"{SILENCE} ({minutes:.0f} min without any noise): look at plug, cable, and the mixer (alsamixer, F4)"
    )


def unheard(hours: float) -> str:
    """Nothing was sent for long."""
    return (
        f"nothing has been heard for {hours:.0f} h: look whether the radio is on, charged, turned up and on "
        "its channel, and ask for a radio check"
    )


def sentence(advice: str) -> str:
    """The same as it stands by itself."""
    return f"{advice[0].upper()}{advice[1:]}."
