"""Rounds of check-ins and bulletins: called, answered, reminded, missed. Sans-IO.

    begin ── all heard ──▶ over
      │
      └─ time is up ──▶ overdue ── reminders ──▶ missed, told ──▶ over ── heard at last ──▶ late, told

Nothing here can lose a post: one that was never heard is missed at the end of a round that began, also when
the station was down meanwhile, and as long as nobody hears it the health of the round says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from radiobridge.dispatch.supervision.words import missed, names, reminder
from radiobridge.events import Condition, Duty, DutyState, Health, Reply, Round, RoundKind, RoundPlan
from radiobridge.settings import PostSettings

ALERTS_OF_THEIR_OWN = 3
"""Up to so many posts that were missed are an alert each. More at once are one alert: it is rather the radio
of the station, or its channel, than all of them, and 33 incidents would bury what matters."""
_KEPT_S = 2 * 86_400.0
"""A round stays so long after its end, so that it is not begun again when the clock is set back."""


@dataclass(frozen=True, slots=True)
class RoundChanged:
    """The round is this now: it is to be kept, and told."""

    round: Round


@dataclass(frozen=True, slots=True)
class SayInRound:
    """Something is to be said on the channels of a round."""

    round: str
    channels: tuple[str, ...]
    what: Reply
    wait_s: float
    """How long it may wait for a free moment."""


@dataclass(frozen=True, slots=True)
class PageInRound:
    """The text of a round is to be sent to these groups."""

    round: str
    groups: tuple[str, ...]
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AlertOfRound:
    """An alert is to be raised for posts that were missed; `post`: where it is one alone."""

    type: str
    post: str | None
    channel: str
    text: Mapping[str, str]


RoundStep: TypeAlias = RoundChanged | SayInRound | PageInRound | AlertOfRound | Health


class Rounds:
    """All rounds of a station; every time is UTC seconds and is passed in."""

    def __init__(self, posts: Mapping[str, PostSettings]) -> None:
        self._posts = posts
        self._rounds: dict[str, Round] = {}
        self._heard: dict[tuple[str, str], float] = {}

    def reload(self, posts: Mapping[str, PostSettings]) -> None:
        """The posts are called so from now on."""
        self._posts = posts

    def restore(self, rounds: Iterable[Round], heard: Mapping[tuple[str, str], float]) -> None:
        """What was before the restart: `heard` by post and type of alert."""
        self._rounds = {each.id: each for each in sorted(rounds, key=lambda each: each.begins_at)}
        self._heard = dict(heard)

    def is_known(self, id_: str) -> bool:
        """The round has begun already."""
        return id_ in self._rounds

    def latest(self) -> list[Round]:
        """The last round of each name."""
        return [*{(each.plan.kind, each.plan.name): each for each in self._rounds.values()}.values()]

    def begin(self, id_: str, plan: RoundPlan, begins_at: float, now: float) -> list[RoundStep]:
        """A round begins, perhaps a little after its time."""
        is_answered = plan.counts or plan.kind is RoundKind.LONE_WORKER
        duties = tuple(self._duty(post, plan, begins_at, now) for post in plan.posts if is_answered)
        begun = Round(id_, plan, begins_at, duties)
        steps: list[RoundStep] = []
        if (plan.say or plan.tones) and now < begun.due_at:
            steps.append(self._said(begun, plan.say, begun.due_at - now))
            if plan.notify and plan.say:
                steps.append(PageInRound(begun.id, plan.notify, plan.say))
        return [*steps, *self._settled(begun)]

    def heard(self, type_: str, post: str, at: float) -> list[RoundStep]:
        """An alert of this type spoke of the post."""
        self._heard[post, type_] = max(at, self._heard.get((post, type_), at))
        return [
            step
            for each in self.latest()
            if type_ in each.plan.counts
            for step in self._heard_in(each, post, at)
        ]

    def stop(self, kind: RoundKind, name: str, at: float) -> list[RoundStep]:
        """All are well: the last round of this name is over."""
        return [
            step
            for each in self.latest()
            if (each.plan.kind, each.plan.name) == (kind, name)
            for duty in each.duties
            for step in self._heard_in(each, duty.post, at)
        ]

    def tick(self, now: float) -> list[RoundStep]:
        """What it is time for; to be asked every few seconds."""
        steps = [
            step for each in [*self._rounds.values()] if not each.is_over for step in self._go_on(each, now)
        ]
        before = now - _KEPT_S
        last = {each.id for each in self.latest()}
        self._rounds = {
            id_: each
            for id_, each in self._rounds.items()
            if id_ in last or not each.is_over or each.begins_at > before
        }
        return steps

    def _duty(self, post: str, plan: RoundPlan, begins_at: float, now: float) -> Duty:
        times = [self._heard[post, type_] for type_ in plan.counts if (post, type_) in self._heard]
        early = [at for at in times if begins_at - plan.early_s <= at <= now]
        return Duty(post, DutyState.IN, max(early)) if early else Duty(post)

    def _heard_in(self, round_: Round, post: str, at: float) -> list[RoundStep]:
        duty = next((each for each in round_.duties if each.post == post), None)
        if duty is None or duty.state.is_heard or at < round_.begins_at - round_.plan.early_s:
            return []
        state = DutyState.IN if at < round_.due_at else DutyState.LATE
        return self._settled(_with(round_, post, replace(duty, state=state, at=at)))

    def _go_on(self, round_: Round, now: float) -> list[RoundStep]:
        plan, late_s = round_.plan, now - round_.due_at
        if late_s < 0:
            return []
        missing = round_.posts(DutyState.WAITING, DutyState.OVERDUE)
        if late_s >= plan.reminders * plan.remind_s:
            return self._ended(round_, missing)
        due = 1 + int(late_s // plan.remind_s)
        if due <= round_.reminded:
            return []
        overdue = _all(replace(round_, reminded=due), missing, DutyState.OVERDUE)
        steps: list[RoundStep] = []
        if plan.kind is RoundKind.BULLETIN:
            steps.append(self._said(overdue, plan.say, plan.remind_s))
        if plan.channels and missing:
            steps.append(self._said(overdue, reminder(plan, missing, self._posts), plan.remind_s))
        return [*self._settled(overdue), *steps]

    def _ended(self, round_: Round, missing: tuple[str, ...]) -> list[RoundStep]:
        over = _all(replace(round_, is_over=True), missing, DutyState.MISSED)
        return [*self._settled(over), *self._alerts(over, missing)]

    def _alerts(self, round_: Round, missing: tuple[str, ...]) -> list[AlertOfRound]:
        plan = round_.plan
        if not plan.alert or not missing:
            return []
        channel = plan.channels[0] if plan.channels else ""
        if plan.kind is RoundKind.LONE_WORKER or len(missing) > ALERTS_OF_THEIR_OWN:
            return [AlertOfRound(plan.alert, plan.place, channel, missed(plan, missing, self._posts))]
        return [
            AlertOfRound(plan.alert, post, channel, missed(plan, (post,), self._posts)) for post in missing
        ]

    def _settled(self, round_: Round) -> list[RoundStep]:
        """The round is this; over where nobody is missing any more, and its health is told."""
        if round_.duties and all(duty.state.is_heard for duty in round_.duties):
            round_ = replace(round_, is_over=True)
        self._rounds[round_.id] = round_
        steps: list[RoundStep] = [RoundChanged(round_)]
        if round_.plan.kind is RoundKind.CHECK_IN and round_.is_over:
            steps.append(self._health(round_))
        return steps

    def _health(self, round_: Round) -> Health:
        part, gone = f"check-in/{round_.plan.name}", round_.posts(DutyState.MISSED)
        if not gone:
            return Health(part, round_.begins_at, Condition.OK)
        whose = names(round_.plan, gone, self._posts, "en")
        why = f"no check-in of {whose}: ask there, and look at their radio and its battery"
        return Health(part, round_.due_at, Condition.DEGRADED, why)

    def _said(self, round_: Round, text: Mapping[str, str], wait_s: float) -> SayInRound:
        return SayInRound(round_.id, round_.plan.channels, Reply(dict(text), round_.plan.tones), wait_s)


def _with(round_: Round, post: str, duty: Duty) -> Round:
    return replace(round_, duties=tuple(duty if each.post == post else each for each in round_.duties))


def _all(round_: Round, posts: tuple[str, ...], state: DutyState) -> Round:
    return replace(
        round_,
        duties=tuple(replace(each, state=state) if each.post in posts else each for each in round_.duties),
    )
