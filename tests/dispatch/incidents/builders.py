"""Alerts, requests and a book of incidents with a clock that is moved by hand."""

from __future__ import annotations

from itertools import count

from radiobridge.dispatch.incidents.book import IncidentBook
from radiobridge.events import (
    Act,
    ActionAnswered,
    ActionAsked,
    Alert,
    Certainty,
    Incident,
    Source,
    Step,
    Who,
)
from radiobridge.settings import IncidentSettings
from tests.builders import Clock

AT = 1_795_619_100.0
_numbers = count()


def new_id() -> str:
    """Rises, as ULIDs do."""
    return f"01K{next(_numbers):023d}"


def alert(
    kind: str = "fire",
    post: str | None = "03",
    *,
    at: float = AT,
    channel: str = "gate",
    status: str = "Actual",
    severity: str = "Severe",
) -> Alert:
    return Alert(
        id=new_id(),
        channel=channel,
        at=at,
        heard_at=at,
        type=kind,
        severity=severity,
        urgency="Immediate",
        certainty=Certainty.OBSERVED,
        status=status,
        source=Source.DTMF,
        callin=None,
        post=post,
        fields={},
        text={"en": f"{kind} at School {post}", "zh": f"{post}号学校{kind}"},
        unit="07",
    )


def asked(
    act: Act, number: int | None = None, *, by: str = "12", note: str = "", at: float = AT
) -> ActionAsked:
    return ActionAsked(new_id(), at, act, number, Who(unit=by, channel="police", by="dtmf"), note=note)


class Book:
    """A book, and its clock."""

    def __init__(self, **settings: float) -> None:
        self.clock = Clock(AT)
        self.book = IncidentBook(IncidentSettings.model_validate(settings), clock=self.clock, new_id=new_id)

    def call(self, kind: str = "fire", post: str | None = "03", **how: str) -> Incident:
        """The incident after one more alert."""
        step = self.book.called(alert(kind, post, at=self.clock.now, **how))
        return self.known(step.incident)

    def ask(self, act: Act, number: int | None = None, *, by: str = "12", note: str = "") -> ActionAnswered:
        return self.book.asked(asked(act, number, by=by, note=note, at=self.clock.now))[0]

    def step_of(self, act: Act, number: int | None = None) -> Step | None:
        return self.book.asked(asked(act, number, at=self.clock.now))[1]

    def known(self, incident: str) -> Incident:
        found = self.book.get(incident)
        assert found
        return found
