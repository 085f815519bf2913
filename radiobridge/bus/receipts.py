"""Which messages a named receiver must be sent again, and when: it confirms each with a receipt.

Sans-IO; times are seconds of a clock that only moves forward. What a receiver leaves unconfirmed
for the time-out is sent again in a window: the next copy goes out when a receipt comes in. So a slow
receiver sets the pace, one that lost everything gets it all, and a dead one gets a few copies of the
oldest, ever less often.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW = 32
"""Copies under way to one receiver without a receipt: enough to keep a fast one busy."""
_LONGEST_PAUSE_S = 600.0
"""A dead receiver is tried this often at least; one that comes back confirms something fresh earlier."""
_CHECKPOINTS = 64
"""Into so many steps the time-out is divided: times of publication are kept no finer."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Look for unconfirmed messages with numbers in (after, up_to], at the most `limit`."""

    after: int
    up_to: int
    limit: int


class ReceiverWatch:
    """What one receiver has yet to confirm; messages are known by their rising numbers."""

    def __init__(self, receiver: str, timeout_s: float) -> None:
        self.receiver = receiver
        self.late = False
        """True while messages stay unconfirmed beyond the time-out."""
        self._timeout_s = timeout_s
        self._published: deque[tuple[float, int]] = deque()
        self._overdue = 0
        self._confirmed_to = 0
        self._cursor = 0
        self._under_way: set[int] = set()
        self._progress_at = 0.0
        self._pause_s = timeout_s
        self._pause_until = 0.0

    def published(self, seq: int, now: float) -> None:
        """The broker took this message (and all before it) over just now."""
        if self._published and seq <= self._published[-1][1]:
            return
        if len(self._published) > 1 and now - self._published[-2][0] < self._timeout_s / _CHECKPOINTS:
            self._published.pop()
        self._published.append((now, seq))

    def begin_again(self, up_to: int, now: float) -> None:
        """The broker may have forgotten what it took over: numbers up to `up_to` are overdue at once."""
        self._published.clear()
        self._overdue = up_to
        self._under_way.clear()
        self._cursor = self._confirmed_to
        self._pause_until = now
        self._pause_s = self._timeout_s

    def confirmed(self, seq: int, now: float) -> None:
        """A receipt came; a receiver that had been given up is alive again."""
        if seq in self._under_way:
            self._under_way.remove(seq)
            self._progress_at = now
            if not self._under_way:
                self._pause_until = now
        if self._pause_s > self._timeout_s:
            self._pause_s = self._timeout_s
            self._pause_until = now

    def due(self, now: float) -> Missing | None:
        """Which messages to look for and send again now, or None."""
        while self._published and self._published[0][0] <= now - self._timeout_s:
            self._overdue = max(self._overdue, self._published.popleft()[1])
        if now < self._pause_until or self._overdue <= self._confirmed_to:
            return None
        if len(self._under_way) < WINDOW:
            return Missing(self._cursor, self._overdue, WINDOW - len(self._under_way))
        self._give_up_without_progress(now)
        return None

    def found(self, asked: Missing, seqs: list[int], now: float) -> None:
        """These are unconfirmed within `asked` and are sent again now; fewer than its limit: the last."""
        if not self._under_way:
            self._progress_at = now
        self._under_way.update(seqs)
        if seqs:
            self.late = True
            self._cursor = seqs[-1]
        elif self._under_way:
            self._pause_until = now + self._timeout_s / _CHECKPOINTS
            self._give_up_without_progress(now)
        elif asked.after == self._confirmed_to:
            self.late = False
            self._confirmed_to = self._cursor = asked.up_to
        else:
            self._rest(now, 0.0)

    def _give_up_without_progress(self, now: float) -> None:
        if now - self._progress_at >= self._timeout_s:
            self._pause_s = min(self._pause_s * 2, _LONGEST_PAUSE_S)
            self._rest(now, self._pause_s)

    def _rest(self, now: float, pause_s: float) -> None:
        """A sweep is over: after the pause the next begins with the oldest unconfirmed message."""
        self._under_way.clear()
        self._cursor = self._confirmed_to
        self._pause_until = now + pause_s
