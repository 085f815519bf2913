"""What is wrong with posts and units: ids that stand twice, names of nothing, calls that cannot be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from radiobridge.checks.names import unknown_channel, unknown_post
from radiobridge.checks.refusals import refused
from radiobridge.settings import Finding, Place, PostSettings, Settings
from radiobridge.transmit.spelled import check_tones


def roster_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[post]]` and `[[unit]]`; `broken`: the tables whose shape is wrong already."""
    return [
        *_same_radio("post", "units", (post.units for post in settings.post)),
        *_same_radio("unit", "ids", (unit.ids for unit in settings.unit)),
        *(f for i, post in enumerate(settings.post) for f in _post(("post", i), post, settings, broken)),
        *(
            finding
            for index, unit in enumerate(settings.unit)
            for finding in unknown_post(("unit", index, "post"), unit.post, settings, broken)
        ),
    ]


def _same_radio(table: str, key: str, radios: Iterable[Iterable[str]]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, ids in enumerate(radios):
        for id_ in dict.fromkeys(ids):
            other = first.setdefault(id_, index)
            if other != index:
                why = f"the radio {id_!r} belongs to two {table}s; name it once"
                yield Finding((table, index, key), why, (table, other, key))


def _post(place: Place, post: PostSettings, settings: Settings, broken: frozenset[str]) -> Iterator[Finding]:
    for neighbour in dict.fromkeys(post.neighbours):
        if neighbour == post.id:
            yield Finding((*place, "neighbours"), f"{post.id!r} is its own neighbour: take it out")
        else:
            yield from unknown_post((*place, "neighbours"), neighbour, settings, broken)
    if (post.lat is None) != (post.lon is None):
        missing, there = ("lat", "lon") if post.lat is None else ("lon", "lat")
        yield Finding((*place, missing), f"is missing, where {there} is given: give both or neither")
    if post.channel and "channel" not in broken:
        channels = {channel.name: channel for channel in settings.channel}
        yield from unknown_channel((*place, "channel"), post.channel, channels)
    if post.selcall:
        yield from refused((*place, "selcall"), check_tones, post.selcall)
