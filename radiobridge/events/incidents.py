"""Incidents: what alerts open, and what people do about them, step by step.

An incident is nothing but its steps, in their order: `Incident.after` makes it from them, live and after a
restart alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from radiobridge.events.sending import Reply
from radiobridge.events.signals import radio_ids


class IncidentState(StrEnum):
    """How far an incident is."""

    OPEN = "open"
    """Nobody has taken it."""
    ACKNOWLEDGED = "acknowledged"
    RESPONDING = "responding"
    ON_SCENE = "on-scene"
    CLOSED = "closed"
    FALSE_ALARM = "false-alarm"
    DUPLICATE = "duplicate"

    @property
    def is_over(self) -> bool:
        """Nothing more is to be done about it."""
        return self in _OVER


_OVER = frozenset((IncidentState.CLOSED, IncidentState.FALSE_ALARM, IncidentState.DUPLICATE))


class Act(StrEnum):
    """What somebody does about an incident, or a drill; the words of the settings and of the bus."""

    ACKNOWLEDGE = "acknowledge"
    """I have taken it."""
    COME = "come"
    """I am on my way."""
    ARRIVE = "arrive"
    """I am here."""
    CLOSE = "close"
    FALSE_ALARM = "false-alarm"
    DUPLICATE = "duplicate"
    REOPEN = "reopen"
    """It was closed by mistake."""
    NOTE = "note"
    """A remark for the log."""
    DRILL = "drill"
    """From now on everything is an exercise; this and the next are about no incident."""
    END_DRILL = "end-drill"

    @property
    def is_of_drill(self) -> bool:
        """It is about the station, and no incident is meant."""
        return self in (Act.DRILL, Act.END_DRILL)


class StepKind(StrEnum):
    """What a step of an incident is."""

    OPENED = "opened"
    CALLED_AGAIN = "called-again"
    """A further alert of the same kind from the same post."""
    ACKNOWLEDGED = "acknowledged"
    COMING = "coming"
    ARRIVED = "arrived"
    CLOSED = "closed"
    FALSE_ALARM = "false-alarm"
    DUPLICATE = "duplicate"
    REOPENED = "reopened"
    NOTED = "noted"
    CALLED_OUT = "called-out"
    """The bridge called those who should respond."""
    ESCALATED = "escalated"
    """Nobody took it in time, and the next ones are called."""


@dataclass(frozen=True, slots=True)
class Who:
    """Who did something: as far as it is known. `name` is how he is called, empty where nothing is known."""

    name: str = ""
    unit: str | None = None
    """Id of his radio."""
    post: str | None = None
    channel: str | None = None
    by: str = "bridge"
    """How it came in: `dtmf`, `voice`, `mdc1200`, `selcall`, `mqtt`; `bridge` where nobody asked."""
    system: str = ""
    """In which his radio sent its id."""

    @property
    def key(self) -> str:
        """The same for the same person, as far as the bridge can tell."""
        return next(iter(self.radio_ids), "") or self.name or self.post or self.channel or self.by

    @property
    def radio_ids(self) -> tuple[str, ...]:
        """What settings may call his radio."""
        return radio_ids(self.unit, self.system)


@dataclass(frozen=True, slots=True)
class Opening:
    """What an incident was opened with: the first alert's words and weight."""

    number: int
    """What people key and say for it; another incident has it when this one is long over."""
    type: str
    post: str | None
    channel: str
    severity: str
    status: str
    language: str = ""
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened in an incident; `id` is a ULID, `at` UTC seconds."""

    id: str
    incident: str
    at: float
    kind: StepKind
    who: Who = Who()
    text: str = ""
    """A remark; of which incident this is a duplicate; who was called."""
    alert: str | None = None
    """Id of the alert that opened it or called again."""
    stage: int | None = None
    """Of a call to respond: which stage of its rule, from 0."""
    siren: str | None = None
    """Of a call to respond: the siren that sounds for it."""
    posts: tuple[str, ...] = ()
    """Of a call to respond: ids of the posts that were called, the nearest first."""
    opening: Opening | None = None


_CALLS = (StepKind.CALLED_OUT, StepKind.ESCALATED)
_RISES = {
    StepKind.ACKNOWLEDGED: IncidentState.ACKNOWLEDGED,
    StepKind.COMING: IncidentState.RESPONDING,
    StepKind.ARRIVED: IncidentState.ON_SCENE,
}


@dataclass(frozen=True, slots=True)
class Responder:
    """Somebody who comes."""

    who: Who
    coming_at: float | None = None
    arrived_at: float | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as its steps have made it."""

    id: str
    opening: Opening
    state: IncidentState
    opened_at: float
    changed_at: float
    """When it came into its state."""
    last_call_at: float
    log: tuple[Step, ...]
    calls: int = 1
    """How often it was called in."""
    responders: tuple[Responder, ...] = ()

    @property
    def number(self) -> int:
        """What people key and say for it."""
        return self.opening.number

    @classmethod
    def opened(cls, step: Step) -> Incident:
        """The incident that the step opens. Raises ValueError: it opens none."""
        if step.opening is None:
            raise ValueError(f"the step {step.id} is {step.kind} and opens no incident")
        return cls(step.incident, step.opening, IncidentState.OPEN, step.at, step.at, step.at, (step,))

    def after(self, step: Step) -> Incident:
        """The incident after one more step."""
        changed = replace(self, log=(*self.log, step))
        if step.kind in _RISES:
            if step.kind is not StepKind.ACKNOWLEDGED:
                changed = _with_responder(changed, step)
            return _risen(changed, _RISES[step.kind], step)
        match step.kind:
            case StepKind.CALLED_AGAIN:
                return replace(changed, calls=self.calls + 1, last_call_at=step.at)
            case StepKind.CLOSED | StepKind.FALSE_ALARM | StepKind.DUPLICATE:
                return replace(changed, state=IncidentState(step.kind.value), changed_at=step.at)
            case StepKind.REOPENED:
                return replace(changed, state=_state_before_its_end(changed), changed_at=step.at)
            case _:
                return changed

    def calls_for_help(self) -> list[Step]:
        """The calls to respond since it was opened, for the last time."""
        begin = self.last(StepKind.OPENED, StepKind.REOPENED)
        since = self.log.index(begin) if begin else 0
        return [step for step in self.log[since:] if step.kind in _CALLS]

    def first(self, *kinds: StepKind) -> Step | None:
        """The first of its steps of these kinds."""
        return next((step for step in self.log if step.kind in kinds), None)

    def last(self, *kinds: StepKind) -> Step | None:
        """The last of its steps of these kinds."""
        return next((step for step in reversed(self.log) if step.kind in kinds), None)


def _risen(incident: Incident, state: IncidentState, step: Step) -> Incident:
    """In that state, unless it is farther already: nobody's late key takes an incident back."""
    order = list(IncidentState)
    if order.index(incident.state) >= order.index(state):
        return incident
    return replace(incident, state=state, changed_at=step.at)


def _with_responder(incident: Incident, step: Step) -> Incident:
    known = {responder.who.key: responder for responder in incident.responders}
    responder = known.get(step.who.key, Responder(step.who))
    if step.kind is StepKind.COMING:
        responder = replace(responder, coming_at=responder.coming_at or step.at)
    else:
        responder = replace(responder, arrived_at=responder.arrived_at or step.at)
    return replace(incident, responders=tuple((known | {step.who.key: responder}).values()))


def _state_before_its_end(incident: Incident) -> IncidentState:
    if any(responder.arrived_at for responder in incident.responders):
        return IncidentState.ON_SCENE
    if incident.responders:
        return IncidentState.RESPONDING
    return IncidentState.ACKNOWLEDGED if incident.first(StepKind.ACKNOWLEDGED) else IncidentState.OPEN


def incidents_of(steps: Iterable[Step]) -> list[Incident]:
    """The incidents that the steps make, in the order in which they were opened.

    A step whose incident was not opened among them is passed over.
    """
    made: dict[str, Incident] = {}
    for step in steps:
        if step.kind is StepKind.OPENED:
            made.setdefault(step.incident, Incident.opened(step))
        elif step.incident in made:
            made[step.incident] = made[step.incident].after(step)
    return list(made.values())


@dataclass(frozen=True, slots=True)
class ActionAsked:
    """Somebody asked for something to be done about an incident, by keys, words or over the bus.

    `number`: as he gave it; None where he gave none. `note`: of the remark, or of which number it is a
    duplicate.
    """

    id: str
    at: float
    act: Act
    number: int | None
    who: Who
    incident: str | None = None
    """Its ULID, where that was given."""
    note: str = ""
    language: str = ""
    callin: str | None = None
    sure: bool = True
    """False: it was said, and not heard well enough to act on."""
    reply: Reply = field(default_factory=Reply)
    """What he is told when it is done, if the settings say so; else the built-in words."""
    needs: Literal["pin", "otp"] | None = None
    """What he has to show; None: nothing."""
    operator: str | None = None
    """Who he says he is."""
    answer_to: str = ""
    """Of a text: the number or name that wrote it; he is answered by the notifier that is his channel."""
    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ActionAnswered:
    """What became of it: `steps` where it was done; `why` is a word for machines where it was refused."""

    asked: ActionAsked
    done: bool
    text: Mapping[str, str]
    """What whoever asked is told, by language."""
    why: str = ""
    incident: Incident | None = None
