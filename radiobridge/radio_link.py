"""One radio, as its channel has it: a thread that keys it, releases it, and asks whether there is a carrier.

PTT is off before anything else happens, whenever the radio is lost, and when it was held for longer than the
time-out timer allows: that is watched here, whatever the rest of the channel does. A radio that dies is
opened again with back-off for ever.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from radiobridge.backoff import Backoff
from radiobridge.errors import DeviceLost, MissingPart, TransmitRefused
from radiobridge.events import Condition, Health
from radiobridge.ports import ANSWER_S, Radio, load_radio
from radiobridge.settings import ChannelSettings

log = logging.getLogger(__name__)

_POLL_S, _IDLE_POLL_S = 0.02, 0.5
"""How often a radio is asked for its carrier: one whose carrier opens the squelch, and any other."""
_STALE_S = 1.0
"""An answer that is older says nothing of the carrier now."""
_ANSWER_MORE_S = 0.5
"""A turn that had begun may have to end first."""
_OVERTIME_S = 1.0
"""The transmit queue ends a transmission at the time-out; when it has not by so much more, the radio does."""


class RadioLink:
    """The radio's thread. `emit` is called from it.

    `timeout_s`: the time-out timer. `listens`: its carrier opens the squelch. `frequency_hz`: the only
    frequency on which it may transmit, where the radio says on which it is; None: any.
    """

    def __init__(
        self,
        channel: str,
        driver: Radio,
        *,
        timeout_s: float,
        frequency_hz: int | None,
        listens: bool,
        emit: Callable[[Health], None],
    ) -> None:
        self._driver = driver
        self._timeout_s = timeout_s
        self._frequency_hz = frequency_hz
        self._poll_s = _POLL_S if listens else _IDLE_POLL_S
        self._emit = emit
        self.part = f"radio/{channel}"
        """Its name among the parts of the station."""
        self._condition = threading.Condition()
        self._wanted = False
        self._applied: bool | None = None
        """What PTT is; None while the radio is lost."""
        self._refusal = ""
        self._may_be_on = False
        """It was lost while it transmitted."""
        self._keyed_at = 0.0
        self._carrier: bool | None = None
        self._asked_at = time.monotonic()
        self._trouble = ""
        self._reported = ""
        self._backoff = Backoff()
        self._retries = False
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"radio-{channel}", daemon=True)

    @property
    def name(self) -> str:
        """The radio in words that its user knows."""
        return self._driver.name

    @property
    def trouble(self) -> str:
        """Why the radio does not answer; empty while it does."""
        with self._condition:
            if self._trouble:
                return self._trouble
            silent_s = time.monotonic() - self._asked_at
            return f"no answer for {silent_s:.0f} s" if silent_s > _STALE_S else ""

    def start(self) -> None:
        """The radio is opened, its transmitter off."""
        self._thread.start()

    def close(self, timeout_s: float = 1.0) -> bool:
        """PTT is released and the radio is free; False when the driver does not come back in time."""
        with self._condition:
            self._stopping = True
            self._wanted = False
            self._condition.notify_all()
        if self._thread.ident:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def retry(self) -> None:
        """There is hope: where the radio is lost it is opened again now."""
        with self._condition:
            self._retries = True
            self._condition.notify_all()

    def carrier(self) -> bool | None:
        """Whether the radio receives a carrier; None when it does not say."""
        return None if self.trouble else self._carrier

    def key(self) -> None:
        """PTT is on.

        Raises:
            TransmitRefused: the radio is on another frequency.
            DeviceLost: it is lost, or does not answer.
        """
        with self._condition:
            self._refusal = ""
            self._want(on=True)
            if self._refusal:
                raise TransmitRefused(self._refusal)
            if not self._applied:
                self._wanted = False
                raise DeviceLost(self._trouble or f"{self.name} does not answer")

    def release(self) -> None:
        """PTT is off. Raises DeviceLost where that cannot be known: the thread keeps trying."""
        with self._condition:
            self._want(on=False)
            if self._applied is not False:
                raise DeviceLost(self._trouble or f"{self.name} does not answer")

    def _want(self, *, on: bool) -> None:
        """PTT is as wanted, or refused, or the radio is lost, or the time is up."""
        self._wanted = on
        self._condition.notify_all()
        self._condition.wait_for(
            lambda: self._applied is None or self._applied is on or self._refusal, ANSWER_S + _ANSWER_MORE_S
        )

    def _run(self) -> None:
        while not self._stopping:
            self._retries = False
            self._backoff.opens(time.monotonic())
            try:
                with self._driver:
                    self._well()
                    while not self._stopping:
                        self._turn()
                    if self._applied:
                        self._apply(on=False)
            except (DeviceLost, MissingPart) as error:
                self._lost(str(error))
            except Exception as error:
                log.exception("%s: fault in its driver", self.name)
                self._lost(f"fault in its driver: {error!r}")
            self._wait_for_hope(self._backoff.died(time.monotonic()))

    def _wait_for_hope(self, longest_s: float) -> None:
        with self._condition:
            if self._condition.wait_for(lambda: self._stopping or self._retries, longest_s):
                self._backoff.soon()

    def _well(self) -> None:
        with self._condition:
            self._trouble, self._applied, self._asked_at = "", False, time.monotonic()
            self._may_be_on = False
            self._condition.notify_all()
        self._say(Condition.OK)

    def _turn(self) -> None:
        """PTT is as it is wanted, and the carrier was asked for."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._stopping or self._wanted is not self._applied, self._poll_s
            )
            wanted = self._wanted and not self._stopping
        if wanted is not self._applied:
            self._apply(on=wanted)
        if wanted and time.monotonic() - self._keyed_at > self._timeout_s + _OVERTIME_S:
            self._wanted = False
            self._apply(on=False)
            held_s = self._timeout_s + _OVERTIME_S
            self._say(Condition.DEGRADED, f"PTT was held for {held_s:.0f} s and has been released")
        carrier = self._driver.carrier()
        with self._condition:
            self._carrier, self._asked_at = carrier, time.monotonic()

    def _apply(self, *, on: bool) -> None:
        if on and (refusal := self._off_frequency()):
            with self._condition:
                self._wanted, self._refusal = False, refusal
                self._condition.notify_all()
            return
        # Before the answer: a radio that dies while it is told may have heard it.
        self._may_be_on |= on and not self._driver.releases_by_itself
        self._driver.set_ptt(on)
        with self._condition:
            self._may_be_on &= on
            self._keyed_at = time.monotonic()
            self._applied = on
            self._condition.notify_all()

    def _off_frequency(self) -> str:
        """Why the radio must not transmit where it is; empty where it may."""
        at_hz = self._driver.frequency_hz() if self._frequency_hz else None
        if at_hz is None or at_hz == self._frequency_hz:
            return ""
        return (
            f"{self.name} is on {at_hz / 1e6:.4f} MHz and may transmit on "
            f"{(self._frequency_hz or 0) / 1e6:.4f} MHz alone (frequency_hz)"
        )

    def _lost(self, why: str) -> None:
        with self._condition:
            if self._may_be_on:
                why = f"{why}; PTT may still be on: look at the radio"
            self._trouble, self._applied, self._carrier = why, None, None
            self._wanted = False
            self._condition.notify_all()
        self._say(Condition.FAILED, why)

    def _say(self, condition: Condition, why: str = "") -> None:
        if why == self._reported and condition is not Condition.OK:
            return
        self._reported = why
        log.debug("%s: %s", self.name, why or "ready")
        self._emit(Health(self.part, time.time(), condition, why))


def radio_link(settings: ChannelSettings, emit: Callable[[Health], None]) -> RadioLink | None:
    """The channel's radio, where it has one; not started yet."""
    if settings.radio is None:
        return None
    driver = load_radio(settings.radio.driver)
    return RadioLink(
        settings.name,
        driver(driver.Settings.model_validate(settings.radio.options)),
        timeout_s=settings.transmit.timeout_s,
        frequency_hz=settings.transmit.frequency_hz,
        listens="carrier" in settings.squelch.sources,
        emit=emit,
    )
