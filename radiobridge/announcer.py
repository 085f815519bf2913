"""What the station says of itself: the health of its parts, what its channels do, whether it is there.

All of it is retained state with a time of its own; the link publishes it again after every connect.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from radiobridge import __version__
from radiobridge.bus.connection import Will
from radiobridge.bus.envelope import Message
from radiobridge.bus.messages import StationStatus
from radiobridge.bus.mqtt import MqttLink
from radiobridge.bus.topics import topic_of
from radiobridge.bus.wire import Wire
from radiobridge.events import ChannelState, Condition, Health, SelfTestEnded
from radiobridge.health import HealthBook
from radiobridge.history.writer import HistoryWriter
from radiobridge.moments import moment

log = logging.getLogger(__name__)


class Announcer:
    """Keeps the retained state of the station; `link` may be connected or not."""

    def __init__(self, wire: Wire, *, waiting: Callable[[], int]) -> None:
        self._wire = wire
        self._waiting = waiting
        self._book = HealthBook()
        self._since = wire.clock()
        self.link: MqttLink | None = None
        self.history: HistoryWriter | None = None

    def health(self, health: Health) -> None:
        """The condition of a part is known, in the log, on the bus and in the history."""
        worst = self._book.worst
        news = self._book.report(health)
        if news is None:
            return
        if news.condition is not Condition.OK:
            log.warning("health: %s is %s: %s", news.part, news.condition, news.why)
        else:
            log.info("health: %s is ok", news.part)
        self._keep(self._wire.health(news))
        if self.history is not None:
            self.history.health(news)
        if self._book.worst is not worst:
            self.status()

    def channel(self, state: ChannelState) -> None:
        """What a channel does is known on the bus."""
        self._keep(self._wire.channel(state))

    def self_test(self, ended: SelfTestEnded) -> None:
        """What became of a channel's last self-test is known on the bus."""
        self._keep(self._wire.self_test(ended))

    def status(self) -> None:
        """The station is known to be online, and how it is."""
        self._keep(self._status("online", self._since))

    def will(self) -> Will:
        """What the broker publishes when the station dies, and the station itself when it stops."""
        message = self._status("offline", self._wire.clock())
        return Will(topic_of(message), message.payload())

    def summary(self) -> str:
        """The station's condition in one line, for systemd's status."""
        bad = self._book.not_ok()
        return "; ".join(f"{h.part} {h.condition}: {h.why}" for h in bad) or "all parts are ok"

    def _status(self, state: Literal["online", "offline"], since: float) -> StationStatus:
        return StationStatus(
            **self._wire.envelope(),
            state=state,
            version=__version__,
            health=self._book.worst,
            since=moment(since),
            waiting=self._waiting(),
        )

    def _keep(self, message: Message) -> None:
        if self.link is not None:
            self.link.set_state(topic_of(message), message.payload(), message.qos)
