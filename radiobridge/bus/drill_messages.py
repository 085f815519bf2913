"""Drills on the bus, version 1: whether there is one, how the last one went, and the switch."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from radiobridge.bus.command_messages import Command
from radiobridge.bus.envelope import Message, Part
from radiobridge.moments import Time


class DrillTimes(Part):
    """Seconds from the call, of the incidents that came to it."""

    count: int
    median_s: float
    longest_s: float


class DrillOutcome(Part):
    """How a drill went."""

    began: Time
    ended: Time
    by: str
    """Who began it; `clock` where it was the calendar."""
    incidents: int
    posts: tuple[str, ...]
    """Posts that called."""
    responders: tuple[str, ...]
    """Who came."""
    acknowledged: DrillTimes | None = None
    """To when somebody took it; nobody did: left out, as are the others."""
    coming: DrillTimes | None = None
    arrived: DrillTimes | None = None
    closed: DrillTimes | None = None


class DrillMessage(Message):
    """Whether there is a drill now, and how the last one went."""

    topic = "drill"
    retained = True

    kind: Literal["radiobridge.drill/1"] = Field("radiobridge.drill/1", alias="schema")
    on: bool
    began: Time | None = None
    ends: Time | None = None
    """When it ends by itself."""
    by: str | None = None
    last: DrillOutcome | None = None


class DrillCommand(Command):
    """Begins a drill, or ends it."""

    topic: ClassVar[str] = "command/drill"

    on: bool
    by: str = Field(min_length=1, max_length=64)
    """Who asks, for the record."""
    minutes: float | None = Field(None, ge=1, le=1440)
    """It ends by itself after so many; default: `minutes` of `[drill]`."""
