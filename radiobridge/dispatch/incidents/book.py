"""The book of incidents: which alert belongs to which, and what people may do about them. Sans-IO.

An alert opens an incident, or joins the open one of the same kind and post; none is ever dropped. What people
key, say or send is done, or refused with a reason that they are told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from radiobridge.dispatch.drills import EXERCISE, marked
from radiobridge.dispatch.incidents.numbers import next_number
from radiobridge.dispatch.incidents.words import Refusal, done_text, refused_text
from radiobridge.events import (
    Act,
    ActionAnswered,
    ActionAsked,
    Alert,
    Incident,
    Opening,
    Step,
    StepKind,
    Who,
)
from radiobridge.settings import IncidentSettings

_STEPS = {
    Act.ACKNOWLEDGE: StepKind.ACKNOWLEDGED,
    Act.COME: StepKind.COMING,
    Act.ARRIVE: StepKind.ARRIVED,
    Act.CLOSE: StepKind.CLOSED,
    Act.FALSE_ALARM: StepKind.FALSE_ALARM,
    Act.DUPLICATE: StepKind.DUPLICATE,
    Act.REOPEN: StepKind.REOPENED,
    Act.NOTE: StepKind.NOTED,
}
_FORGOTTEN_S = 86_400.0
"""An incident that has been over for so long stands in the journal alone."""


class IncidentBook:
    """The incidents that are open or were so lately; `clock` gives UTC seconds, `new_id` a ULID."""

    def __init__(
        self, settings: IncidentSettings, *, clock: Callable[[], float], new_id: Callable[[], str]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._new_id = new_id
        self._incidents: dict[str, Incident] = {}
        self._last_number = 0

    def reload(self, settings: IncidentSettings) -> None:
        """Numbers and times are those of `settings` from the next alert on."""
        self._settings = settings

    def restore(self, incidents: Iterable[Incident]) -> None:
        """These were there before the restart; the one that was opened last gave the last number."""
        for incident in sorted(incidents, key=lambda each: each.opened_at):
            self._incidents[incident.id] = incident
            self._last_number = incident.number

    @property
    def open(self) -> list[Incident]:
        """Those that are not over, the oldest first."""
        return [incident for incident in self._incidents.values() if not incident.state.is_over]

    @property
    def all(self) -> list[Incident]:
        """Those that are open or were so in the last day, the oldest first."""
        return [*self._incidents.values()]

    def get(self, incident: str) -> Incident | None:
        """The incident of this id, if it is open or was so lately."""
        return self._incidents.get(incident)

    def called(self, alert: Alert) -> Step:
        """The step that an alert makes: it opens an incident or joins one."""
        who = who_called(alert)
        joined = self._joined_by(alert)
        if joined:
            again = Step(self._new_id(), joined.id, alert.at, StepKind.CALLED_AGAIN, who, alert=alert.id)
            return self.take(again)
        self._forget()
        self._last_number = next_number(
            self._numbers_taken(), self._last_number, self._settings.number_digits
        )
        opening = Opening(
            number=self._last_number,
            type=alert.type,
            post=alert.post,
            channel=alert.channel,
            severity=alert.severity,
            status=alert.status,
            language=alert.language,
            text=alert.text,
        )
        step = Step(
            self._new_id(), self._new_id(), alert.at, StepKind.OPENED, who, alert=alert.id, opening=opening
        )
        return self.take(step)

    def take(self, step: Step) -> Step:
        """The step is part of its incident. Raises KeyError: there is no such incident."""
        if step.kind is StepKind.OPENED:
            self._incidents[step.incident] = Incident.opened(step)
        else:
            self._incidents[step.incident] = self._incidents[step.incident].after(step)
        return step

    def asked(self, asked: ActionAsked) -> tuple[ActionAnswered, Step | None]:
        """What comes of it, and the step that it makes."""
        found = self._meant(asked) if asked.sure else Refusal.UNSURE
        if isinstance(found, Refusal):
            return self._refused(asked, found), None
        if refusal := self._objection(asked, found):
            return self._refused(asked, refusal, found), None
        step = Step(self._new_id(), found.id, asked.at, _STEPS[asked.act], asked.who, asked.note)
        self.take(step)
        incident = self._incidents[found.id]
        text = asked.reply.text or done_text(asked, incident)
        text = marked(text) if incident.opening.status == EXERCISE else text
        return ActionAnswered(asked, done=True, text=text, incident=incident), step

    def _joined_by(self, alert: Alert) -> Incident | None:
        """The open incident that the alert belongs to: same kind, same post or else channel, same status."""
        for incident in reversed(self.open):
            opening = incident.opening
            is_same = (opening.type, opening.status) == (alert.type, alert.status)
            is_there = opening.post == alert.post and (alert.post or opening.channel == alert.channel)
            # A clock that was set back makes the last call look later than now: that is soon enough.
            if is_same and is_there and alert.at - incident.last_call_at <= self._settings.join_s:
                return incident
        return None

    def _meant(self, asked: ActionAsked) -> Incident | Refusal:
        """The incident of the id or number; without either, the only one that it can be."""
        if asked.incident is not None:
            return self._incidents.get(asked.incident, Refusal.UNKNOWN)
        if asked.number is not None:
            named = [each for each in self._incidents.values() if each.number == asked.number]
            # Of two with one number the one that is not over is meant, or else the later one.
            named.sort(key=lambda each: (not each.state.is_over, each.opened_at))
            return named[-1] if named else Refusal.UNKNOWN
        if asked.act is Act.REOPEN:
            return Refusal.WHICH
        candidates = self.open
        if not candidates:
            return Refusal.NONE_OPEN
        return candidates[0] if len(candidates) == 1 else Refusal.WHICH

    def _objection(self, asked: ActionAsked, incident: Incident) -> Refusal | None:
        is_over = incident.state.is_over
        if asked.act is Act.REOPEN:
            if not is_over:
                return Refusal.NOT_OVER
            too_late = self._clock() - incident.changed_at > self._settings.reopen_s
            return Refusal.TOO_LATE if too_late else None
        if is_over and asked.act is not Act.NOTE:
            return Refusal.OVER
        if asked.act is Act.DUPLICATE and asked.note and not self._is_other(asked.note, incident):
            return Refusal.UNKNOWN
        return None

    def _is_other(self, number: str, incident: Incident) -> bool:
        return any(
            str(each.number) == number.lstrip("0") and each.id != incident.id
            for each in self._incidents.values()
        )

    def _refused(
        self, asked: ActionAsked, refusal: Refusal, incident: Incident | None = None
    ) -> ActionAnswered:
        text = refused_text(refusal, asked, incident, [each.number for each in self.open])
        return ActionAnswered(asked, done=False, text=text, why=refusal.value, incident=incident)

    def _numbers_taken(self) -> set[int]:
        """Of the open ones, and of those that somebody may still mean."""
        since = self._clock() - self._settings.reopen_s
        return {
            each.number
            for each in self._incidents.values()
            if not each.state.is_over or each.changed_at > since
        }

    def _forget(self) -> None:
        before = self._clock() - max(_FORGOTTEN_S, self._settings.reopen_s)
        self._incidents = {
            id_: each
            for id_, each in self._incidents.items()
            if not each.state.is_over or each.changed_at > before
        }


def who_called(alert: Alert) -> Who:
    """Who raised an alert, as far as it tells."""
    caller = alert.caller
    post, by = caller.post or alert.post, alert.source.value
    return Who(caller.name, caller.unit or alert.unit, post, alert.channel, by, caller.system)
