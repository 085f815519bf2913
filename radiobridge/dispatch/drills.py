"""Drills: begun and ended by somebody or by the clock, and how they went. Sans-IO.

Whatever is not known is no drill: an emergency that is taken for an exercise is worse than the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from radiobridge.events import Drill, DrillReport, Incident, StepKind
from radiobridge.settings import CalendarSettings, DrillSettings

EXERCISE = "Exercise"
"""The status of what happens in a drill, in the words of OASIS CAP 1.2."""
BY_THE_CLOCK = "clock"
_MARK = {"en": "Exercise. ", "zh": "演习，", "ko": "훈련. "}
_BEGINS = {
    "en": "Exercise, exercise. A drill begins.",
    "zh": "演习，演习。现在开始演习。",
    "ko": "훈련, 훈련. 지금부터 훈련을 시작합니다.",
}
_ENDS = {
    "en": "The drill is over. From now on everything is real.",
    "zh": "演习结束。现在开始一切都是真实警情。",
    "ko": "훈련이 끝났습니다. 지금부터는 실제 상황입니다.",
}
_IS_NONE = {"en": "There is no drill.", "zh": "目前没有演习。", "ko": "진행 중인 훈련이 없습니다."}


def marked(text: Mapping[str, str]) -> dict[str, str]:
    """The text as it is said in a drill: that it is one comes first."""
    return {language: _MARK.get(language, _MARK["en"]) + words for language, words in text.items()}


def begins_text(settings: DrillSettings) -> dict[str, str]:
    """What is said when a drill begins, by language."""
    return dict(settings.begin or _BEGINS)


def ends_text(settings: DrillSettings) -> dict[str, str]:
    """What is said when it has ended, by language."""
    return dict(settings.end or _ENDS)


def is_none_text() -> dict[str, str]:
    """What whoever would end a drill is told where there is none."""
    return dict(_IS_NONE)


class DrillSwitch:
    """Whether there is a drill; times are UTC seconds and passed in, `new_id` gives a ULID."""

    def __init__(
        self, settings: DrillSettings, calendar: CalendarSettings, *, new_id: Callable[[], str]
    ) -> None:
        self._new_id = new_id
        self.last: Drill | None = None
        """The one that goes on, or was the last."""
        self.reload(settings, calendar)

    def reload(self, settings: DrillSettings, calendar: CalendarSettings) -> None:
        """A drill lasts and begins by these settings; one that goes on ends when it was to end."""
        self._settings, self._calendar = settings, calendar

    def restore(self, last: Drill | None) -> None:
        """This was the last one before the restart."""
        self.last = last

    @property
    def current(self) -> Drill | None:
        """The one that goes on."""
        return self.last if self.last and self.last.ended_at is None else None

    def begin(self, now: float, by: str, minutes: float | None = None) -> Drill:
        """A drill goes on from now for so many minutes; one that goes on lasts until then."""
        ends_at = now + (self._settings.minutes if minutes is None else minutes) * 60
        going_on = self.current or Drill(self._new_id(), now, ends_at, by)
        self.last = replace(going_on, ends_at=ends_at)
        return self.last

    def end(self, now: float) -> Drill | None:
        """The drill that has ended now; None where there was none."""
        if self.current:
            self.last = replace(self.current, ended_at=now)
            return self.last
        return None

    def tick(self, now: float) -> Drill | None:
        """The drill that has begun or ended by the clock; to be asked every few seconds."""
        going_on = self.current
        # A clock that was set back must not make a drill longer than it may be.
        if going_on and not going_on.begins_at - 1 <= now < going_on.ends_at:
            return self.end(max(now, going_on.begins_at))
        due_at = self._settings.last_begin(self._calendar, now)
        if going_on or due_at is None or (self.last and self.last.begins_at >= due_at):
            return None
        drill = self.begin(due_at, BY_THE_CLOCK)
        self.last = replace(drill, begins_at=due_at)
        return self.last


def report(drill: Drill, incidents: Iterable[Incident]) -> DrillReport:
    """How it went, by the incidents that were opened in it."""
    until = drill.ends_at if drill.ended_at is None else drill.ended_at
    its = [
        each
        for each in incidents
        if each.opening.status == EXERCISE and drill.begins_at <= each.opened_at <= until
    ]

    def times(*kinds: StepKind) -> tuple[float, ...]:
        firsts = [(each.first(*kinds), each.opened_at) for each in its]
        return tuple(sorted(step.at - opened_at for step, opened_at in firsts if step))

    return DrillReport(
        drill=drill,
        incidents=len(its),
        posts=tuple(dict.fromkeys(each.opening.post for each in its if each.opening.post)),
        responders=tuple(dict.fromkeys(who.who.key for each in its for who in each.responders)),
        acknowledged_s=times(StepKind.ACKNOWLEDGED, StepKind.COMING, StepKind.ARRIVED),
        coming_s=times(StepKind.COMING),
        arrived_s=times(StepKind.ARRIVED),
        closed_s=times(StepKind.CLOSED),
    )
