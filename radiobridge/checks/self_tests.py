"""What is wrong with the self-tests: channels that cannot send or hear them, and keys that begin a code."""

from __future__ import annotations

from collections.abc import Iterator

from radiobridge.checks.keys import begins_a_code
from radiobridge.checks.names import cannot_send, unknown_channel
from radiobridge.settings import ChannelSettings, Finding, Place, SelfTestSettings, Settings


def self_test_mistakes(settings: Settings, broken: frozenset[str]) -> list[Finding]:
    """All of `[[self_test]]`; `broken`: the tables whose shape is wrong already."""
    if "channel" in broken:
        return []
    channels = {channel.name: channel for channel in settings.channel}
    return [
        finding
        for index, test in enumerate(settings.self_test)
        for finding in (
            *_channels(("self_test", index), test, channels),
            *begins_a_code(("self_test", index, "keys"), test.keys, settings),
        )
    ]


def _channels(
    place: Place, test: SelfTestSettings, channels: dict[str, ChannelSettings]
) -> Iterator[Finding]:
    for key, name in (("sent_on", test.sent_on), ("heard_on", test.heard_on)):
        if name is not None:
            yield from unknown_channel((*place, key), name, channels)
    yield from cannot_send((*place, "sent_on"), test.sent_on, channels)
    hearer = channels.get(test.hearer)
    if hearer is None:
        return
    if not hearer.signals.dtmf:
        yield Finding((*place, "heard_on"), f"{test.hearer!r} hears no keys: its signals have dtmf = false")
    if hearer.signals.dtmf_id_digits == len(test.keys):
        why = f"{test.hearer!r} takes {len(test.keys)} keys for a radio's id (dtmf_id_digits): send more"
        yield Finding((*place, "keys"), why)
