"""What is wrong with a channel, and with the drivers beside: a voice, a second opinion."""

from __future__ import annotations

from radiobridge.checks.drivers import driver_mistakes
from radiobridge.checks.names import unknown_post
from radiobridge.checks.refusals import refused
from radiobridge.ports import (
    load_audio_input,
    load_audio_output,
    load_radio,
    load_transcriber,
    load_voice,
)
from radiobridge.settings import ChannelSettings, Finding, Place, Settings
from radiobridge.signalling.ctcss import standard_tone
from radiobridge.signalling.dcs import sent_bits
from radiobridge.transmit.spelled import check_tones


def channel_mistakes(
    index: int, channel: ChannelSettings, settings: Settings, broken: frozenset[str]
) -> list[Finding]:
    """All of channel `index`; `broken`: the tables whose shape is wrong already."""
    place = ("channel", index)
    found = driver_mistakes((*place, "input"), channel.input, load_audio_input)
    if channel.radio:
        found += driver_mistakes((*place, "radio"), channel.radio, load_radio)
    if channel.output:
        found += driver_mistakes((*place, "output"), channel.output, load_audio_output)
    found += _squelch((*place, "squelch"), channel)
    found += _transmit((*place, "transmit"), channel)
    if "speech" not in broken:
        found += _speech((*place, "speech"), channel, settings)
    return [*found, *unknown_post((*place, "post"), channel.post, settings, broken)]


def _speech(place: Place, channel: ChannelSettings, settings: Settings) -> list[Finding]:
    """Languages without a model, and one that stands twice."""
    models = ", ".join(sorted(settings.speech.models)) or "none"
    found = [
        Finding(place, f"no model for {language!r} in [speech.models] (there: {models})")
        for language in dict.fromkeys(channel.speech)
        if language not in settings.speech.models
    ]
    if len(set(channel.speech)) < len(channel.speech):
        found.append(Finding(place, "names a language twice"))
    return found


def _squelch(place: Place, channel: ChannelSettings) -> list[Finding]:
    """What a source of the squelch lacks: a line, a tone or a code that there is."""
    squelch = channel.squelch
    found = []
    if "carrier" in squelch.sources and channel.radio is None:
        why = 'needs the radio that says so: radio = { driver = "…" } in the channel'
        found.append(Finding((*place, "open_on"), f"'carrier' {why}"))
    if squelch.ctcss_hz is not None:
        found += refused((*place, "ctcss_hz"), standard_tone, squelch.ctcss_hz)
    if squelch.dcs_code is not None:
        found += refused((*place, "dcs_code"), sent_bits, squelch.dcs_code)
    return found


def _transmit(place: Place, channel: ChannelSettings) -> list[Finding]:
    """Tones that are none, and a frequency that no radio can be asked for."""
    identify = channel.transmit.identify
    found = []
    if identify and identify.tones:
        found += refused((*place, "identify", "tones"), check_tones, identify.tones)
    if channel.transmit.frequency_hz and channel.radio is None:
        why = "no radio can be asked on which frequency it is: give the channel a radio, or leave this out"
        found.append(Finding((*place, "frequency_hz"), why))
    return found


def voice_mistakes(settings: Settings) -> list[Finding]:
    """A voice that is not there, where a channel could speak."""
    if not any(channel.output for channel in settings.channel):
        return []
    return driver_mistakes(("voice",), settings.voice, load_voice)


def second_opinion_mistakes(settings: Settings) -> list[Finding]:
    """A second opinion that is not there, or that nobody would ask."""
    speech, place = settings.speech, ("speech", "second_opinion")
    if speech.second_opinion is None:
        return []
    if not speech.transcripts:
        why = "nothing is transcribed: leave out transcripts = false, or this"
        return [Finding(place, why, ("speech", "transcripts"))]
    return driver_mistakes(place, speech.second_opinion, load_transcriber)
