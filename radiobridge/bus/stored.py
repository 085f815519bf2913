"""What goes into the outbox and comes out of it, as frozen dataclasses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that must arrive: `id` (ULID) is the one that receivers drop repeats by.

    `topic`: the whole topic. `channel`: whose order it keeps. `at`: UTC seconds since 1970.
    """

    id: str
    topic: str
    payload: bytes
    channel: str
    at: float


@dataclass(frozen=True, slots=True)
class Stored:
    """A message on disk under its number; numbers rise in the order of arrival and are never reused."""

    seq: int
    message: Outgoing


@dataclass(frozen=True, slots=True)
class Receipted:
    """A receiver confirmed the message with this number for the first time."""

    seq: int
    receiver: str


@dataclass(frozen=True, slots=True)
class Selection:
    """What a replay asks for: after the message `since_id`, between two times, on these topics.

    `since`, `until`: UTC seconds since 1970, both included. `topics`: whole topics; empty means all.
    `limit`: the most messages.
    """

    since_id: str | None = None
    since: float | None = None
    until: float | None = None
    topics: tuple[str, ...] = ()
    limit: int = 10_000

    def where(self) -> tuple[str, dict[str, object]]:
        """The condition in SQL, with its named values. An id that was trimmed is placed by its ULID."""
        parts, values = ["TRUE"], dict[str, object]()
        if self.since_id is not None:
            parts.append(
                "CASE WHEN EXISTS (SELECT 1 FROM messages WHERE id = :since_id)"
                " THEN seq > (SELECT seq FROM messages WHERE id = :since_id) ELSE id > :since_id END"
            )
            values["since_id"] = self.since_id
        if self.since is not None:
            parts.append("at >= :since")
            values["since"] = self.since
        if self.until is not None:
            parts.append("at <= :until")
            values["until"] = self.until
        if self.topics:
            names = {f"topic{number}": topic for number, topic in enumerate(self.topics)}
            parts.append(f"topic IN ({', '.join(f':{name}' for name in names)})")
            values.update(names)
        return " AND ".join(parts), values


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How full the store is. `used_bytes`: what the file holds, without pages that are free again."""

    last_seq: int = 0
    waiting: int = 0
    waiting_bytes: int = 0
    oldest_waiting_at: float | None = None
    used_bytes: int = 0


@dataclass(frozen=True, slots=True)
class OutboxStatus:
    """What has not arrived yet. `refused` counts since the start; `oldest_waiting_s` in seconds."""

    waiting: int
    held: int
    refused: int
    oldest_waiting_s: float
