"""Channels that something is to be sent on: they must be there, and able to send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from radiobridge.near import did_you_mean
from radiobridge.settings import ChannelSettings, Finding, Place


def unknown_channel(place: Place, name: str, channels: Mapping[str, ChannelSettings]) -> Iterator[Finding]:
    """There is no channel of this name."""
    if name not in channels:
        there = ", ".join(channels) or "none"
        hint = did_you_mean(name, channels)
        yield Finding(place, f"no [[channel]] is called {name!r}{hint} (there are: {there})")


def cannot_send(place: Place, name: str, channels: Mapping[str, ChannelSettings]) -> Iterator[Finding]:
    """The channel is there, and has nothing to send with."""
    if name in channels and channels[name].output is None:
        yield Finding(place, f"{name!r} cannot send: give that channel an output")
