"""Whether the clock can be trusted: a PC without a clock that runs while it is off begins in another year."""

from __future__ import annotations

from collections.abc import Callable

_JUMP_S = 60.0
"""More than a clock is ever slewed within the day; less than what makes a recording old."""
_STEADY_S = 600.0
"""A time server has long been asked by then."""


class SteadyClock:
    """Sans-IO; `clock`: UTC seconds, `timer`: seconds that only rise."""

    def __init__(self, clock: Callable[[], float], timer: Callable[[], float]) -> None:
        self._clock = clock
        self._timer = timer
        self._offset = clock() - timer()
        self._steady_from = timer() + _STEADY_S

    def is_steady(self) -> bool:
        """True when the clock was not set for ten minutes; to be asked now and then."""
        offset = self._clock() - self._timer()
        if abs(offset - self._offset) > _JUMP_S:
            self._offset = offset
            self._steady_from = self._timer() + _STEADY_S
        return self._timer() >= self._steady_from
