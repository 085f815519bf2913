"""What a settings file may say but may surprise: told by `radiobridge check`, and once at start."""

from __future__ import annotations

from radiobridge.dispatch.codebook import lost_key_remarks
from radiobridge.dispatch.incidents.call_board import MOST_SELCALLS
from radiobridge.dispatch.incidents.called_posts import channel_of
from radiobridge.dispatch.keypad_test import codes_and_test, codes_in_rows, gives_way_to, place_of_keys
from radiobridge.dispatch.roster_gaps import roster_gaps
from radiobridge.errors import ModelError
from radiobridge.events import Act
from radiobridge.settings import EMBEDDED, Finding, Settings, state_dir
from radiobridge.speech.models import resolve
from radiobridge.transmit.spelled import tones_s


def remarks(settings: Settings) -> list[Finding]:
    """All that is worth a remark in settings that can be used."""
    found = []
    if settings.mqtt.broker == EMBEDDED:
        found.append(
            Finding(
                ("mqtt", "broker"),
                "the embedded broker keeps nothing across a restart: a subscriber that is away misses what "
                "was sent meanwhile (command/replay brings it again); for a station in service run mosquitto",
            )
        )
    found += [
        Finding(place_of_keys(settings, short), why, place_of_keys(settings, long))
        for short, why, long in lost_key_remarks(codes_and_test(settings))
    ]
    found += _keypad_test(settings)
    if not settings.code and not settings.phrase and not settings.signal:
        found.append(
            Finding((), "there is no [[code]], no [[phrase]] and no [[signal]]: nothing can raise an alert")
        )
    found += _unheard(settings)
    found += _drills(settings)
    found += _codes_like_ids(settings)
    found += _models(settings)
    found += _same_inputs(settings)
    found += _unused_keys(settings)
    found += roster_gaps(settings)
    found += _long_selcalls(settings)
    spoken = {language for c in settings.channel for language in c.speech}
    found += [
        Finding(("phrase", i, "says", language), f"no channel listens for {language!r}; it is never heard")
        for i, phrase in enumerate(settings.phrase)
        for language in phrase.says
        if language not in spoken
    ]
    return found


_SWITCHES = {
    "mdc1200": "mdc1200",
    "dtmf": "dtmf_id_digits",
    "two-tone": "two_tone",
    "tone-burst": "tone_burst",
    "ctcss": "ctcss",
    "dcs": "dcs",
}
"""Key of `[channel.signals]` that makes a channel hear a system; five-tone standards are named there."""


def _drills(settings: Settings) -> list[Finding]:
    """Whoever can begin a drill can turn an emergency into an exercise."""
    why = 'anybody who keys it makes an exercise of every emergency: give it needs = "pin" or "otp"'
    return [
        Finding(("code", index, "does"), why)
        for index, code in enumerate(settings.code)
        if code.does is Act.DRILL and code.needs is None
    ]


def _unheard(settings: Settings) -> list[Finding]:
    """Rules for signalling that no channel listens for."""
    found = []
    for index, rule in enumerate(settings.signal):
        switch = _SWITCHES.get(rule.system)
        if not any(
            getattr(c.signals, switch) if switch else rule.system in c.signals.five_tone
            for c in settings.channel
        ):
            what = f"{switch} of a channel's signals" if switch else "five_tone of a channel's signals"
            found.append(
                Finding(
                    ("signal", index, "system"), f"no channel listens for it: it is never heard; see {what}"
                )
            )
    return found


def _codes_like_ids(settings: Settings) -> list[Finding]:
    """Codes that the digits of a radio's own id may be."""
    if not any(channel.signals.dtmf_id_digits for channel in settings.channel):
        return []
    return [
        Finding(
            ("code", index, "keys"),
            f"{code.keys!r} has no * and no #: the id that a radio sends as DTMF may be, or begin, this code",
        )
        for index, code in enumerate(settings.code)
        if not set(code.keys) & set("*#")
    ]


def _keypad_test(settings: Settings) -> list[Finding]:
    """What is in the way of the keypad test, or comes of it."""
    code = gives_way_to(settings)
    found = []
    if code is not None:
        why = f"is in the way of {settings.keypad_test.keys!r}: there is no keypad test; choose its keys"
        found.append(Finding(("code", code, "keys"), f"{why} in [keypad_test]"))
    if len(codes_and_test(settings)) > len(settings.code):
        found += [
            Finding(
                ("code", index, "keys"),
                f"who goes through all keys as {row} in a keypad test raises this alert: key them in another "
                "order, or begin the code with *",
            )
            for index, row in codes_in_rows(settings).items()
        ]
    return found


def _same_inputs(settings: Settings) -> list[Finding]:
    found = []
    for index, channel in enumerate(settings.channel):
        for other, before in enumerate(settings.channel[:index]):
            if channel.input == before.input:
                why = f"as of channel {before.name!r}: one of them cannot open it, or both hear the same"
                found.append(Finding(("channel", index, "input"), why, ("channel", other, "input")))
    return found


_KEYS = {"noise_db": "noise", "ctcss_hz": "ctcss", "dcs_code": "dcs"}
"""Key of `[channel.squelch]` = the source that it is for."""


def _unused_keys(settings: Settings) -> list[Finding]:
    """What is said of a source that the squelch does not open on."""
    found = []
    for index, channel in enumerate(settings.channel):
        squelch = channel.squelch
        found += [
            Finding(("channel", index, "squelch", key), f"does nothing without {source!r} in open_on")
            for key, source in _KEYS.items()
            if key in squelch.model_fields_set and source not in squelch.sources
        ]
        if channel.radio and not channel.output and "carrier" not in squelch.sources:
            why = "does nothing: there is no output to transmit, and no 'carrier' in the squelch's open_on"
            found.append(Finding(("channel", index, "radio"), why))
        if channel.output and not channel.radio:
            why = "has no radio to key: only sound goes out (an intercom, or a radio with VOX)"
            found.append(Finding(("channel", index, "output"), why))
    return found


def _long_selcalls(settings: Settings) -> list[Finding]:
    """Channels on which a call has no time left for words when it has opened as many radios as it may."""
    found = []
    for index, channel in enumerate(settings.channel):
        selcalls = [
            post.selcall
            for post in settings.post
            if post.selcall and channel_of(post, settings) == channel.name
        ]
        longest_s = sorted(map(tones_s, dict.fromkeys(selcalls)), reverse=True)[:MOST_SELCALLS]
        opening_s, most_s = sum(longest_s), channel.transmit.timeout_s
        if channel.output and opening_s > most_s / 2:
            why = (
                f"{most_s:.0f} s are hardly enough to open {len(longest_s)} radios ({opening_s:.0f} s of "
                "selective calls) and to say why: make it longer, or the calls shorter"
            )
            found.append(Finding(("channel", index, "transmit", "timeout_s"), why))
    return found


def _models(settings: Settings) -> list[Finding]:
    found = []
    for language, specs in settings.speech.models.items():
        for spec in specs:
            try:
                resolve(spec, state_dir(settings.station.state_dir))
            except ModelError as error:
                found.append(Finding(("speech", "models", language), str(error)))
    return found
