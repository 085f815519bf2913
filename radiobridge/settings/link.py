"""`[[link]]`: what one channel hears is sent on others: the bridge in the plain sense of the word."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from pydantic import Field

from radiobridge.settings.table import Table, TopicLevel


class LinkPair(NamedTuple):
    """One direction of a link, from a channel to a channel."""

    heard_on: str
    sent_on: str


class LinkSettings(Table):
    """`[[link]]`: each transmission that is heard on one channel is sent on others."""

    heard_on: TopicLevel
    """The channel whose transmissions are relayed."""
    sent_on: Annotated[tuple[TopicLevel, ...], Field(min_length=1)]
    """The channels that they are sent on."""
    both_ways: bool = False
    """True: what is heard on each of `sent_on` is sent on `heard_on` as well."""
    gain_db: float = Field(0, ge=-40, le=40)
    """Added to the level of the sound; more when relayed words are lower than announcements."""
    delay_s: float = Field(0.1, ge=0, le=5)
    """Added to `lead_s` before the first sound; longer when relayed words stutter."""
    duck_db: float = Field(15, ge=0, le=60)
    """How much lower it is while an announcement sounds over it, or while the other end speaks."""
    timeout_s: float = Field(60, ge=1, le=900)
    """The longest that one transmission is relayed: someone may be sitting on his PTT."""
    wait_s: float = Field(5, gt=0, le=60)
    """How long it is kept back while the channel is busy; older words are not sent any more."""

    @property
    def pairs(self) -> tuple[LinkPair, ...]:
        """All of its directions."""
        there = tuple(LinkPair(self.heard_on, name) for name in self.sent_on)
        back = tuple(LinkPair(name, self.heard_on) for name in self.sent_on) if self.both_ways else ()
        return there + back
