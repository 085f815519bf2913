"""What others ask of the station over the bus, and what it answers: models of the wire, version 1."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from radiobridge.bus.envelope import Message, Part
from radiobridge.events import Priority

ULID = r"^[0-9A-HJKMNP-TV-Z]{26}$"
_LONGEST_TEXT = 2000


class Receipt(Part):
    """A named receiver has stored these messages; it publishes this itself."""

    topic: ClassVar[str] = "receipt/{receiver}"

    ids: tuple[str, ...] = Field(min_length=1, max_length=10_000)
    """Ids of alerts, call-ins and keypad tests."""


class Command(Part):
    """What every command may carry."""

    topic: ClassVar[str]
    ref: str | None = Field(None, pattern=r"^[ -~]{1,64}$")
    """Up to 64 printable ASCII characters; the answer has them too, so that its sender knows it for his."""


class ReplayCommand(Command):
    """Asks for stored messages again; they come on their own topics, unchanged, with the same ids."""

    topic: ClassVar[str] = "command/replay"

    since_id: str | None = Field(None, pattern=ULID)
    """All that came after this id; give it or `since`."""
    since: datetime | None = None
    """All from this moment on (RFC 3339, with its zone)."""
    until: datetime | None = None
    limit: int = Field(10_000, ge=1, le=1_000_000)
    """The most messages to send."""
    topics: tuple[Literal["alert", "callin", "amended", "keypad-test", "step", "refused"], ...] = (
        "alert",
        "callin",
        "amended",
    )

    @model_validator(mode="after")
    def _one_beginning(self) -> ReplayCommand:
        if (self.since_id is None) == (self.since is None):
            raise ValueError("give since_id or since, one of the two")
        if any(t is not None and t.tzinfo is None for t in (self.since, self.until)):
            raise ValueError("since and until need a zone, such as 2026-01-31T06:00:00Z")
        return self


class SayCommand(Command):
    """Sends words, tones or both on channels; what became of each is told on `…/announcement`."""

    topic: ClassVar[str] = "command/say"

    channels: tuple[str, ...] = Field(min_length=1, max_length=1000)
    """Names of channels; `*` stands for all that can send."""
    text: dict[str, str] = Field(default_factory=dict)
    """What is said, by language."""
    tones: str = Field("", max_length=200)
    """What is sent before it, as in `reply_tones` of the settings."""
    priority: Priority = Priority.BULLETIN
    wait_s: float | None = Field(None, gt=0, le=86_400)
    """How long it may wait for a free channel; default: `wait_s` of the channel."""

    @model_validator(mode="after")
    def _something_to_say(self) -> SayCommand:
        if not self.text and not self.tones:
            raise ValueError("give text, tones or both")
        check_length(self.text)
        return self


def check_length(text: Mapping[str, str]) -> None:
    """Raises ValueError: one of the texts takes longer than anybody listens."""
    if any(len(words) > _LONGEST_TEXT for words in text.values()):
        raise ValueError(f"a text has at most {_LONGEST_TEXT} characters")


class SelfTestCommand(Command):
    """Runs a channel's self-test now; what became of it is told on `self-test/<channel>`."""

    topic: ClassVar[str] = "command/self-test"

    channel: str
    """The channel that sends: `sent_on` of a `[[self_test]]`."""


AnyCommand: TypeAlias = ReplayCommand | SayCommand | SelfTestCommand


class CommandAnswer(Message):
    """The answer to a command: on its MQTT 5 response topic, and always on `answer/<verb>`."""

    topic = "answer/{verb}"
    qos = 0

    kind: Literal["radiobridge.answer/1"] = Field("radiobridge.answer/1", alias="schema")
    verb: str
    ok: bool
    text: str
    """What was done, or why not."""
    ref: str | None = None
    """That of the command, also of one that is refused."""
    count: int | None = None
    """How many messages a replay will send."""
    announcements: tuple[str, ...] = ()
    """Ids of the announcements that were accepted, one a channel."""
