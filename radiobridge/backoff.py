"""When a device that died is opened again: for ever, ever more seldom, and soon where there is hope."""

from __future__ import annotations

FIRST_S = 0.5
LONGEST_S = 5.0
"""Whoever plugs a cable back in looks at the screen for no longer."""


class Backoff:
    """One device's; times are monotonic seconds. One thread at a time may use it."""

    def __init__(self) -> None:
        self._next_s = FIRST_S
        self._opened_at = float("-inf")

    def opens(self, now: float) -> None:
        """An attempt begins."""
        self._opened_at = now

    def died(self, now: float) -> float:
        """The device was lost, or did not open: how many seconds until the next attempt."""
        if now - self._opened_at > LONGEST_S:
            self._next_s = FIRST_S
        wait_s = self._next_s
        self._next_s = min(2 * wait_s, LONGEST_S)
        return wait_s

    def soon(self) -> None:
        """Another part of the same cable is back: the attempts begin anew."""
        self._next_s = FIRST_S
