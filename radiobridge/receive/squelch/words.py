"""What to say of a squelch that is not well, and what to turn: sentences for the channel's health."""

from __future__ import annotations

from radiobridge.settings import SquelchSettings

_STUCK = {
    "level": "raise squelch.open_dbfs ({open_dbfs:g}) above the noise",
    "noise": "raise squelch.noise_db ({noise_db:g}), and feed it the discriminator's sound, with its noise",
    "voice": "find what plays or hums on this channel and keeps changing",
    "carrier": "close the radio's own squelch, or set the carrier line the other way round",
    "ctcss": "find who transmits {ctcss_hz} Hz",
    "dcs": "find who transmits {dcs_code}",
}
FLAPPING_IS_LONG_S = 30.0
"""From here on flapping is a matter for people."""


def stuck_open(settings: SquelchSettings) -> str:
    """It has been open for `max_s`."""
    turn = [_STUCK[name].format(**settings.model_dump()) for name in sorted(settings.sources)]
    return f"The squelch has been open for {settings.max_s:g} s: {'; '.join(turn)}, or find who holds PTT."


def flapping(settings: SquelchSettings) -> str:
    """It has been held open for long, since it opens and closes all the time."""
    turn = {
        "level": "raise squelch.open_dbfs ({open_dbfs:g})",
        "noise": "raise squelch.noise_db ({noise_db:g})",
    }
    turns = [turn[name].format(**settings.model_dump()) for name in turn if name in settings.sources]
    return (
        "The squelch opens and closes all the time and is held open, by noise or by a station at the edge of "
        f"its reach: {', '.join([*turns, 'raise squelch.min_s'])}, or look after the aerial."
    )


def carrier_lost(settings: SquelchSettings, why: str) -> str:
    """The carrier line does not answer."""
    return (
        f"The carrier line is lost ({why}): the level decides meanwhile (open_dbfs {settings.open_dbfs:g})."
    )


def no_noise(settings: SquelchSettings, rate_hz: int) -> str:
    """The sound does not hold the noise that `noise` listens for."""
    return (
        f"Noise squelch needs sound at 16000 Hz or more, and this input has {rate_hz}: the level decides "
        f"meanwhile (open_dbfs {settings.open_dbfs:g})."
    )
