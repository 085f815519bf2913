"""`[[response]]`: who is called when an incident opens, and who next when nobody takes it."""

from __future__ import annotations

from pydantic import Field

from radiobridge.settings.table import Table, Texts, TopicLevel


class StageSettings(Table):
    """`[[response.stage]]`: some are called, unless somebody has taken the incident by then."""

    after_s: float = Field(0, ge=0, le=86_400)
    """Seconds since the incident opened."""
    channels: tuple[TopicLevel, ...] = ()
    """Channels on which they are called."""
    posts: tuple[str, ...] = ()
    """Posts that are called, each on its own channel and by its `selcall`."""
    kinds: tuple[TopicLevel, ...] = ()
    """Kinds of posts that are called so, but for the one that called."""
    nearest: int = Field(0, ge=0, le=100)
    """Of `kinds`, or without them of all posts, only so many, the nearest to the one that called; 0: all."""
    say: Texts = Field(default_factory=dict)
    """What is said, by language; {number} and {text} may stand in it; default: built-in words."""
    tones: str = "attention"
    """What is sent before it; see docs/transmit-tones.md."""
    repeat_s: float = Field(0, ge=0, le=3600)
    """Seconds after which it is said again while nobody has taken it; 0: once."""
    times: int = Field(3, ge=1, le=100)
    """How often it is said in all, where it is repeated."""
    notify: tuple[TopicLevel, ...] = ()
    """Names of `[[group]]`s that are told by SMS or another service."""
    siren: TopicLevel | None = None
    """`siren/<name>` on the bus is on from then, until somebody takes the incident."""


class ResponseSettings(Table):
    """`[[response]]`: the first one that fits an incident is carried out, stage by stage."""

    alerts: tuple[TopicLevel, ...] = ()
    """Types of alert; none: all."""
    posts: tuple[str, ...] = ()
    """Posts that called; none: all."""
    hours: tuple[TopicLevel, ...] = ()
    """Names of `[calendar.hours.…]` within which it holds; none: always. Another rule holds at night."""
    kinds: tuple[TopicLevel, ...] = ()
    """Kinds of the posts that called; none: all."""
    stage: tuple[StageSettings, ...] = Field(min_length=1)
