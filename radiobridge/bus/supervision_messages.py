"""Supervision on the bus, version 1: rounds of check-ins and bulletins, and posts."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from radiobridge.bus.command_messages import Command, check_length
from radiobridge.bus.envelope import Message, Part
from radiobridge.bus.parts import Place
from radiobridge.events import Condition, ContactState, DutyState, RoundKind
from radiobridge.moments import Time
from radiobridge.settings.table import TopicLevel


class PostInRound(Part):
    """How it is with one post in a round."""

    post: str
    state: DutyState
    at: Time | None = None
    """When it was heard."""


class RoundMessage(Message):
    """A round of a check-in or a bulletin: who was heard, and who was not."""

    topic = "round/{name}"
    retained = True

    kind: Literal["radiobridge.round/1"] = Field("radiobridge.round/1", alias="schema")
    name: str
    what: RoundKind
    round: str
    """Which one: its name and its local time."""
    began: Time
    due: Time
    """By when all must be heard."""
    over: bool
    """All were heard, or were reminded for the last time; a late one is still noted."""
    heard: int
    missing: int
    posts: tuple[PostInRound, ...]
    text: dict[str, str] = Field(default_factory=dict)
    """What was said, by language."""


class RoundOfPost(Part):
    """The last round of a name, as far as one post is concerned."""

    name: str
    what: RoundKind
    state: DutyState
    due: Time
    at: Time | None = None
    """When it was heard in it."""


class ContactOfPost(Part):
    """A contact at a post."""

    name: str
    condition: Condition
    why: str = ""
    """What is wrong and what to do; empty when ok."""
    state: ContactState
    seen: Time | None = None
    """Its last sign of life; never: left out, as are the others."""
    pressed: Time | None = None
    tested: Time | None = None
    """When it was last seen to work."""


class PostMessage(Message):
    """What is known of a post: when it was last heard, and whether it is in its rounds."""

    topic = "post/{post}"
    retained = True

    kind: Literal["radiobridge.post/1"] = Field("radiobridge.post/1", alias="schema")
    post: str
    """Its id."""
    place: Place
    last_heard: Time | None = None
    """When something was last heard of it: keys, words or a signal."""
    rounds: tuple[RoundOfPost, ...] = ()
    contacts: tuple[ContactOfPost, ...] = ()


class ContactTestCommand(Command):
    """The next press of a contact within ten minutes is a test: its alert says so, and nobody is called."""

    topic: ClassVar[str] = "command/contact-test"

    contact: str


class BulletinCommand(Command):
    """Tells all something, again to those who do not confirm it; `round/<name>` says who did."""

    topic: ClassVar[str] = "command/bulletin"

    name: TopicLevel = "bulletin"
    """Of its `round/<name>`."""
    channels: tuple[str, ...] = Field(min_length=1, max_length=1000)
    """Names of channels; `*` stands for all that can send."""
    text: dict[str, str] = Field(min_length=1)
    """What is said, by language."""
    tones: str = Field("", max_length=200)
    notify: tuple[str, ...] = ()
    """Names of `[[group]]`s that are sent the text, too."""
    posts: tuple[str, ...] = ()
    """Who must confirm it; none: all posts, or all of `kinds`."""
    kinds: tuple[str, ...] = ()
    """Kinds of the posts that must confirm it."""
    counts: tuple[str, ...] = ()
    """Types of alert by which a post confirms it; none: it is not confirmed."""
    within_s: float = Field(900, ge=10, le=86_400)
    """Seconds within which it must be confirmed."""
    remind_s: float = Field(300, ge=10, le=86_400)
    """Seconds from one repetition to the next."""
    reminders: int = Field(1, ge=0, le=20)
    """How often it is repeated, while somebody has not confirmed it."""

    @model_validator(mode="after")
    def _short_enough(self) -> BulletinCommand:
        check_length(self.text)
        return self


AnySupervisionCommand: TypeAlias = BulletinCommand | ContactTestCommand
