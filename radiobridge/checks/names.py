"""Channels, posts and kinds of posts that something names: they must be there, and channels able to send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from radiobridge.near import did_you_mean
from radiobridge.settings import ChannelSettings, Finding, Place, Settings


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


def sending_channels(
    place: Place, names: Iterable[str], settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    """Of the `channels` at `place` on which something is said: those that are not there, or cannot send."""
    channels = {channel.name: channel for channel in settings.channel}
    for name in names if "channel" not in broken else ():
        yield from unknown_channel((*place, "channels"), name, channels)
        yield from cannot_send((*place, "channels"), name, channels)


def unknown_post(
    place: Place, post: str | None, settings: Settings, broken: frozenset[str]
) -> Iterator[Finding]:
    """There is no post of this id; nothing is said where the posts themselves are wrong."""
    ids = [each.id for each in settings.post]
    if post and "post" not in broken and post not in ids:
        yield Finding(place, f"no [[post]] has the id {post!r}{did_you_mean(post, ids)}")


def unknown_kind(place: Place, kind: str, settings: Settings, broken: frozenset[str]) -> Iterator[Finding]:
    """No post is of this kind; nothing is said where the posts themselves are wrong."""
    kinds = sorted({post.kind for post in settings.post if post.kind})
    if "post" not in broken and kind not in kinds:
        there = ", ".join(kinds) or "none"
        yield Finding(
            place, f"no [[post]] is of the kind {kind!r}{did_you_mean(kind, kinds)} (there are: {there})"
        )
