"""A command for a running station, and its answer over the bus."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable

from pydantic import ValidationError

from radiobridge.bus.command_messages import Command, CommandAnswer
from radiobridge.bus.messages import StationStatus
from radiobridge.bus.subscriber import Received, Subscriber
from radiobridge.bus.topics import of_station
from radiobridge.errors import RadiobridgeError
from radiobridge.near import did_you_mean

_ANSWER_S = 5.0
"""A station answers within milliseconds."""


class Question:
    """One command. `others` takes what comes on further topics of the subscription.

    MQTT 3.1.1, which the embedded broker speaks, does not tell to whom an answer belongs: its `ref` does.
    """

    def __init__(self, bus: Subscriber, station: str, verb: str, command: Command) -> None:
        self._bus = bus
        self._station = station
        self._verb = verb
        self._command = command.model_copy(update={"ref": secrets.token_hex(8)})
        self._answer: CommandAnswer | None = None
        self._stations: dict[str, StationStatus] = {}
        self.others: Callable[[Received], None] = lambda _received: None

    @staticmethod
    def topics(station: str, verb: str) -> list[str]:
        """What must be subscribed to for it."""
        return [of_station(station, f"answer/{verb}"), of_station("+", "status")]

    def answer(self, give_up: float) -> CommandAnswer:
        """The station's answer; `give_up`: monotonic seconds. Raises RadiobridgeError when there is none."""
        answer_s = min(_ANSWER_S, give_up - time.monotonic())
        self._bus.subscribed(answer_s)
        payload = self._command.model_dump_json(exclude_none=True).encode()
        self._bus.publish(of_station(self._station, f"command/{self._verb}"), payload)
        self.receive(time.monotonic() + answer_s, lambda: self._answer is not None)
        if self._answer is None:
            raise RadiobridgeError(f"no answer for {answer_s:.0f} s: {self._why_silent()}")
        return self._answer

    def receive(self, until: float, is_enough: Callable[[], bool]) -> None:
        """What comes is taken, until it is enough or the time is up (monotonic seconds)."""
        while not is_enough() and (left_s := until - time.monotonic()) > 0:
            if received := self._bus.get(left_s):
                self._take(received)

    def _take(self, received: Received) -> None:
        try:
            if received.topic.endswith("/status"):
                status = StationStatus.model_validate_json(received.payload)
                self._stations[status.station] = status
            elif received.topic == of_station(self._station, f"answer/{self._verb}"):
                answer = CommandAnswer.model_validate_json(received.payload)
                if answer.ref == self._command.ref:
                    self._answer = answer
            else:
                self.others(received)
        except ValidationError as error:
            print(f"radiobridge {self._verb}: {received.topic}: not understood: {error}", file=sys.stderr)

    def _why_silent(self) -> str:
        """What the broker knows of the station."""
        status = self._stations.get(self._station)
        if status and status.state == "online":
            return (
                f"station {self._station!r} is online; may this login write to its command/ "
                "and read its answer/ (the broker's ACL)?"
            )
        if status:
            return f"station {self._station!r} is offline since {status.since.astimezone():%Y-%m-%d %H:%M:%S}"
        there = ", ".join(sorted(self._stations)) or "none"
        return (
            f"the broker knows no station {self._station!r} (there are: {there}"
            f"{did_you_mean(self._station, self._stations)}); is the station running, and is its name right?"
        )
