"""Incidents on the bus, version 1: their state, their steps, sirens, and what others ask to be done."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from radiobridge.bus.command_messages import ULID, Command
from radiobridge.bus.envelope import Message, Part
from radiobridge.bus.parts import Place
from radiobridge.events import Act, IncidentState, StepKind
from radiobridge.moments import Time
from radiobridge.settings.models import Severity, Status


class Person(Part):
    """Who did something, as far as it is known."""

    name: str | None = None
    unit: str | None = None
    """Id of his radio."""
    post: str | None = None
    channel: str | None = None
    by: str
    """How it came in: `dtmf`, `voice`, `mdc1200`, `selcall`, `mqtt`; `bridge` where nobody asked."""


class IncidentStep(Part):
    """One thing that happened in an incident."""

    id: str
    """ULID of the step."""
    at: Time
    kind: StepKind
    who: Person
    text: str | None = None
    """A remark; of which number it is a duplicate; who was called."""
    alert: str | None = None
    """Id of the alert that made it."""
    stage: int | None = None
    """Of a call to respond: the stage of its rule, from 0."""
    siren: str | None = None
    """Of a call to respond: the siren that sounds for it."""
    posts: tuple[str, ...] = ()
    """Of a call to respond: ids of the posts that were called, the nearest first."""


class RespondingPerson(Part):
    """Somebody who comes."""

    who: Person
    coming: Time | None = None
    """Since when he is on the way; without it he was there at once."""
    arrived: Time | None = None


class IncidentMessage(Message):
    """The whole state of an incident; retained until a minute after its end."""

    topic = "incident/{incident}"
    retained = True

    kind: Literal["radiobridge.incident/1"] = Field("radiobridge.incident/1", alias="schema")
    incident: str
    """ULID of the incident."""
    number: int
    """What people key and say for it; another incident has it later."""
    state: IncidentState
    since: Time
    """Since when it is in this state."""
    type: str
    """Of the alert that opened it."""
    severity: Severity
    status: Status
    post: Place | None = None
    channel: str
    """The one that it was called in on."""
    text: dict[str, str]
    """What happened, by language."""
    opened: Time
    calls: int
    """How often it was called in."""
    last_call: Time
    responders: tuple[RespondingPerson, ...] = ()
    steps: int
    """How many steps there are in all."""
    log: tuple[IncidentStep, ...]
    """The first step and the last ones, the oldest first."""


class StepMessage(Message):
    """A step of an incident; `id` is that of the step, and comes at least once."""

    topic = "step"

    kind: Literal["radiobridge.step/1"] = Field("radiobridge.step/1", alias="schema")
    incident: str
    """ULID of the incident."""
    number: int
    state: IncidentState
    """Of the incident after it."""
    step: IncidentStep


class SirenMessage(Message):
    """Whether a siren is to sound: on while an incident that calls for it is taken by nobody."""

    topic = "siren/{siren}"
    retained = True

    kind: Literal["radiobridge.siren/1"] = Field("radiobridge.siren/1", alias="schema")
    siren: str
    on: bool
    incidents: tuple[str, ...] = ()
    """ULIDs of those that call for it."""


class RefusedActionMessage(Message):
    """Somebody asked on the air for something to be done about an incident, and it was not."""

    topic = "refused"

    kind: Literal["radiobridge.refused/1"] = Field("radiobridge.refused/1", alias="schema")
    act: Act
    why: str
    """`unknown`, `none-open`, `which`, `over`, `not-over`, `too-late`, `unsure`; of a PIN or a one-time code
    `unknown-operator`, `not-allowed`, `wrong-code`, `replay`, `locked`, `no-state`."""
    number: int | None = None
    """The number that he gave."""
    incident: str | None = None
    who: Person
    callin: str | None = None
    text: dict[str, str]
    """What he was told, by language."""


class IncidentCommand(Command):
    """Something is to be done about an incident."""

    act: ClassVar[Act]

    incident: Annotated[int, Field(ge=1)] | Annotated[str, Field(pattern=ULID)] | None = None
    """Its number, or its ULID; may be left out where only one is open."""
    by: str = Field(min_length=1, max_length=64)
    """Who asks: a name for the log."""
    note: str = Field("", max_length=500)
    """A remark for the log."""


class AcknowledgeCommand(IncidentCommand):
    """Somebody has taken the incident."""

    topic: ClassVar[str] = "command/acknowledge"
    act = Act.ACKNOWLEDGE


class ComeCommand(IncidentCommand):
    """Somebody is on the way."""

    topic: ClassVar[str] = "command/come"
    act = Act.COME


class ArriveCommand(IncidentCommand):
    """Somebody is there."""

    topic: ClassVar[str] = "command/arrive"
    act = Act.ARRIVE


class CloseCommand(IncidentCommand):
    """The incident is over."""

    topic: ClassVar[str] = "command/close"
    act = Act.CLOSE


class FalseAlarmCommand(IncidentCommand):
    """The incident was none."""

    topic: ClassVar[str] = "command/false-alarm"
    act = Act.FALSE_ALARM


class DuplicateCommand(IncidentCommand):
    """The incident is another one told again."""

    topic: ClassVar[str] = "command/duplicate"
    act = Act.DUPLICATE

    of: int = Field(ge=1)
    """Number of the other."""


class ReopenCommand(IncidentCommand):
    """The incident was closed by mistake."""

    topic: ClassVar[str] = "command/reopen"
    act = Act.REOPEN


class NoteCommand(IncidentCommand):
    """A remark for the log of the incident."""

    topic: ClassVar[str] = "command/note"
    act = Act.NOTE

    @model_validator(mode="after")
    def _something_to_note(self) -> NoteCommand:
        if not self.note:
            raise ValueError("give a note")
        return self


AnyIncidentCommand: TypeAlias = (
    AcknowledgeCommand
    | ComeCommand
    | ArriveCommand
    | CloseCommand
    | FalseAlarmCommand
    | DuplicateCommand
    | ReopenCommand
    | NoteCommand
)
INCIDENT_COMMANDS: tuple[type[AnyIncidentCommand], ...] = (
    AcknowledgeCommand,
    ComeCommand,
    ArriveCommand,
    CloseCommand,
    FalseAlarmCommand,
    DuplicateCommand,
    ReopenCommand,
    NoteCommand,
)
