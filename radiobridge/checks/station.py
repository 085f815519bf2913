"""The settings file of a station, read whole: every mistake in it is found."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

from radiobridge.checks.access import access_mistakes
from radiobridge.checks.channels import channel_mistakes, second_opinion_mistakes, voice_mistakes
from radiobridge.checks.incidents import incident_mistakes
from radiobridge.checks.keys import begins_a_code
from radiobridge.checks.links import link_mistakes
from radiobridge.checks.names import unknown_post
from radiobridge.checks.notify import notify_mistakes
from radiobridge.checks.refusals import refused
from radiobridge.checks.roster import roster_mistakes
from radiobridge.checks.self_tests import self_test_mistakes
from radiobridge.checks.supervision import supervision_mistakes
from radiobridge.checks.texts import text_mistakes
from radiobridge.dispatch.codebook import code_mistakes, field_lengths
from radiobridge.dispatch.keypad_test import codes_and_test, place_of_keys
from radiobridge.dispatch.roster import UNIT_FIELD
from radiobridge.dispatch.signal_book import never_matching, told_code
from radiobridge.settings import Finding, MqttSettings, Settings, SettingsFile, load_settings
from radiobridge.speech.phrases import ambiguities, phrase_mistakes

T = TypeVar("T")


def load_station(path: Path) -> SettingsFile:
    """The settings of a station in the file at `path`.

    Raises:
        SettingsError: with every mistake, in the order of the file.
    """
    return load_settings(path, _mistakes)


def _mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    none = not settings.channel and "channel" not in broken
    return [
        *([Finding(("channel",), "there is none; a station needs at least one [[channel]]")] * none),
        *_twice(settings.channel, "channel", "name", lambda c: c.name),
        *_twice(settings.post, "post", "id", lambda p: p.id),
        *roster_mistakes(settings, broken),
        *_codes(settings),
        *_keypad_test(settings),
        *_phrases(settings),
        *begins_a_code(("speech", "confirm_key"), settings.speech.confirm_key or "", settings),
        *_signals(settings, broken),
        *text_mistakes(settings),
        *_files(settings.mqtt),
        *(f for i, c in enumerate(settings.channel) for f in channel_mistakes(i, c, settings, broken)),
        *link_mistakes(settings, broken),
        *_twice(settings.self_test, "self_test", "sent_on", lambda t: t.sent_on),
        *self_test_mistakes(settings, broken),
        *incident_mistakes(settings, broken),
        *_twice(settings.contact, "contact", "name", lambda c: c.name),
        *_twice(settings.operator, "operator", "id", lambda o: o.id),
        *access_mistakes(settings, broken),
        *supervision_mistakes(settings, broken),
        *_twice(settings.notifier, "notifier", "name", lambda n: n.name),
        *_twice(settings.group, "group", "name", lambda g: g.name),
        *notify_mistakes(settings, broken),
        *voice_mistakes(settings),
        *second_opinion_mistakes(settings),
    ]


def _twice(rows: Iterable[T], table: str, key: str, name: Callable[[T], Hashable]) -> list[Finding]:
    seen: dict[Hashable, int] = {}
    found = []
    for index, row in enumerate(rows):
        first = seen.setdefault(name(row), index)
        if first != index:
            what = f"{name(row)!r} stands twice; each {table} needs a {key} of its own"
            found.append(Finding((table, index, key), what, (table, first, key)))
    return found


def _codes(settings: Settings) -> list[Finding]:
    return [
        Finding(
            place_of_keys(settings, index),
            f"ambiguous: {why}" if other is not None else why,
            None if other is None else place_of_keys(settings, other),
        )
        for index, why, other in code_mistakes(codes_and_test(settings))
    ]


def _keypad_test(settings: Settings) -> list[Finding]:
    return [
        Finding(("keypad_test", "keys"), f"nothing asks for {{{name}}}; the one field is {{{UNIT_FIELD}:2}}")
        for name in field_lengths(settings.keypad_test.keys) or ()
        if name != UNIT_FIELD
    ]


def _phrases(settings: Settings) -> list[Finding]:
    wrong = [
        Finding(("phrase", index, "says", language), why)
        for index, language, why in phrase_mistakes(settings.phrase)
    ]
    ambiguous = [
        Finding(
            ("phrase", later, "says"),
            f"ambiguous: {text!r} ({language}) sounds like a phrase of {settings.phrase[earlier].meaning!r}",
            ("phrase", earlier, "says"),
        )
        for earlier, later, language, text in ambiguities(settings.phrase)
    ]
    return wrong + ambiguous


def _signals(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    codes = [
        finding
        for index, rule in enumerate(settings.signal)
        for finding in refused(("signal", index, "code"), told_code, rule)
    ]
    return [
        *codes,
        *(
            finding
            for index, rule in enumerate(settings.signal)
            for finding in unknown_post(("signal", index, "post"), rule.post, settings, broken)
        ),
        *(
            Finding(
                ("signal", index, "system"),
                "never matches: an earlier [[signal]] takes all that it would",
                ("signal", earlier, "system"),
            )
            for index, earlier in never_matching(settings.signal)
        ),
    ]


def _files(mqtt: MqttSettings) -> list[Finding]:
    found = []
    for key in ("password_file", "ca_file", "cert_file", "key_file"):
        path: Path | None = getattr(mqtt, key)
        if path is not None and not os.access(path, os.R_OK):
            found.append(
                Finding(("mqtt", key), f"{path} cannot be read; name a file that this user may read")
            )
    if not mqtt.tls and (mqtt.ca_file or mqtt.cert_file):
        found.append(Finding(("mqtt", "broker"), "has certificates but no TLS; write mqtts://HOST"))
    return found
