"""`[[check_in]]` and `[[bulletin]]`: posts that must be heard from, and what they are told by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from radiobridge.settings.calendar import Timetable
from radiobridge.settings.table import Table, Texts, TopicLevel


class RoundSettings(Timetable):
    """What a check-in and a bulletin have in common: posts answer in time, or are asked again."""

    name: TopicLevel
    """Of it in messages, health and reports."""
    posts: tuple[str, ...] = ()
    """Who must answer; none: all posts, or all of `kinds`."""
    kinds: tuple[TopicLevel, ...] = ()
    """Kinds of the posts that must answer."""
    channels: tuple[TopicLevel, ...] = ()
    """Where it is said."""
    counts: tuple[TopicLevel, ...] = ()
    """Types of alert by which a post answers."""
    notify: tuple[TopicLevel, ...] = ()
    """Names of `[[group]]`s that are sent the text, too."""
    tones: str = ""
    """What is sent before it; see docs/transmit-tones.md."""
    within_s: float = Field(900, ge=10, le=86_400)
    """Seconds from its beginning within which a post must answer."""
    remind: Texts = Field(default_factory=dict)
    """What those who did not are told, by language; {posts} names them; default: built-in words."""
    remind_s: float = Field(300, ge=10, le=86_400)
    """Seconds from one reminder to the next; the first is said when the time is up."""
    reminders: int = Field(1, ge=0, le=20)
    """How often they are reminded on `channels`."""


class CheckInSettings(RoundSettings):
    """`[[check_in]]`: posts report that all is well, by themselves or when they are called."""

    counts: tuple[TopicLevel, ...] = Field(min_length=1)
    """Types of alert that are a check-in of the post that they speak of."""
    early_s: float = Field(900, ge=0, le=43_200)
    """A check-in that came so many seconds before the beginning counts."""
    say: Texts = Field(default_factory=dict)
    """A roll call, by language: said on `channels` at the beginning; none: posts check in unprompted."""
    alert: TopicLevel | None = None
    """Type of the alert that is raised for those who never came; none: it stays a matter of health."""


class LoneWorkerSettings(Table):
    """`[[lone_worker]]`: somebody who is alone must be heard from again in time, or is looked for."""

    name: TopicLevel
    """Of it in messages."""
    begins: tuple[TopicLevel, ...] = Field(min_length=1)
    """Types of alert that begin it, or renew it; a field {minutes:2} of the code says for how long."""
    ends: tuple[TopicLevel, ...] = Field(min_length=1)
    """Types of alert that end it."""
    minutes: float = Field(30, gt=0, le=1440)
    """How long he may be silent, where the code does not say."""
    channels: tuple[TopicLevel, ...] = ()
    """Where he is reminded; none: on the channel on which he began it."""
    tones: str = ""
    """What is sent before it."""
    remind: Texts = Field(default_factory=dict)
    """What he is told when the time is up, by language; {posts} names him; default: built-in words."""
    remind_s: float = Field(120, ge=10, le=3600)
    """Seconds from one reminder to the next."""
    reminders: int = Field(2, ge=0, le=20)
    """How often he is reminded."""
    alert: TopicLevel
    """Type of the alert that is raised when he does not answer."""


class BulletinSettings(RoundSettings):
    """`[[bulletin]]`: something is told to all at some times. Give `say` or `file`."""

    channels: tuple[TopicLevel, ...] = Field(min_length=1)
    say: Texts = Field(default_factory=dict)
    """The text by language."""
    file: Path | None = None
    """A text file (UTF-8) that is read when it is time; it changes from day to day."""
    language: str = "zh"
    """Language of `file`."""
    counts: tuple[TopicLevel, ...] = ()
    """Types of alert by which a post confirms it; none: it is not confirmed."""

    @model_validator(mode="after")
    def _one_text(self) -> Self:
        if bool(self.say) == (self.file is not None):
            raise ValueError("give say or file, one of the two")
        return self
