"""`[[contact]]`: alarm buttons and other contacts, each watched so that a dead one is known."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from radiobridge.settings.choice import DriverChoice, driver_table
from radiobridge.settings.table import Table, TopicLevel


def _topic(value: str) -> str:
    if not value or re.search(r"[+#\x00]", value):
        raise ValueError(f"{value!r} is no MQTT topic of one thing: leave out + and #")
    return value


class ContactSettings(Table):
    """`[[contact]]`: give `input`, `topic` or `counts`, one of the three."""

    name: TopicLevel
    """Of it in messages and health."""
    post: str | None = None
    """The post where it is."""
    alert: TopicLevel
    """Type of the alert that it raises."""
    input: Annotated[DriverChoice | None, BeforeValidator(driver_table)] = None
    """A line of this PC; a driver with its own keys."""
    topic: Annotated[str, AfterValidator(_topic)] | None = None
    """The MQTT topic on which its own system tells of it: on the station's broker, in full."""
    key: str | None = Field(None, min_length=1)
    """Of a message in JSON: the key that says how it is; none: the whole message does."""
    pressed: tuple[str, ...] = Field(("pressed", "on", "true", "1", "alarm"), min_length=1)
    """What a message says, in any case of letters, when it is pressed; all else is a sign of life."""
    counts: tuple[TopicLevel, ...] = ()
    """Of a button with a radio in it: types of alert from its post that are its signs of life."""
    heartbeat_s: float = Field(0, ge=0, le=31 * 86_400)
    """Without a sign of life for so many seconds it counts as dead; 0: it gives none by itself."""
    test_days: float = Field(0, ge=0, le=3660)
    """It must be pressed every so many days, in a test or a drill; 0: no tests."""
    rests_open: bool = True
    """False: a contact that is closed at rest, so that a cut wire is an alarm."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [key for key in ("input", "topic", "counts") if getattr(self, key)]
        if len(given) != 1:
            raise ValueError("give input, topic or counts, one of the three")
        if self.key and not self.topic:
            raise ValueError("key is of messages: it goes with topic")
        if self.counts and not self.heartbeat_s:
            raise ValueError("give heartbeat_s: how often its signs of life come at least")
        return self
