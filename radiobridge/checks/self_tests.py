"""What is wrong with the self-tests: channels that cannot send or hear them, and keys that begin a code."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.dispatch.codebook import Pattern
from radiobridge.dispatch.keypad_test import codes_and_test
from radiobridge.near import did_you_mean
from radiobridge.settings import ChannelSettings, Finding, Place, SelfTestSettings, Settings


def self_test_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[self_test]]`; `broken`: the tables whose shape is wrong already."""
    if "channel" in broken:
        return []
    channels = {channel.name: channel for channel in settings.channel}
    return [
        finding
        for index, test in enumerate(settings.self_test)
        for finding in (*_channels(("self_test", index), test, channels), *_codes(index, test, settings))
    ]


def _channels(
    place: Place, test: SelfTestSettings, channels: dict[str, ChannelSettings]
) -> Iterator[Finding]:
    for key, name in (("sent_on", test.sent_on), ("heard_on", test.heard_on)):
        if name is not None and name not in channels:
            there = ", ".join(channels) or "none"
            hint = did_you_mean(name, channels)
            yield Finding((*place, key), f"no [[channel]] is called {name!r}{hint} (there are: {there})")
    sender, hearer = channels.get(test.sent_on), channels.get(test.hearer)
    if sender and sender.output is None:
        yield Finding((*place, "sent_on"), f"{test.sent_on!r} cannot send: give that channel an output")
    if hearer is None:
        return
    if not hearer.signals.dtmf:
        yield Finding((*place, "heard_on"), f"{test.hearer!r} hears no keys: its signals have dtmf = false")
    if hearer.signals.dtmf_id_digits == len(test.keys):
        why = f"{test.hearer!r} takes {len(test.keys)} keys for a radio's id (dtmf_id_digits): send more"
        yield Finding((*place, "keys"), why)


def _codes(index: int, test: SelfTestSettings, settings: Settings) -> Iterator[Finding]:
    """The keys of a test must never be, nor begin, a code."""
    for row in codes_and_test(settings):
        try:
            first = Pattern.parse(row.keys).keys[0]
        except ValueError:
            continue  # said with the codes
        if shared := sorted(first & {*test.keys}):
            why = f"the code {row.keys!r} begins with {shared[0]!r}, which the test sends; give other keys"
            yield Finding(("self_test", index, "keys"), why)
            return
