"""Drills at work: the switch, what is said and told of it, and the report when it is over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from statistics import median

from radiobridge.bus.drill_messages import DrillCommand, DrillMessage, DrillOutcome, DrillTimes
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.drills import DrillSwitch, begins_text, ends_text, is_none_text, report
from radiobridge.errors import CommandRefused
from radiobridge.events import Act, ActionAnswered, ActionAsked, Drill, DrillReport, Incident, Reply
from radiobridge.moments import moment
from radiobridge.sender import ALL, Sender
from radiobridge.settings import Settings
from radiobridge.supervision_store import SupervisionStore

log = logging.getLogger(__name__)

_WAIT_S = 120.0
"""That a drill begins or ends waits so long for a free channel."""


class Drills:
    """On the event loop; `clock` gives UTC seconds, `new_id` a ULID.

    `mark`: what is heard from now on is an exercise, or is not. `incidents`: those that were opened since
    (UTC seconds).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        wire: Wire,
        link: MqttLink,
        store: SupervisionStore,
        sender: Sender,
        mark: Callable[[bool], None],
        incidents: Callable[[float], list[Incident]],
        clock: Callable[[], float],
        new_id: Callable[[], str],
    ) -> None:
        self._settings = settings.drill
        self._switch = DrillSwitch(settings.drill, settings.calendar, new_id=new_id)
        self._wire = wire
        self._link = link
        self._store = store
        self._sender = sender
        self._mark = mark
        self._incidents = incidents
        self._clock = clock

    async def restore(self) -> None:
        """A drill that went on before the restart goes on."""
        self._switch.restore(await self._store.last_drill())
        self._mark(self._switch.current is not None)
        self._tell()

    def reload(self, settings: Settings) -> None:
        """The next drill is by `settings`."""
        self._settings = settings.drill
        self._switch.reload(settings.drill, settings.calendar)

    def tick(self) -> None:
        """What begins or ends by the clock; called every few seconds."""
        if changed := self._switch.tick(self._clock()):
            self._changed(changed)

    def act(self, asked: ActionAsked) -> ActionAnswered:
        """Somebody who was let in begins or ends one."""
        who = asked.who
        text = self._turn(on=asked.act is Act.DRILL, by=who.key, answered_on=who.channel)
        if text is None:
            return ActionAnswered(asked, done=False, text=is_none_text(), why="no-drill")
        return ActionAnswered(asked, done=True, text=text)

    def command(self, command: DrillCommand) -> str:
        """It was asked for over the bus: what whoever asked is told. Raises CommandRefused: there is none."""
        text = self._turn(on=command.on, by=command.by, minutes=command.minutes)
        if text is None:
            raise CommandRefused(is_none_text()["en"])
        return text.get("en") or next(iter(text.values()))

    def _turn(
        self, *, on: bool, by: str, minutes: float | None = None, answered_on: str | None = None
    ) -> dict[str, str] | None:
        """What is said of it; None where it was to be ended and there is none."""
        now = self._clock()
        drill = self._switch.begin(now, by, minutes) if on else self._switch.end(now)
        return None if drill is None else self._changed(drill, answered_on)

    def _changed(self, drill: Drill, answered_on: str | None = None) -> dict[str, str]:
        """It is in force, on its way to the disk, said, and told; whoever asked for it is answered apart."""
        is_on = drill.ended_at is None
        self._mark(is_on)
        self._store.keep_soon(drill)
        text = begins_text(self._settings) if is_on else ends_text(self._settings)
        log.warning("drill %s: %s", "on" if is_on else "over", drill.by)
        self._say(text, but=answered_on)
        self._tell()
        return text

    def _say(self, text: dict[str, str], *, but: str | None) -> None:
        try:
            for channel in self._sender.meant(self._settings.channels or (ALL,)):
                if channel != but:
                    self._sender.tell(channel, Reply(text), wait_s=_WAIT_S)
        except CommandRefused as error:
            log.warning("nobody hears of the drill on the air: %s", error)

    def _tell(self) -> None:
        message = self._message()
        self._link.set_state(topic_of(message), message.payload(), message.qos)

    def _message(self) -> DrillMessage:
        current, last = self._switch.current, self._switch.last
        over = report(last, self._incidents(last.begins_at)) if last and not current else None
        return DrillMessage(
            **self._wire.envelope(),
            on=current is not None,
            began=moment(current.begins_at) if current else None,
            ends=moment(current.ends_at) if current else None,
            by=current.by if current else None,
            last=_outcome(over) if over else None,
        )


def _outcome(over: DrillReport) -> DrillOutcome:
    drill = over.drill
    return DrillOutcome(
        began=moment(drill.begins_at),
        ended=moment(drill.ends_at if drill.ended_at is None else drill.ended_at),
        by=drill.by,
        incidents=over.incidents,
        posts=over.posts,
        responders=over.responders,
        acknowledged=_times(over.acknowledged_s),
        coming=_times(over.coming_s),
        arrived=_times(over.arrived_s),
        closed=_times(over.closed_s),
    )


def _times(seconds: tuple[float, ...]) -> DrillTimes | None:
    if not seconds:
        return None
    return DrillTimes(
        count=len(seconds), median_s=round(median(seconds), 1), longest_s=round(max(seconds), 1)
    )
