"""Who calls, and from where: the units and posts of the settings."""

from __future__ import annotations

from radiobridge.events import Caller
from radiobridge.settings import PostSettings, Settings


class Roster:
    """The units, posts and channels of one state of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._posts = {post.id: post for post in settings.post}
        self._units = {id_: unit for unit in settings.unit for id_ in unit.ids}
        self._post_of_unit = {id_: post.id for post in settings.post for id_ in post.units}
        self._post_of_channel = {channel.name: channel.post for channel in settings.channel}

    def post(self, post_id: str | None) -> PostSettings | None:
        """The post of this id, if there is one."""
        return self._posts.get(post_id or "")

    def caller(self, unit: str | None, channel: str) -> Caller:
        """Whoever sent this id; his post is that of the unit, or else of its radio, or of the channel."""
        known = self._units.get(unit or "")
        post = (
            (known and known.post) or self._post_of_unit.get(unit or "") or self._post_of_channel.get(channel)
        )
        return Caller(
            unit=unit,
            name=known.name if known else "",
            role=known.role if known else None,
            phone=known.phone if known else None,
            post=post,
        )
