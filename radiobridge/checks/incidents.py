"""What is wrong with the rules of incidents: whom nobody can call, and codes that name none."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.checks.names import cannot_send, sending_channels, unknown_kind, unknown_post
from radiobridge.checks.notify import unknown_group
from radiobridge.checks.refusals import refused
from radiobridge.checks.types import types_raised, unknown_type
from radiobridge.dispatch.actions import (
    NUMBER_FIELD,
    NUMBER_SLOT,
    OF_FIELD,
    OPERATOR_FIELD,
    OTP_FIELD,
    PIN_FIELD,
)
from radiobridge.dispatch.codebook import field_lengths
from radiobridge.dispatch.incidents.call_board import CALL_PLACEHOLDERS, unknown_in_call
from radiobridge.dispatch.incidents.called_posts import PostsToCall, channel_of
from radiobridge.events import Act
from radiobridge.settings import CodeSettings, Finding, Place, ResponseSettings, Settings, StageSettings
from radiobridge.speech.templates import Template
from radiobridge.transmit.spelled import check_tones


def incident_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[response]]`, and of codes and phrases that do something about an incident."""
    return [
        *(
            f
            for i, rule in enumerate(settings.response)
            for f in _rule(("response", i), rule, settings, broken)
        ),
        *(f for i, code in enumerate(settings.code) if code.does for f in _code(("code", i), code, settings)),
        *_phrases(settings),
        *_disabled(settings),
    ]


def _rule(
    place: Place, rule: ResponseSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    types = types_raised(settings)
    for name in rule.alerts:
        yield from unknown_type((*place, "alerts"), name, types, broken)
    for post in rule.posts:
        yield from unknown_post((*place, "posts"), post, settings, broken)
    for kind in rule.kinds:
        yield from unknown_kind((*place, "kinds"), kind, settings, broken)
    for index, stage in enumerate(rule.stage):
        yield from _stage((*place, "stage", index), stage, settings, broken)
    times = [stage.after_s for stage in rule.stage]
    if times != sorted(times):
        yield Finding((*place, "stage"), "its stages are not in the order of after_s: put the earliest first")


def _stage(
    place: Place, stage: StageSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    calls = (stage.channels, stage.posts, stage.kinds, stage.nearest, stage.notify, stage.siren)
    if not any(calls):
        yield Finding(place, "calls nobody: give channels, posts, kinds, nearest, notify or a siren")
    for group in stage.notify:
        yield from unknown_group((*place, "notify"), group, settings, broken)
    yield from sending_channels(place, stage.channels, settings, broken)
    yield from _called_posts(place, stage, settings, broken)
    if stage.tones:
        yield from refused((*place, "tones"), check_tones, stage.tones)
    for language, text in stage.say.items():
        for name in unknown_in_call(text):
            why = f"nothing fills {{{name}}}; there are {', '.join(CALL_PLACEHOLDERS)}"
            yield Finding((*place, "say", language), why)


def _called_posts(
    place: Place, stage: StageSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    """Posts that are not there, or that nobody could call."""
    for name in stage.posts:
        yield from unknown_post((*place, "posts"), name, settings, broken)
    for kind in stage.kinds:
        yield from unknown_kind((*place, "kinds"), kind, settings, broken)
    if broken & {"post", "channel"}:
        return
    channels = {channel.name: channel for channel in settings.channel}
    for post in (each for each in settings.post if each.id in stage.posts):
        channel = channel_of(post, settings)
        if channel is None:
            why = f"{post.id!r} listens on no channel: give that post a channel, or a channel that post"
            yield Finding((*place, "posts"), why)
        else:
            yield from cannot_send((*place, "posts"), channel, channels)
    meant = [each for each in settings.post if not stage.kinds or each.kind in stage.kinds]
    if (stage.kinds or stage.nearest) and meant and not PostsToCall(settings).of(stage, None):
        key = "kinds" if stage.kinds else "nearest"
        yield Finding((*place, key), "none of these posts listens on a channel that can send: give them one")


def _code(place: Place, code: CodeSettings, settings: Settings) -> Iterator[Finding]:
    fields = field_lengths(code.keys)
    if fields is None:
        return  # said with the codes
    shown = {"pin": PIN_FIELD, "otp": OTP_FIELD, None: ""}[code.needs]
    is_of_drill = code.does is not None and code.does.is_of_drill
    known = {
        *([] if is_of_drill else [NUMBER_FIELD]),
        *([OF_FIELD] if code.does is Act.DUPLICATE else []),
        *([OPERATOR_FIELD, shown] if shown else []),
    }
    for name in sorted(fields.keys() - known):
        there = ", ".join(sorted(known)) or "none"
        why = f"nothing asks for {{{name}}} where a code does {str(code.does)!r}; there is {there}"
        yield Finding((*place, "keys"), why)
    number = fields.get(NUMBER_FIELD)
    digits = settings.incidents.number_digits
    if number and number < digits:
        why = f"incidents have {digits} digits ([incidents] number_digits): write {{{NUMBER_FIELD}:{digits}}}"
        yield Finding((*place, "keys"), why)
    if number is None and code.does is Act.REOPEN:
        why = f"it must say which one is opened again: add {{{NUMBER_FIELD}:{digits}}}"
        yield Finding((*place, "keys"), why)
    if code.does is Act.NOTE:
        yield Finding((*place, "does"), "a note has words: it comes over the bus alone")


def _phrases(settings: Settings) -> Iterator[Finding]:
    for index, phrase in enumerate(settings.phrase):
        if phrase.does is Act.NOTE:
            yield Finding(
                ("phrase", index, "does"), "a note has words of its own: it comes over the bus alone"
            )
        if not phrase.does:
            continue
        for language, texts in phrase.says.items():
            for text in texts:
                try:
                    slots = Template.parse(text).slots
                except ValueError:
                    continue  # said with the phrases
                known = "" if phrase.does.is_of_drill else NUMBER_SLOT
                for name in sorted({*slots} - {known}):
                    why = f"nothing asks for {{{name}}} in this phrase; there is {known or 'no slot'}"
                    yield Finding(("phrase", index, "says", language), why)


def _disabled(settings: Settings) -> Iterator[Finding]:
    if settings.incidents.enabled:
        return
    for table, rows in (("code", settings.code), ("phrase", settings.phrase)):
        for index, row in enumerate(rows):
            if row.does:
                why = "there are no incidents ([incidents] enabled = false): take this out, or switch them on"
                yield Finding((table, index, "does"), why)
    if settings.response:
        why = "nobody is called: there are no incidents ([incidents] enabled = false)"
        yield Finding(("response",), why)
