"""Incidents become messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from radiobridge import events
from radiobridge.bus.incident_messages import (
    IncidentMessage,
    IncidentStep,
    Person,
    RefusedActionMessage,
    RespondingPerson,
    SirenMessage,
    StepMessage,
)
from radiobridge.bus.wire import Wire, place
from radiobridge.moments import moment
from radiobridge.settings import PostSettings

_LAST_STEPS = 100
"""Of a log that is longer the bus carries these, and the first: the journal has all."""


class IncidentWire:
    """Makes the messages about incidents of one station."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def incident(self, incident: events.Incident, posts: Mapping[str, PostSettings]) -> IncidentMessage:
        """Its whole state."""
        opening, log = incident.opening, incident.log
        if len(log) > _LAST_STEPS:
            log = (log[0], *log[-_LAST_STEPS:])
        return IncidentMessage(
            **self._wire.envelope(),
            incident=incident.id,
            number=incident.number,
            state=incident.state,
            since=moment(incident.changed_at),
            type=opening.type,
            severity=opening.severity,
            status=opening.status,
            post=place(opening.post, posts) if opening.post else None,
            channel=opening.channel,
            text=dict(opening.text),
            opened=moment(incident.opened_at),
            calls=incident.calls,
            last_call=moment(incident.last_call_at),
            responders=tuple(map(_responder, incident.responders)),
            steps=len(incident.log),
            log=tuple(map(_step, log)),
        )

    def step(self, incident: events.Incident, step: events.Step) -> StepMessage:
        """A step, with the state that it led to: always the same id."""
        return StepMessage(
            id=step.id,
            at=moment(step.at),
            station=self._wire.station,
            incident=incident.id,
            number=incident.number,
            state=incident.state,
            step=_step(step),
        )

    def refused(self, answered: events.ActionAnswered) -> RefusedActionMessage:
        """What was asked on the air and not done."""
        asked = answered.asked
        return RefusedActionMessage(
            id=asked.id,
            at=moment(asked.at),
            station=self._wire.station,
            act=asked.act,
            why=answered.why,
            number=asked.number,
            incident=answered.incident.id if answered.incident else None,
            who=_person(asked.who),
            callin=asked.callin,
            text=dict(answered.text),
        )

    def siren(self, siren: str, incidents: Iterable[str]) -> SirenMessage:
        """Whether it is to sound."""
        wanted_by = tuple(incidents)
        return SirenMessage(**self._wire.envelope(), siren=siren, on=bool(wanted_by), incidents=wanted_by)


def _person(who: events.Who) -> Person:
    return Person(name=who.name or None, unit=who.unit, post=who.post, channel=who.channel, by=who.by)


def _step(step: events.Step) -> IncidentStep:
    return IncidentStep(
        id=step.id,
        at=moment(step.at),
        kind=step.kind,
        who=_person(step.who),
        text=step.text or None,
        alert=step.alert,
        stage=step.stage,
        siren=step.siren,
        posts=step.posts,
    )


def _responder(responder: events.Responder) -> RespondingPerson:
    return RespondingPerson(
        who=_person(responder.who),
        coming=moment(responder.coming_at) if responder.coming_at else None,
        arrived=moment(responder.arrived_at) if responder.arrived_at else None,
    )
