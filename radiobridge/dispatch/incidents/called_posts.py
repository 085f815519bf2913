"""Which posts a stage of a response calls: those it names, and the nearest of a kind to the one that called.

A post is called on the channel on which it listens; one without a channel that can send is not called, and
the next nearest is in its place. Sans-IO.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from radiobridge.dispatch.nearness import nearest_first
from radiobridge.settings import PostSettings, Settings, StageSettings


@dataclass(frozen=True, slots=True)
class CalledPost:
    """A post that is called: where, and the tones that open its radio, '' where it needs none."""

    id: str
    channel: str
    selcall: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    """By language."""


def channel_of(post: PostSettings, settings: Settings) -> str | None:
    """The channel on which the post listens: its own, or the one that serves it alone."""
    return post.channel or next((each.name for each in settings.channel if each.post == post.id), None)


class PostsToCall:
    """The posts of one state of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._posts = {post.id: post for post in settings.post}
        sending = {channel.name for channel in settings.channel if channel.output}
        self._able: dict[str, CalledPost] = {}
        for post in settings.post:
            channel = channel_of(post, settings)
            if channel in sending:
                self._able[post.id] = CalledPost(post.id, str(channel), post.selcall or "", post.name)

    def kind(self, post: str | None) -> str | None:
        """What kind of post it is, where that is known."""
        known = self._posts.get(post or "")
        return known.kind if known else None

    def way_to(self, post: str) -> CalledPost | None:
        """How the post is called; None where nobody can call it."""
        return self._able.get(post)

    def of(self, stage: StageSettings, calling: str | None) -> tuple[CalledPost, ...]:
        """Those that the stage calls for the post `calling`: the named ones first, then the nearest first."""
        nearest: Sequence[PostSettings] = ()
        if stage.kinds or stage.nearest:
            nearest = nearest_first(self._posts.get(calling or ""), self._of_kinds(stage))
        chosen = (*stage.posts, *(post.id for post in nearest[: stage.nearest or None]))
        return tuple(self._able[id_] for id_ in dict.fromkeys(chosen) if id_ in self._able)

    def _of_kinds(self, stage: StageSettings) -> list[PostSettings]:
        """Those that can be called, of the kinds that the stage names."""
        able = [self._posts[id_] for id_ in self._able]
        return [post for post in able if not stage.kinds or post.kind in stage.kinds]
