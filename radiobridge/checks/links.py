"""What is wrong with the links: channels that are not there, cannot send, or are linked twice."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.checks.names import cannot_send, unknown_channel
from radiobridge.settings import Finding, LinkSettings, Place, Settings


def link_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[link]]`; `broken`: the tables whose shape is wrong already."""
    if "channel" in broken:
        return []
    first: dict[tuple[str, str], int] = {}
    found: list[Finding] = []
    for index, link in enumerate(settings.link):
        found += _names(("link", index), link, settings)
        for pair in link.pairs:
            other = first.setdefault(pair, index)
            if other != index:
                what = f"{pair.heard_on!r} is relayed to {pair.sent_on!r} already"
                found.append(Finding(("link", index, "sent_on"), what, ("link", other, "sent_on")))
    return found


def _names(place: Place, link: LinkSettings, settings: Settings) -> Iterator[Finding]:
    channels = {channel.name: channel for channel in settings.channel}
    sending = [*link.sent_on, *([link.heard_on] if link.both_ways else [])]
    for key, names in (("heard_on", (link.heard_on,)), ("sent_on", link.sent_on)):
        for name in names:
            where = (*place, key)
            yield from unknown_channel(where, name, channels)
            if name in sending:
                yield from cannot_send(where, name, channels)
    if link.heard_on in link.sent_on:
        yield Finding((*place, "sent_on"), f"{link.heard_on!r} would be relayed to itself")
    if len({*link.sent_on}) < len(link.sent_on):
        yield Finding((*place, "sent_on"), "names a channel twice")
