"""Calls to respond: who is called when an incident opens, again and wider, until somebody takes it. Sans-IO.

What was called stands in the incident's own log, so that a restart goes on where it was: no stage is
forgotten, and only a call of the last minute, which was perhaps not sent, is made once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from radiobridge.dispatch.incidents.called_posts import CalledPost, PostsToCall
from radiobridge.events import Incident, IncidentState, StepKind
from radiobridge.settings import CalendarSettings, ResponseSettings, StageSettings

SWALLOWED_S = 60.0
"""A call waits for a free channel and is sent in this time; a crash in it may have swallowed it."""


@dataclass(frozen=True, slots=True)
class CallOut:
    """It is time to call for an incident: `stage` of the rule, for the `time`-th time, from 1."""

    incident: Incident
    stage: int
    settings: StageSettings
    time: int
    posts: tuple[CalledPost, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """Where it is made: on those of the stage, and on those of its posts."""
        return tuple(dict.fromkeys((*self.settings.channels, *(post.channel for post in self.posts))))

    @property
    def whom(self) -> str:
        """Who is called, for the log of the incident."""
        posts = [f"post {post.id}" for post in self.posts]
        groups = [f"group {name}" for name in self.settings.notify]
        return ", ".join((*self.settings.channels, *posts, *groups)) or (
            "" if self.settings.siren else "nobody"
        )

    def selcalls(self, channel: str) -> tuple[str, ...]:
        """What opens the radios of its posts on the channel."""
        return tuple(
            dict.fromkeys(post.selcall for post in self.posts if post.channel == channel and post.selcall)
        )


@dataclass(slots=True)
class _Chase:
    """An incident that nobody has taken. Times by a timer that only rises."""

    incident: Incident
    stages: Sequence[StageSettings]
    due: dict[int, float]
    """When each stage is called next."""
    called: dict[int, int] = field(default_factory=dict)
    """How often each stage was."""


class CallOuts:
    """Chases each incident until it is taken; `clock` gives UTC seconds, `timer` seconds that only rise."""

    def __init__(
        self,
        rules: Sequence[ResponseSettings],
        calendar: CalendarSettings,
        posts: PostsToCall,
        *,
        clock: Callable[[], float],
        timer: Callable[[], float],
    ) -> None:
        self._rules = rules
        self._calendar = calendar
        self._posts = posts
        self._clock = clock
        self._timer = timer
        self._chases: dict[str, _Chase] = {}

    def reload(
        self,
        rules: Sequence[ResponseSettings],
        calendar: CalendarSettings,
        posts: PostsToCall,
        incidents: Iterable[Incident],
    ) -> None:
        """Rules, hours and posts are these; incidents that nobody has taken go on by them."""
        self._rules, self._calendar, self._posts = rules, calendar, posts
        self._chases.clear()
        for incident in incidents:
            self.feed(incident)

    def feed(self, incident: Incident) -> None:
        """The incident is as it is now: one that nobody has taken is chased, any other no more."""
        if incident.state is not IncidentState.OPEN:
            self._chases.pop(incident.id, None)
            return
        chase = self._chases.get(incident.id)
        if chase:
            chase.incident = incident
        elif rule := self._rule(incident):
            self._chases[incident.id] = self._begun(incident, rule.stage)

    def restore(self, incident: Incident) -> None:
        """As `feed`, after a restart: a call of the last minute was perhaps never heard, and is due again."""
        self.feed(incident)
        chase = self._chases.get(incident.id)
        if chase is None:
            return
        for step in incident.calls_for_help():
            is_stage = step.stage is not None and step.stage < len(chase.stages)
            if step.stage is not None and is_stage and self._clock() - step.at < SWALLOWED_S:
                chase.due[step.stage] = self._timer()

    def due(self) -> list[CallOut]:
        """The calls that it is time for; each is given once."""
        now = self._timer()
        return [
            self._called(chase, stage)
            for chase in list(self._chases.values())
            for stage, at in sorted(chase.due.items(), key=lambda item: item[1])
            if at <= now
        ]

    @property
    def next_at(self) -> float | None:
        """When the next call is due, by the timer."""
        return min((at for chase in self._chases.values() for at in chase.due.values()), default=None)

    def _rule(self, incident: Incident) -> ResponseSettings | None:
        opening = incident.opening
        return next(
            (
                rule
                for rule in self._rules
                if (not rule.alerts or opening.type in rule.alerts)
                and (not rule.posts or opening.post in rule.posts)
                and self._calendar.holds(rule.hours, incident.opened_at)
                and (not rule.kinds or self._posts.kind(opening.post) in rule.kinds)
            ),
            None,
        )

    def _begun(self, incident: Incident, stages: Sequence[StageSettings]) -> _Chase:
        begin = incident.last(StepKind.OPENED, StepKind.REOPENED)
        since = begin.at if begin else incident.opened_at
        calls = incident.calls_for_help()
        # A clock that was set back must not put a call off: no more than its own time is still to wait.
        passed_s = max(self._clock() - since, 0.0)
        chase = _Chase(incident, stages, {})
        for number, stage in enumerate(stages):
            times = [step.at for step in calls if step.stage == number]
            chase.called[number] = len(times)
            wait_s = stage.after_s - passed_s
            if times:
                if not _is_repeated(stage, len(times)):
                    continue
                wait_s = stage.repeat_s - max(self._clock() - times[-1], 0.0)
            chase.due[number] = self._timer() + max(wait_s, 0.0)
        return chase

    def _called(self, chase: _Chase, stage: int) -> CallOut:
        settings = chase.stages[stage]
        chase.called[stage] += 1
        if _is_repeated(settings, chase.called[stage]):
            chase.due[stage] = self._timer() + settings.repeat_s
        else:
            del chase.due[stage]
        posts = self._posts.of(settings, chase.incident.opening.post)
        return CallOut(chase.incident, stage, settings, chase.called[stage], posts)


def _is_repeated(stage: StageSettings, called: int) -> bool:
    return stage.repeat_s > 0 and called < stage.times
