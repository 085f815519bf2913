"""What is wrong with check-ins, bulletins and the calendar: posts, channels and types that are not there."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.checks.drivers import driver_mistakes
from radiobridge.checks.names import sending_channels, unknown_kind, unknown_post
from radiobridge.checks.notify import unknown_group
from radiobridge.checks.refusals import refused
from radiobridge.checks.types import types_raised, unknown_type
from radiobridge.dispatch.texts import placeholders
from radiobridge.near import did_you_mean
from radiobridge.ports import load_contact
from radiobridge.settings import (
    BulletinSettings,
    CheckInSettings,
    ContactSettings,
    Finding,
    LoneWorkerSettings,
    Place,
    Settings,
)
from radiobridge.transmit.spelled import check_tones

_REMINDED = "posts"
"""The one placeholder of a reminder."""


def supervision_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of check-ins, lone workers, bulletins and drills, and of hours that no calendar has."""
    rounds: list[tuple[Place, CheckInSettings | BulletinSettings]] = [
        *((("check_in", i), each) for i, each in enumerate(settings.check_in)),
        *((("bulletin", i), each) for i, each in enumerate(settings.bulletin)),
    ]
    return [
        *_names(rounds),
        *(finding for place, each in rounds for finding in _round(place, each, settings, broken)),
        *(
            finding
            for i, each in enumerate(settings.lone_worker)
            for finding in _lone_worker(("lone_worker", i), each, settings, broken)
        ),
        *(
            finding
            for i, each in enumerate(settings.contact)
            for finding in _contact(("contact", i), each, settings, broken)
        ),
        *_drill(settings, broken),
        *_hours(settings, broken),
    ]


def _names(rounds: list[tuple[Place, CheckInSettings | BulletinSettings]]) -> Iterator[Finding]:
    first: dict[str, Place] = {}
    for place, each in rounds:
        other = first.setdefault(each.name, place)
        if other is not place:
            why = f"{each.name!r} stands twice; each check-in and bulletin needs a name of its own"
            yield Finding((*place, "name"), why, (*other, "name"))


def _round(
    place: Place, each: CheckInSettings | BulletinSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    for post in each.posts:
        yield from unknown_post((*place, "posts"), post, settings, broken)
    for group in each.notify:
        yield from unknown_group((*place, "notify"), group, settings, broken)
    for kind in each.kinds:
        yield from unknown_kind((*place, "kinds"), kind, settings, broken)
    if not settings.post and each.counts and "post" not in broken:
        yield Finding((*place, "counts"), "nobody can answer: there is no [[post]]")
    yield from sending_channels(place, each.channels, settings, broken)
    types = types_raised(settings)
    for type_ in each.counts:
        yield from unknown_type((*place, "counts"), type_, types, broken)
    if each.say and not each.channels and not each.notify:
        yield Finding((*place, "say"), "nothing says on which channels: give channels")
    yield from _words(place, each)


def _lone_worker(
    place: Place, each: LoneWorkerSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    yield from sending_channels(place, each.channels, settings, broken)
    types = types_raised(settings)
    for key, named in (("begins", each.begins), ("ends", each.ends)):
        for type_ in named:
            yield from unknown_type((*place, key), type_, types, broken)
    for type_ in sorted({*each.begins} & {*each.ends}):
        yield Finding((*place, "ends"), f"{type_!r} begins it, too: one of the two")
    yield from _words(place, each)


def _contact(
    place: Place, each: ContactSettings, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    if each.post:
        yield from unknown_post((*place, "post"), each.post, settings, broken)
    for type_ in each.counts:
        yield from unknown_type((*place, "counts"), type_, types_raised(settings), broken)
    if each.counts and not each.post:
        yield Finding((*place, "counts"), "of which post? Give post")
    if each.input:
        yield from driver_mistakes((*place, "input"), each.input, load_contact)


def _words(place: Place, each: CheckInSettings | BulletinSettings | LoneWorkerSettings) -> Iterator[Finding]:
    if each.tones:
        yield from refused((*place, "tones"), check_tones, each.tones)
    for language, text in each.remind.items():
        for name in placeholders(text):
            if name != _REMINDED:
                why = f"nothing fills {{{name}}}; there is {{{_REMINDED}}}"
                yield Finding((*place, "remind", language), why)


def _drill(settings: Settings, broken: frozenset[str]) -> Iterator[Finding]:
    yield from sending_channels(("drill",), settings.drill.channels, settings, broken)


def _hours(settings: Settings, broken: frozenset[str]) -> Iterator[Finding]:
    known = settings.calendar.hours
    for index, rule in enumerate(settings.response):
        for name in rule.hours if "calendar" not in broken else ():
            if name not in known:
                why = f"no [calendar.hours.{name}]{did_you_mean(name, known)}"
                yield Finding(("response", index, "hours"), why)
