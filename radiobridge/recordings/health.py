"""The condition of the recordings, told once a change. Sans-IO but for the lock: several threads report."""

from __future__ import annotations

import threading
from collections.abc import Callable

from radiobridge.events import Condition, Health

PART = "recordings"

_LEFT_OUT_S = 60.0
"""Sound that was left out, a disk that hung or a fault are degraded health for this long after the last."""
_SHED_S = 3600.0
"""The same for recordings that had to go for want of space."""
_TOO_SLOW = (
    "sound is left out of recordings: the disk does not keep up; end what else writes to it, "
    "use a faster one ([recordings] dir), or record fewer channels"
)
_HANGS = (
    "the disk of the recordings does not answer, sound waits in memory: look at the kernel's log, "
    "or at the network that it is reached by"
)
_SHED = (
    "recordings are removed before their time because the disk is nearly full: free space, "
    "or lower [recordings] max_mb"
)


class RecordingsHealth:
    """What the part `recordings` is to say of itself; `emit` must only hand the event on."""

    def __init__(
        self, emit: Callable[[Health], None], clock: Callable[[], float], timer: Callable[[], float]
    ) -> None:
        self._emit = emit
        self._clock = clock
        self._timer = timer
        self._lock = threading.Lock()
        self._stopped = ""
        self._concern = ""
        self._passing: dict[str, float] = {}
        self._last: tuple[Condition, str] | None = None

    def stopped(self, why: str) -> None:
        """Nothing is recorded."""
        with self._lock:
            self._stopped = f"nothing is recorded: {why}"
            self._report()

    def goes_on(self, concern: str = "") -> None:
        """Transmissions are recorded; `concern`: what is wrong all the same."""
        with self._lock:
            self._stopped, self._concern = "", concern
            self._report()

    def left_out(self) -> None:
        """The disk was too slow for some sound."""
        self._note(_TOO_SLOW, _LEFT_OUT_S)

    def hangs(self) -> None:
        """The disk has been asked for something long ago."""
        self._note(_HANGS, _LEFT_OUT_S)

    def shed(self) -> None:
        """Recordings were removed for want of space."""
        self._note(_SHED, _SHED_S)

    def fault(self, why: str) -> None:
        """Something went wrong that should not have."""
        self._note(f"fault in recording: {why}; the log has the details, report it", _LEFT_OUT_S)

    def _note(self, why: str, for_s: float) -> None:
        with self._lock:
            self._passing[why] = self._timer() + for_s
            self._report()

    def _report(self) -> None:
        now = self._timer()
        self._passing = {why: until for why, until in self._passing.items() if until > now}
        said = [why for why in (self._stopped, self._concern, *self._passing) if why]
        condition = Condition.DEGRADED if said else Condition.OK
        if self._stopped:
            condition = Condition.FAILED
        new = (condition, "; ".join(said))
        if new != self._last:
            self._last = new
            self._emit(Health(PART, self._clock(), condition, new[1]))
