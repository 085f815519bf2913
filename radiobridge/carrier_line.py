"""The carrier line of a channel, as the channel's thread asks it for each block of sound.

A line that dies must not stop the channel: it is opened again with back-off for ever, in a thread of its own,
since opening may take its time; meanwhile nobody knows whether there is a carrier.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from radiobridge.errors import DeviceLost, MissingPart
from radiobridge.ports import CarrierSense, load_carrier_sense
from radiobridge.settings import ChannelSettings

log = logging.getLogger(__name__)

_FIRST_RETRY_S = 0.5
_LONGEST_RETRY_S = 30.0
_CLOSE_S = 1.0


class CarrierLine:
    """Opened at the first question. `trouble` says why it does not answer; empty while it does."""

    def __init__(self, driver: CarrierSense, clock: Callable[[], float] = time.monotonic) -> None:
        self.trouble = ""
        self._driver = driver
        self._clock = clock
        self._is_open = False
        self._opener: threading.Thread | None = None
        self._retry_s = _FIRST_RETRY_S
        self._opened_at = self._retry_at = clock()

    @property
    def name(self) -> str:
        """The line in words that its user knows."""
        return self._driver.name

    def state(self) -> bool | None:
        """Whether the radio receives a carrier; None while the line does not answer."""
        if not self._is_open:
            self._reopen()
            return None
        try:
            answer = self._driver.is_open()
        except DeviceLost as error:
            self._lost(str(error))
            return None
        except Exception as error:
            log.exception("carrier line %s: fault in its driver", self.name)
            self._lost(f"fault in its driver: {error!r}")
            return None
        self.trouble = ""
        return answer

    def close(self) -> None:
        """The line is free again. An opening that hangs is left behind."""
        if self._opener:
            self._opener.join(_CLOSE_S)
        self._is_open = False
        self._driver.close()

    def _reopen(self) -> None:
        if self._clock() >= self._retry_at and not (self._opener and self._opener.is_alive()):
            self._opener = threading.Thread(target=self._open, name=f"carrier-{self.name}", daemon=True)
            self._opener.start()

    def _open(self) -> None:
        self._opened_at = self._clock()
        try:
            self._driver.close()
            self._driver.open()
        except (DeviceLost, MissingPart) as error:
            self._lost(str(error))
        except Exception as error:
            log.exception("carrier line %s: fault in its driver", self.name)
            self._lost(f"fault in its driver: {error!r}")
        else:
            self._is_open = True

    def _lost(self, why: str) -> None:
        self._is_open = False
        self.trouble = why
        now = self._clock()
        if now - self._opened_at > _LONGEST_RETRY_S:
            self._retry_s = _FIRST_RETRY_S
        self._retry_at = now + self._retry_s
        self._retry_s = min(self._retry_s * 2, _LONGEST_RETRY_S)


def carrier_line(settings: ChannelSettings) -> CarrierLine | None:
    """The channel's line, where its squelch opens on it."""
    if not settings.carrier or "carrier" not in settings.squelch.sources:
        return None
    driver = load_carrier_sense(settings.carrier.driver)
    return CarrierLine(driver(driver.Settings.model_validate(settings.carrier.options)))
