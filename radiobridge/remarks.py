"""What a settings file may say but may surprise: told by `radiobridge check`, and once at start."""

from __future__ import annotations

from radiobridge.dispatch.codebook import lost_key_remarks
from radiobridge.errors import ModelError
from radiobridge.settings import EMBEDDED, Finding, Settings, state_dir
from radiobridge.speech.models import resolve


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
        Finding(("code", short, "keys"), why, ("code", long, "keys"))
        for short, why, long in lost_key_remarks(settings.code)
    ]
    if not settings.code and not settings.phrase and not settings.signal:
        found.append(
            Finding((), "there is no [[code]], no [[phrase]] and no [[signal]]: nothing can raise an alert")
        )
    found += _unheard(settings)
    found += _codes_like_ids(settings)
    found += _models(settings)
    found += _same_inputs(settings)
    spoken = {c.speech for c in settings.channel}
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


def _same_inputs(settings: Settings) -> list[Finding]:
    found = []
    for index, channel in enumerate(settings.channel):
        for other, before in enumerate(settings.channel[:index]):
            if channel.input == before.input:
                why = f"as of channel {before.name!r}: one of them cannot open it, or both hear the same"
                found.append(Finding(("channel", index, "input"), why, ("channel", other, "input")))
    return found


def _models(settings: Settings) -> list[Finding]:
    found = []
    for language, spec in settings.speech.models.items():
        try:
            resolve(spec, state_dir(settings.station.state_dir))
        except ModelError as error:
            found.append(Finding(("speech", "models", language), str(error)))
    return found
