"""Messages that somebody asked for again: read from disk in pages, in order, one request after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from radiobridge.bus.parcels import PAGE, Parcel, Sending
from radiobridge.bus.resend import Read
from radiobridge.bus.stored import Selection
from radiobridge.errors import CommandRefused

_MOST_WAITING = 16


class Replays:
    """The replays that are not finished."""

    def __init__(self) -> None:
        self._asked: deque[tuple[Selection, int]] = deque()
        self._after = 0
        self._read: deque[Parcel] = deque()

    def check_room(self) -> None:
        """Raises CommandRefused when too many replays wait already."""
        if len(self._asked) >= _MOST_WAITING:
            raise CommandRefused(f"{_MOST_WAITING} replays are still being sent: try again later")

    def add(self, selection: Selection, up_to: int) -> None:
        """The selected messages with numbers up to `up_to` will be sent."""
        self._asked.append((selection, up_to))

    def put_back(self, lost: Iterable[Parcel]) -> None:
        """These were sent without an answer."""
        self._read.extendleft(reversed([p for p in lost if p.sending is Sending.REPLAY]))

    async def next(self, read: Read) -> Parcel | None:
        """The next message of the oldest replay, or None."""
        if not self._read and self._asked:
            selection, up_to = self._asked[0]
            rows = await read(lambda store: store.selected(selection, self._after, up_to, PAGE))
            if rows is None:
                return None
            self._read.extend(Parcel(row.message, row.seq, Sending.REPLAY) for row in rows)
            if len(rows) < PAGE:
                self._asked.popleft()
                self._after = 0
            else:
                self._after = rows[-1].seq
        return self._read.popleft() if self._read else None
