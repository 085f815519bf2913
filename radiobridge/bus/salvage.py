"""A damaged outbox file: moved aside whole, and read for the unsent messages that it still gives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from radiobridge.bus.stored import Outgoing
from radiobridge.errors import OutboxFull

_COMPANIONS = ("-wal", "-shm", "")


def move_aside(path: Path, now: float) -> Path:
    """The file and its companions have a name with `.damaged-<UTC time>`; returns the file's.

    Raises:
        OutboxFull: the folder does not allow it.
    """
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%S")
    number, aside = 1, path.with_name(f"{path.name}.damaged-{stamp}")
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    try:
        for companion in _COMPANIONS:
            part = path.with_name(path.name + companion)
            if part.exists():
                part.rename(aside.with_name(aside.name + companion))
    except OSError as error:
        raise OutboxFull(
            f"{path} is damaged and cannot be moved aside ({error.strerror}): move it away by hand"
        ) from error
    return aside


def salvage(path: Path) -> Iterator[Outgoing]:
    """The unsent messages that can be read: from the first on up to the damage, then back from the last.

    The second run repeats the order within itself, so that each message still comes after those
    before it on the same side of the damage.
    """
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        last = 0
        with suppress(sqlite3.Error):
            for seq, message in _unsent(db, "ASC", after=0):
                last = seq
                yield message
        behind: list[Outgoing] = []
        with suppress(sqlite3.Error):
            behind.extend(message for _, message in _unsent(db, "DESC", after=last))
        yield from reversed(behind)


def _unsent(db: sqlite3.Connection, order: str, after: int) -> Iterator[tuple[int, Outgoing]]:
    """Rows in the table's own order; the indexes may be what is damaged."""
    rows = db.execute(
        "SELECT seq, id, topic, payload, channel, at FROM messages NOT INDEXED"  # noqa: S608  constant
        f" WHERE done_at IS NULL AND seq > ? ORDER BY seq {order}",
        (after,),
    )
    for seq, id_, topic, payload, channel, at in rows:
        if isinstance(id_, str) and isinstance(topic, str) and isinstance(payload, bytes):
            yield seq, Outgoing(id=id_, topic=topic, payload=payload, channel=str(channel), at=float(at))
