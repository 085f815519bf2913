"""What the history keeps of incidents, made from the steps in their journal. Sans-IO."""

from __future__ import annotations

import json
from collections.abc import Iterable

from radiobridge.events import Incident, StepKind, incidents_of
from radiobridge.history.records import IncidentRecord, ResponderRecord
from radiobridge.incident_journal import Entry

_TAKING = (StepKind.ACKNOWLEDGED, StepKind.COMING, StepKind.ARRIVED)


def incident_records(entries: Iterable[Entry]) -> list[IncidentRecord]:
    """The incidents that the steps make; those whose beginning is not among them are left out."""
    kept = list(entries)
    callins = {
        entry.step.incident: _callin_of(entry.alert)
        for entry in kept
        if entry.step.kind is StepKind.OPENED and entry.alert
    }
    return [
        _record(incident, callins.get(incident.id)) for incident in incidents_of(entry.step for entry in kept)
    ]


def _record(incident: Incident, callin: str | None) -> IncidentRecord:
    opening, caller = incident.opening, incident.log[0].who

    def first(*kinds: StepKind) -> float | None:
        step = incident.first(*kinds)
        return step.at if step else None

    return IncidentRecord(
        id=incident.id,
        number=opening.number,
        type=opening.type,
        post=opening.post,
        channel=opening.channel,
        severity=opening.severity,
        status=opening.status,
        state=incident.state,
        calls=incident.calls,
        opened_at=incident.opened_at,
        acknowledged_at=first(*_TAKING),
        coming_at=first(StepKind.COMING),
        arrived_at=first(StepKind.ARRIVED),
        closed_at=incident.changed_at if incident.state.is_over else None,
        caller_name=caller.name,
        caller_unit=caller.unit,
        callin=callin,
        responders=tuple(
            ResponderRecord(each.who.name, each.who.unit, each.coming_at, each.arrived_at)
            for each in incident.responders
        ),
    )


def _callin_of(alert: bytes) -> str | None:
    """The call-in that an alert's message names; messages of other versions may name none."""
    try:
        callin = json.loads(alert).get("callin")
    except (ValueError, AttributeError):
        return None
    return callin if isinstance(callin, str) else None
