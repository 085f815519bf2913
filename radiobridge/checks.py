"""What makes a settings file unusable beyond its shape.

The rooms know their own rules (codes that collide, phrases that collide, a driver's keys); this puts
them together, so that `radiobridge check`, the start and the reload refuse the same files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from radiobridge.dispatch.codebook import Pattern, code_mistakes
from radiobridge.dispatch.keypad_test import UNIT_FIELD, codes_and_test, place_of_keys
from radiobridge.dispatch.signal_book import never_matching, told_code
from radiobridge.dispatch.texts import unknown_placeholders
from radiobridge.errors import MissingPart
from radiobridge.ports import Driver, load_audio_input, load_carrier_sense
from radiobridge.settings import (
    ChannelSettings,
    DriverChoice,
    Finding,
    MqttSettings,
    Place,
    Settings,
    SettingsFile,
    load_settings,
    unknown_key,
)
from radiobridge.signalling.ctcss import standard_tone
from radiobridge.signalling.dcs import sent_bits
from radiobridge.speech.phrases import ambiguities

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
        *_units(settings),
        *_codes(settings),
        *_keypad_test(settings),
        *_phrases(settings),
        *_signals(settings, broken),
        *_texts(settings),
        *_files(settings.mqtt),
        *(f for i, c in enumerate(settings.channel) for f in _channel(i, c, settings, broken)),
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


def _units(settings: Settings) -> list[Finding]:
    first: dict[str, int] = {}
    return [
        Finding(
            ("post", index, "units"),
            f"the radio {unit!r} belongs to two posts; name it once",
            ("post", first[unit], "units"),
        )
        for index, post in enumerate(settings.post)
        for unit in post.units
        if first.setdefault(unit, index) != index
    ]


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
    try:
        fields = Pattern.parse(settings.keypad_test.keys).fields
    except ValueError:
        return []  # said with the codes
    return [
        Finding(("keypad_test", "keys"), f"nothing asks for {{{name}}}; the one field is {{{UNIT_FIELD}:2}}")
        for name in fields
        if name != UNIT_FIELD
    ]


def _phrases(settings: Settings) -> list[Finding]:
    return [
        Finding(
            ("phrase", later, "says"),
            f"ambiguous: {text!r} ({language}) is also a phrase of {settings.phrase[earlier].alert!r}",
            ("phrase", earlier, "says"),
        )
        for earlier, later, language, text in ambiguities(settings.phrase)
    ]


def _signals(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    ids = {post.id for post in settings.post}
    codes = [
        finding
        for index, rule in enumerate(settings.signal)
        for finding in _refused(("signal", index, "code"), told_code, rule)
    ]
    return [
        *codes,
        *(
            Finding(("signal", index, "post"), f"no [[post]] has the id {rule.post!r}")
            for index, rule in enumerate(settings.signal)
            if rule.post and "post" not in broken and rule.post not in ids
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


def _texts(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    fields_of: dict[str, set[str]] = {}
    for index, code in enumerate(settings.code):
        try:
            fields = set(Pattern.parse(code.keys).fields)
        except ValueError:
            continue
        fields_of.setdefault(code.alert, set()).update(fields)
        found += _placeholders(("code", index, "text"), code.text, fields)
    for index, phrase in enumerate(settings.phrase):
        found += _placeholders(("phrase", index, "text"), phrase.text, set())
    for index, rule in enumerate(settings.signal):
        found += _placeholders(("signal", index, "text"), rule.text, {"code"})
        fields_of.setdefault(rule.alert, set()).add("code")
    for name, kind in settings.alert.items():
        found += _placeholders(("alert", name, "text"), kind.text, fields_of.get(name, set()))
    return found


def _placeholders(place: Place, texts: dict[str, str], fields: set[str]) -> list[Finding]:
    return [
        Finding(
            (*place, language),
            f"nothing fills {{{name}}}; there are alert, channel, unit, post.id, post.name, post.place"
            + "".join(f", {f}" for f in sorted(fields)),
        )
        for language, text in texts.items()
        for name in unknown_placeholders(text, fields)
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


def _channel(
    index: int, channel: ChannelSettings, settings: Settings, broken: frozenset[str]
) -> list[Finding]:
    place = ("channel", index)
    found = _driver((*place, "input"), channel.input, load_audio_input)
    if channel.carrier:
        found += _driver((*place, "carrier"), channel.carrier, load_carrier_sense)
    found += _squelch((*place, "squelch"), channel)
    if channel.speech and "speech" not in broken and channel.speech not in settings.speech.models:
        models = ", ".join(sorted(settings.speech.models)) or "none"
        found.append(
            Finding(
                (*place, "speech"), f"no model for {channel.speech!r} in [speech.models] (there: {models})"
            )
        )
    ids = {post.id for post in settings.post}
    if channel.post and "post" not in broken and channel.post not in ids:
        found.append(Finding((*place, "post"), f"no [[post]] has the id {channel.post!r}"))
    return found


def _squelch(place: Place, channel: ChannelSettings) -> list[Finding]:
    """What a source of the squelch lacks: a line, a tone or a code that there is."""
    squelch = channel.squelch
    found = []
    if "carrier" in squelch.sources and channel.carrier is None:
        why = 'needs the line that says so: carrier = { driver = "…" } in the channel'
        found.append(Finding((*place, "open_on"), f"'carrier' {why}"))
    if squelch.ctcss_hz is not None:
        found += _refused((*place, "ctcss_hz"), standard_tone, squelch.ctcss_hz)
    if squelch.dcs_code is not None:
        found += _refused((*place, "dcs_code"), sent_bits, squelch.dcs_code)
    return found


def _refused(place: Place, rule: Callable[[T], object], value: T) -> list[Finding]:
    """What `rule` has against the value."""
    try:
        rule(value)
    except ValueError as error:
        return [Finding(place, str(error))]
    return []


def _driver(place: Place, choice: DriverChoice, load: Callable[[str], type[Driver]]) -> list[Finding]:
    """A driver that is not there, and keys that it does not take."""
    try:
        driver = load(choice.driver)
    except (LookupError, MissingPart) as error:
        return [Finding((*place, "driver"), str(error.args[0]))]
    try:
        driver.Settings.model_validate(choice.options)
    except ValidationError as error:
        by_key: dict[Place, list[ErrorDetails]] = {}
        for e in error.errors():
            by_key.setdefault((*place, *e["loc"][:1]), []).append(e)
        known = driver.Settings.model_fields
        return [_driver_key(where, choice.driver, known, errors) for where, errors in by_key.items()]
    return []


def _driver_key(where: Place, driver: str, known: Iterable[str], errors: list[ErrorDetails]) -> Finding:
    """What is wrong with one key; a key that may have several kinds of value has an error for each."""
    if errors[0]["type"] == "extra_forbidden":
        return Finding(where, f"{unknown_key(str(where[-1]), known)}, as the {driver} driver takes them")
    reasons = dict.fromkeys(e["msg"].removeprefix("Value error, ") for e in errors)
    said = "; or ".join(reason[0].lower() + reason[1:] for reason in reasons)
    return Finding(where, f"{said}, not {errors[0]['input']!r}")
