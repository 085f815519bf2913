"""Supervision at work: rounds begin by the clock, posts are heard, reminded and missed, and all is told.

What it says on the air waits for a free moment; what it tells of is retained state on the bus.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from radiobridge.bus.envelope import Message
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.supervision_messages import BulletinCommand
from radiobridge.bus.supervision_wire import SupervisionWire
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.contact_watch import ContactWatch
from radiobridge.dispatch.alerts import AlertMaker
from radiobridge.dispatch.supervision.lone_workers import watch_name, watch_of
from radiobridge.dispatch.supervision.rounds import (
    AlertOfRound,
    PageInRound,
    RoundChanged,
    Rounds,
    RoundStep,
    SayInRound,
)
from radiobridge.dispatch.supervision.schedule import Schedule, asked
from radiobridge.errors import CommandRefused
from radiobridge.events import (
    Alert,
    CallIn,
    Duty,
    DutyState,
    Health,
    Round,
    RoundKind,
    RoundPlan,
    Source,
)
from radiobridge.history.records import CheckInRecord, CheckInState
from radiobridge.near import did_you_mean
from radiobridge.paging import Paging
from radiobridge.sender import Sender, checked
from radiobridge.settings import PostSettings, Settings
from radiobridge.supervision_store import ANY, HeardOf, SupervisionStore

log = logging.getLogger(__name__)

_RESTORED_S = 2 * 86_400.0
_MOST_OF_A_FILE = 4000
"""Characters of a bulletin's file: some ten minutes on the air."""


_RECORDED = {
    DutyState.IN: CheckInState.IN,
    DutyState.LATE: CheckInState.LATE,
    DutyState.MISSED: CheckInState.MISSED,
}


class Supervision:
    """On the event loop; `clock` gives UTC seconds, `new_id` a ULID."""

    def __init__(
        self,
        settings: Settings,
        *,
        wire: Wire,
        link: MqttLink,
        store: SupervisionStore,
        sender: Sender,
        on_health: Callable[[Health], None],
        raise_alert: Callable[[Alert], None],
        record: Callable[[CheckInRecord], None],
        paging: Paging,
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._wire = SupervisionWire(wire)
        self._link = link
        self._store = store
        self._sender = sender
        self._on_health = on_health
        self._raise_alert = raise_alert
        self._record = record
        self._paging = paging
        self._tasks: set[asyncio.Task[None]] = set()
        self._clock = clock
        self._new_id = new_id
        self._last_heard: dict[str, float] = {}
        self._told: dict[tuple[RoundKind, str], Round] = {}
        self.contacts = ContactWatch(
            settings,
            store=store,
            on_health=on_health,
            raise_alert=raise_alert,
            changed=lambda post: self._tell_posts([post]),
            clock=clock,
            new_id=new_id,
        )
        self._take(settings)
        self._rounds = Rounds(self._posts)
        self._schedule = Schedule(settings, read=_read)

    async def restore(self) -> None:
        """All is as it was before the restart, and told."""
        rounds, heard, contacts = await self._store.read(self._clock() - _RESTORED_S)
        self.contacts.start(contacts)
        self._rounds.restore(rounds, {(each.post, each.type): each.at for each in heard if each.type != ANY})
        self._last_heard = {each.post: each.at for each in heard if each.type == ANY}
        for round_ in self._rounds.latest():
            self._tell_round(round_)
        self._tell_posts(self._posts)

    def reload(self, settings: Settings) -> None:
        """Rounds and posts are those of `settings`; what is under way goes on as it began."""
        before = self._posts
        self._take(settings)
        for gone in before.keys() - self._posts.keys():
            self._link.clear_state(topic_of(self._wire.post(gone, before, None, (), ())))
        self._rounds.reload(self._posts)
        self._schedule.reload(settings)
        self.contacts.reload(settings)
        self._tell_posts(self._posts)

    def alert(self, alert: Alert) -> None:
        """An alert came in: perhaps it is what a post was waited for."""
        if alert.source is Source.SUPERVISION:
            return
        if alert.post is not None:
            self._hear(alert.post, alert.at, alert.type)
            self._carry_out(self._rounds.heard(alert.type, alert.post, alert.at))
            self.contacts.heard(alert)
        for rule in self._lone_workers:
            if alert.type in rule.ends or alert.type in rule.begins:
                self._carry_out(self._rounds.stop(RoundKind.LONE_WORKER, watch_name(rule, alert), alert.at))
            if alert.type in rule.begins:
                id_ = f"{watch_name(rule, alert)}/{self._new_id()}"
                self._carry_out(self._rounds.begin(id_, watch_of(rule, alert), alert.at, self._clock()))

    def callin(self, callin: CallIn) -> None:
        """Something was heard; whoever called is known to be there."""
        if callin.caller.post:
            self._hear(callin.caller.post, callin.at)

    def tick(self) -> None:
        """What it is time for; called every few seconds."""
        now = self._clock()
        for due in list(self._schedule.due(now, self._rounds.is_known)):
            if isinstance(due, Health):
                self._on_health(due)
                continue
            log.info("%s begins: %s", due.plan.kind, due.id)
            self._carry_out(self._rounds.begin(due.id, due.plan, due.begins_at, now))
        self._carry_out(self._rounds.tick(now))
        self.contacts.tick()
        self._store.keep_soon()

    def bulletin(self, command: BulletinCommand) -> str:
        """A bulletin begins: what whoever asked is told.

        Raises:
            CommandRefused: a channel that cannot send, tones that are none, a post or group that is not
                there, or the name of a check-in.
        """
        if command.name in self._scheduled:
            raise CommandRefused(f"{command.name!r} is a check-in of the settings: give another name")
        channels = self._sender.meant(command.channels)
        groups = [group.name for group in self._groups]
        for group in command.notify:
            if group not in groups:
                raise CommandRefused(f"no [[group]] is called {group!r}{did_you_mean(group, groups)}")
        checked(command.text, command.tones)
        for post in command.posts:
            if post not in self._posts:
                raise CommandRefused(f"no [[post]] has the id {post!r}{did_you_mean(post, self._posts)}")
        plan = RoundPlan(
            name=command.name,
            kind=RoundKind.BULLETIN,
            posts=asked(command.posts, command.kinds, self._posts.values()),
            counts=command.counts,
            channels=channels,
            say=command.text,
            notify=command.notify,
            tones=command.tones,
            within_s=command.within_s,
            remind_s=command.remind_s,
            reminders=command.reminders,
        )
        now = self._clock()
        self._carry_out(self._rounds.begin(f"{command.name}/{self._new_id()}", plan, now, now))
        waited_for = (
            f"{len(plan.posts)} posts are to confirm it" if plan.counts else "nobody is to confirm it"
        )
        return f"the bulletin is said on {', '.join(channels)}; {waited_for} (round/{command.name})"

    def _take(self, settings: Settings) -> None:
        self._posts: dict[str, PostSettings] = {post.id: post for post in settings.post}
        self._channels = [channel.name for channel in settings.channel]
        self._lone_workers = settings.lone_worker
        self._groups = settings.group
        self._scheduled = {each.name for each in settings.check_in}
        self._alerts = AlertMaker(settings, clock=self._clock, new_id=self._new_id)

    def _hear(self, post: str, at: float, type_: str = ANY) -> None:
        """The post was heard; an id that is none is not remembered: noise must not fill the disk."""
        if post not in self._posts:
            return
        self._last_heard[post] = max(at, self._last_heard.get(post, at))
        rows = [HeardOf(post, what, self._last_heard[post]) for what in {ANY, type_}]
        self._store.keep_soon(*rows)
        self._tell_posts([post])

    def _carry_out(self, steps: Iterable[RoundStep]) -> None:
        for step in steps:
            match step:
                case RoundChanged(round_):
                    self._store.keep_soon(round_)
                    self._tell_round(round_)
                    changed = self._changed_in(round_)
                    self._record_duties(round_, changed)
                    self._tell_posts(duty.post for duty in changed if duty.post in self._posts)
                case SayInRound():
                    self._say(step)
                case PageInRound(round_id, groups, text):
                    task = asyncio.create_task(self._paging.page(groups, text, round_id))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
                case AlertOfRound(type_, post, channel, text):
                    self._raise_alert(
                        self._alerts.of_silence(type_, post, channel or self._channels[0], text)
                    )
                case Health():
                    self._on_health(step)

    def _say(self, step: SayInRound) -> None:
        for channel in step.channels:
            try:
                self._sender.tell(channel, step.what, wait_s=step.wait_s)
            except CommandRefused as error:
                log.warning("%s is not said: %s", step.round, error)

    def _changed_in(self, round_: Round) -> list[Duty]:
        """What is otherwise than when the round was told of last: 33 posts are not told of for each one."""
        key = (round_.plan.kind, round_.plan.name)
        before = self._told.get(key)
        self._told[key] = round_
        known = before.duties if before and before.id == round_.id else ()
        return [duty for duty in round_.duties if duty not in known]

    def _record_duties(self, round_: Round, changed: Iterable[Duty]) -> None:
        """The reports know of check-ins that are decided; one that is late was missed before."""
        if round_.plan.kind is not RoundKind.CHECK_IN:
            return
        for duty in changed:
            if state := _RECORDED.get(duty.state):
                self._record(CheckInRecord(duty.post, round_.plan.name, round_.due_at, state, duty.at))

    def _tell_round(self, round_: Round) -> None:
        """The bus knows of it; of somebody who is alone no longer it knows nothing."""
        message = self._wire.round(round_)
        if round_.plan.kind is RoundKind.LONE_WORKER and all(duty.state.is_heard for duty in round_.duties):
            self._link.clear_state(topic_of(message))
        else:
            self._set(message)

    def _tell_posts(self, posts: Iterable[str]) -> None:
        rounds = self._rounds.latest()
        for post in posts:
            heard_at, contacts = self._last_heard.get(post), self.contacts.at_post(post)
            self._set(self._wire.post(post, self._posts, heard_at, rounds, contacts))

    def _set(self, message: Message) -> None:
        self._link.set_state(topic_of(message), message.payload(), message.qos)


def _read(file: Path) -> str:
    """The text of a bulletin. Raises OSError or ValueError."""
    text = file.expanduser().read_text(encoding="utf-8-sig").strip()
    if not text:
        raise ValueError("it is empty")
    if len(text) > _MOST_OF_A_FILE:
        raise ValueError(f"it has {len(text)} characters; {_MOST_OF_A_FILE} at most are read out")
    return text
