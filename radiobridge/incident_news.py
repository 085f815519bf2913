"""What the bus is told of incidents: state and sirens, retained, and each step, through the outbox."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from radiobridge.bus.envelope import Message
from radiobridge.bus.incident_wire import IncidentWire
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.outbox import Outbox
from radiobridge.bus.stored import Outgoing
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.dispatch.incidents.sirens import Sirens
from radiobridge.errors import OutboxFull
from radiobridge.events import ActionAnswered, Incident, Step
from radiobridge.settings import PostSettings, ResponseSettings

log = logging.getLogger(__name__)

_FADES_S = 60.0
"""An incident that is over stays on the bus so long."""
_GATHER_S = 0.1
"""What changes in this time goes out as one message: a state that a thousand alerts change is sent once."""


class IncidentNews:
    """On the event loop; `timer` gives seconds that only rise."""

    def __init__(
        self,
        wire: Wire,
        outbox: Outbox,
        link: MqttLink,
        *,
        posts: Callable[[], Mapping[str, PostSettings]],
        timer: Callable[[], float],
    ) -> None:
        self._wire = IncidentWire(wire)
        self._clock = wire.clock
        self._outbox = outbox
        self._link = link
        self._posts = posts
        self._timer = timer
        self._sirens = Sirens()
        self._changed: dict[str, Incident] = {}
        """Those that the bus does not know as they are now."""
        self._fading: dict[str, tuple[float, str]] = {}
        """Those that are over: when the bus forgets them, and their topic."""

    def changed(self, incident: Incident) -> None:
        """The bus will know the incident as it is now, and its sirens do already."""
        if not self._changed:
            asyncio.get_running_loop().call_later(_GATHER_S, self._tell_changed)
        self._changed[incident.id] = incident
        self._tell_sirens(self._sirens.feed(incident))

    def restored(self, rules: Sequence[ResponseSettings]) -> None:
        """Every siren is as it must be: one that was on before a crash may be off now."""
        self._tell_sirens(self._sirens.all(rules))

    async def step(self, step: Step, incident: Incident) -> None:
        """The step will arrive; `incident` is as the step has left it."""
        await self._send(self._wire.step(incident, step), incident.opening.channel)

    async def refused(self, answered: ActionAnswered) -> None:
        """What was asked on the air and not done will arrive."""
        await self._send(self._wire.refused(answered), answered.asked.who.channel or "")

    async def put(self, outgoing: Outgoing) -> None:
        """The message will arrive; where the outbox takes none, it has said so itself."""
        try:
            await self._outbox.put(outgoing)
        except OutboxFull as error:
            log.critical("%s %s: %s", outgoing.topic, outgoing.id, error)

    def tick(self) -> None:
        """The bus forgets incidents that have been over for a while; called every few seconds."""
        if not self._link.is_connected:
            return
        for id_, (at, topic) in list(self._fading.items()):
            if at <= self._timer():
                self._link.clear_state(topic)
                del self._fading[id_]

    def _tell_changed(self) -> None:
        for incident in self._changed.values():
            message = self._wire.incident(incident, self._posts())
            self._set(message)
            if not incident.state.is_over:
                self._fading.pop(incident.id, None)
            elif incident.id not in self._fading:
                self._fading[incident.id] = (self._timer() + _FADES_S, topic_of(message))
        self._changed.clear()

    def _tell_sirens(self, changed: Mapping[str, Iterable[str]]) -> None:
        for siren, incidents in changed.items():
            self._set(self._wire.siren(siren, incidents))

    def _set(self, message: Message) -> None:
        self._link.set_state(topic_of(message), message.payload(), message.qos)

    async def _send(self, message: Message, channel: str) -> None:
        await self.put(Outgoing(message.id, topic_of(message), message.payload(), channel, self._clock()))
