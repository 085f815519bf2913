"""Topic names of the bus: `radiobridge/v1/<station>/…`."""

from __future__ import annotations

from radiobridge.bus.envelope import Message

ROOT = "radiobridge/v1"


def of_station(station: str, rest: str) -> str:
    """The full topic of `rest` at a station."""
    return f"{ROOT}/{station}/{rest}"


def topic_of(message: Message) -> str:
    """Where `message` is published; the names in its model's topic are its own fields."""
    fields = {name: getattr(message, name) for name in type(message).model_fields}
    return of_station(message.station, type(message).topic.format(**fields))


def after_station(topic: str, station: str) -> str | None:
    """What follows the station's level, or None for a topic that is not this station's."""
    prefix = of_station(station, "")
    return topic.removeprefix(prefix) if topic.startswith(prefix) else None
