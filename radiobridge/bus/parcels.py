"""Messages on their way to the broker: which one is next, and which are in memory at all.

Sans-IO. What waits on disk is read in pages, so that a week's backlog takes no memory; what the disk
does not take is held here and follows after what is on disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import Enum

from radiobridge.bus.stored import Outgoing, Stored

PAGE = 256
"""Messages read from disk at a time; also the most fresh ones that skip the reading."""


class Sending(Enum):
    """Why a message is sent."""

    FRESH = "fresh"
    """For the first time, or again after a lost connection."""
    AGAIN = "again"
    """A receiver has not confirmed it."""
    REPLAY = "replay"
    """Somebody asked for it."""


@dataclass(eq=False, slots=True)
class Parcel:
    """A message on its way. `seq`: its number on disk, None while memory alone holds it."""

    message: Outgoing
    seq: int | None = None
    sending: Sending = Sending.FRESH
    taken: bool = False
    done: bool = False
    confirmed: set[str] = field(default_factory=set)


class SendOrder:
    """Fresh messages in the order in which they came.

    `cursor`: up to which number messages of the disk were queued; `last_seq`: the highest there is.
    """

    def __init__(self) -> None:
        self.cursor = 0
        self.last_seq = 0
        self._ready: deque[Parcel] = deque()
        self._held: deque[Parcel] = deque()

    @property
    def must_read(self) -> bool:
        """The next message is on disk alone."""
        return not self._ready and self.cursor < self.last_seq

    def stored(self, parcels: Iterable[Parcel]) -> None:
        """These got their numbers just now; those that follow what is queued need not be read again."""
        for parcel in parcels:
            if parcel.seq is None:
                continue
            self.last_seq = max(self.last_seq, parcel.seq)
            if parcel.seq == self.cursor + 1 and (parcel.taken or len(self._ready) < PAGE):
                self.cursor = parcel.seq
                if not parcel.taken:
                    self._ready.append(parcel)
        self._held = deque(parcel for parcel in self._held if parcel.seq is None)

    def hold(self, parcel: Parcel) -> None:
        """The disk does not take this one; it is sent from memory."""
        self._held.append(parcel)

    def read(self, rows: list[Stored], last_seq: int, done: Collection[int]) -> None:
        """A page was read while `last_seq` was the last number; `done` are known to have arrived."""
        self.cursor = rows[-1].seq if len(rows) >= PAGE else max([last_seq, *(r.seq for r in rows[-1:])])
        self.last_seq = max(self.last_seq, self.cursor)
        self._ready.extend(Parcel(row.message, row.seq) for row in rows if row.seq not in done)

    def next(self) -> Parcel | None:
        """The next message in memory, or None."""
        for queue in (self._ready, self._held):
            while queue:
                parcel = queue.popleft()
                if not parcel.done:
                    parcel.taken = True
                    return parcel
        return None

    def rewind(self, cursor: int, held: Iterable[Parcel]) -> None:
        """What is on disk after number `cursor` is sent again, and then what memory holds."""
        self.cursor = min(cursor, self.last_seq)
        self._ready.clear()
        self._rewind_held(held)

    def put_back(self, parcels: Iterable[Parcel], held: Iterable[Parcel]) -> None:
        """As `rewind` while the disk cannot be read: `parcels` were taken and did not arrive."""
        back = [p for p in parcels if p.seq is not None and p.sending is Sending.FRESH and not p.done]
        self._ready.extendleft(reversed(back))
        self._rewind_held(held)

    def _rewind_held(self, held: Iterable[Parcel]) -> None:
        self._held = deque(parcel for parcel in held if not parcel.done)
        for parcel in self._held:
            parcel.taken = False
