"""The sound output of one channel while it lives and dies: opened again with back-off for ever, and reported.

A silent output is asked now and then whether it is still there: its death must not be found out by the next
emergency.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from radiobridge.backoff import Backoff
from radiobridge.events import Condition, Health
from radiobridge.ports import AudioOutput

log = logging.getLogger(__name__)

_CHECK_S = 0.5
"""How often it is asked."""


class SoundOutlet:
    """All calls but `retry` come from the thread that sends, which calls `emit`. Times are monotonic."""

    def __init__(self, channel: str, output: AudioOutput, emit: Callable[[Health], None]) -> None:
        self.part = f"output/{channel}"
        """Its name among the parts of the station."""
        self.output = output
        self.is_open = False
        self._emit = emit
        self._backoff = Backoff()
        self._tend_at = 0.0
        self._reported = ""

    @property
    def tend_at(self) -> float:
        """When `tend` has something to do."""
        return self._tend_at

    def tend(self) -> None:
        """A lost output is opened when it is time, an open one asked whether it is there.

        Raises:
            DeviceLost, MissingPart: it is not; `lost` is to be told.
        """
        now = time.monotonic()
        if now < self._tend_at:
            return
        if not self.is_open:
            self._backoff.opens(now)
            self.output.close()
            self.output.open()
            self.is_open = True
            self._say(Condition.OK)
        else:
            self.output.pending_s()
        self._tend_at = now + _CHECK_S

    def lost(self, why: str) -> None:
        """It died, or did not open."""
        now = time.monotonic()
        self.is_open = False
        self._tend_at = now + self._backoff.died(now)
        self._say(Condition.FAILED, why)

    def retry(self) -> None:
        """There is hope: where it is lost it is opened at the next `tend`."""
        if not self.is_open:
            self._backoff.soon()
            self._tend_at = 0.0

    def _say(self, condition: Condition, why: str = "") -> None:
        if why == self._reported and condition is not Condition.OK:
            return
        self._reported = why
        log.debug("%s: %s", self.output.name, why or "ready")
        self._emit(Health(self.part, time.time(), condition, why))
