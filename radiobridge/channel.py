"""One radio channel: a thread that takes sound from a driver and hands on what it heard in it.

The thread reads, resamples and decodes; only events leave it. A device that dies is reported and opened
again with back-off for ever; the other channels never notice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from radiobridge.backoff import Backoff
from radiobridge.errors import DeviceLost, EndOfAudio, MissingPart
from radiobridge.events import (
    Activity,
    AnnouncementEnded,
    AudioBlock,
    ChannelState,
    Condition,
    Health,
    Signal,
    TransmissionAudio,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.links import Links
from radiobridge.ports import AudioInput
from radiobridge.radio_link import radio_link
from radiobridge.receive.chain import ChainEvent, ReceiveChain
from radiobridge.receive.signal_health.watch import SignalWatch
from radiobridge.receive.squelch import words
from radiobridge.recordings.recorder import Recorder
from radiobridge.settings import ChannelSettings
from radiobridge.speech.engines import SpeechEngines
from radiobridge.transmitter import Transmitter, transmitter_of

log = logging.getLogger(__name__)

ChannelEvent: TypeAlias = (
    TransmissionStarted | TransmissionEnded | Signal | ChannelState | AnnouncementEnded | Health
)
Emit: TypeAlias = Callable[[ChannelEvent], None]

_one_chain_at_a_time = threading.Lock()
"""Threads that fight for the interpreter between any two array operations spend more on switching than on
hearing: with 16 live channels 55 to 75 % of a core, and 35 % when each waits here for its turn of 0.2 ms."""
_READ_TIMEOUT_S = 0.25
_RADIO_CLOSE_S = 0.2
"""The least that a radio gets to release PTT, whatever the rest of the channel took."""
_STATE_EVERY_S = 30.0
"""An idle channel says its level this often, so that a stale state is seen to be stale."""
_LOST_REPORT_S = 10.0
"""Dropped sound is degraded health until this long after the last loss."""


class Channel:
    """A channel's thread. `emit` is called from that thread with each event, in their order."""

    def __init__(
        self,
        settings: ChannelSettings,
        driver: type[AudioInput],
        *,
        emit: Emit,
        speech: SpeechEngines | None,
        recorder: Recorder | None,
        new_id: Callable[[], str],
    ) -> None:
        self.settings = settings
        self.name = settings.name
        self.ended = threading.Event()
        self._driver = driver
        self._input_settings = driver.Settings.model_validate(settings.input.options)
        self._emit = emit
        self._speech = speech if settings.speech else None
        self._recorder = recorder if settings.record else None
        self._new_id = new_id
        self._stopping = threading.Event()
        self._hope = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"channel-{self.name}", daemon=True)
        self._part = f"channel/{self.name}"
        self._busy = False
        self._last_heard_at: float | None = None
        self._activity: Activity | None = None
        self._state_at = 0.0
        self._lost_at: float | None = None
        self._concerns: dict[str, str] = {}
        self._asked_at: float | None = None
        """When a driver was last asked for something and has not answered yet; monotonic."""
        self._hung = False
        self._radio = radio_link(settings, self._hears_of)
        self.transmitter: Transmitter | None = transmitter_of(settings, self._radio, self._hears_of)
        """What sends on the channel; None where it has no output."""
        self.links: Links | None = None
        """Where what it hears is relayed to; set before it starts."""
        self._watch = SignalWatch(
            settings.squelch, silent_alarm_h=settings.silent_alarm_h, is_analogue=driver.is_analogue
        )

    @property
    def parts(self) -> tuple[str, ...]:
        """What of it reports its health: sound in, then what it has for sending."""
        return (self._part, *(part.part for part in (self._radio, self.transmitter) if part))

    def start(self) -> None:
        """The channel listens; before that its transmitter is off."""
        if self._radio:
            self._radio.start()
        if self.transmitter:
            self.transmitter.start()
        self._thread.start()

    def stop(self) -> None:
        """The channel is asked to end; `join` waits for it."""
        self._stopping.set()
        self._hope.set()
        if self.transmitter:
            self.transmitter.stop()

    def join(self, timeout_s: float) -> bool:
        """True when all that the channel runs has ended within `timeout_s`; PTT is off then."""
        deadline = time.monotonic() + timeout_s
        ended = self.transmitter.join(timeout_s) if self.transmitter else True
        self._thread.join(max(deadline - time.monotonic(), 0))
        if self._radio:
            ended = self._radio.close(max(deadline - time.monotonic(), _RADIO_CLOSE_S)) and ended
        return ended and not self._thread.is_alive()

    def report_if_hung(self, after_s: float) -> None:
        """A driver that has not come back for `after_s` is known to hang; called from outside."""
        asked_at = self._asked_at
        silent_s = 0.0 if asked_at is None else time.monotonic() - asked_at
        hung = silent_s > after_s
        if hung and not self._hung:
            why = f"the driver {self.settings.input.driver} hangs: no answer for {silent_s:.0f} s"
            self._emit(Health(self._part, time.time(), Condition.FAILED, why))
        elif self._hung and not hung:
            self._emit(Health(self._part, time.time(), Condition.OK))
        self._hung = hung

    def _hears_of(self, event: AnnouncementEnded | Health) -> None:
        """The radio or the output says something; called from their threads."""
        self._emit(event)
        if isinstance(event, Health) and event.condition is Condition.OK:
            self._hope.set()
            self._retry_sending(but=event.part)

    def _retry_sending(self, but: str) -> None:
        """Sound card and PTT are often one cable: what else is lost of it is tried again now."""
        for sending in (self._radio, self.transmitter):
            if sending and sending.part != but:
                sending.retry()

    def _run(self) -> None:
        backoff = Backoff()
        while True:
            self._hope.clear()
            if self._stopping.is_set():
                break
            self._asked_at = time.monotonic()
            backoff.opens(self._asked_at)
            try:
                self._listen()
            except EndOfAudio as end:
                self._asked_at = None
                self._failed(f"{end}: nothing more is heard on this channel until a restart")
                break
            except (DeviceLost, MissingPart) as error:
                self._failed(str(error))
            except Exception as error:
                log.exception("channel %s: fault in the receive chain", self.name)
                self._failed(f"fault in the receive chain ({error!r}); it starts again by itself")
            self._asked_at = None
            if self._hope.wait(backoff.died(time.monotonic())):
                backoff.soon()
        self.ended.set()

    def _failed(self, why: str) -> None:
        log.debug("channel %s: %s", self.name, why)
        self._emit(Health(self._part, time.time(), Condition.FAILED, why))
        self._say(Activity.FAILED)
        self._tell_transmitter(busy=False)

    def _concern(self, what: str, why: str) -> None:
        """The channel works, but `what` is wrong; an empty `why` says that it no longer is."""
        if bool(why) == (what in self._concerns):
            return
        if why:
            self._concerns[what] = why
        else:
            del self._concerns[what]
        reasons = " ".join(self._concerns.values())
        condition = Condition.DEGRADED if self._concerns else Condition.OK
        log.debug("channel %s: %s", self.name, reasons or "well again")
        self._emit(Health(self._part, time.time(), condition, reasons))

    def _listen(self) -> None:
        chain = ReceiveChain(self.name, self.settings.squelch, self.settings.signals, self._new_id)
        source = self._driver(self._input_settings)
        try:
            with source:
                log.debug("channel %s: listening to %s", self.name, source.name)
                self._concerns.clear()
                self._watch.restart()
                self._emit(Health(self._part, time.time(), Condition.OK))
                self._retry_sending(but=self._part)
                self._say(Activity.IDLE)
                while not self._stopping.is_set():
                    self._asked_at = time.monotonic()
                    block = source.read(_READ_TIMEOUT_S)
                    self._asked_at = None
                    if block is not None:
                        self._hear(chain, block)
        finally:
            self._hand_on(chain.finish())

    def _hear(self, chain: ReceiveChain, block: AudioBlock) -> None:
        if block.lost_frames or self._lost_at is not None:
            self._report_loss(block)
        carrier = self._radio.carrier() if self._radio and self._asks_carrier else None
        own = self.transmitter is not None and self.transmitter.is_heard
        if own:
            block, carrier = replace(block, samples=np.zeros_like(block.samples)), False
        with _one_chain_at_a_time:
            heard = chain.feed(block, carrier)
            concerns = [] if own else self._watch.feed(block, heard)
        self._hand_on(heard)
        self._tell_transmitter(busy=chain.receiving or bool(carrier))
        for concern in concerns:
            self._concern(concern.name, concern.why)
        self._report_squelch(chain)
        activity = Activity.RECEIVING if chain.receiving else Activity.IDLE
        if self.transmitter and self.transmitter.holds_ptt:
            activity = Activity.TRANSMITTING
        if activity is not self._activity or time.monotonic() - self._state_at > _STATE_EVERY_S:
            self._say(activity, chain.level_dbfs)

    def _hand_on(self, heard: list[ChainEvent]) -> None:
        for event in heard:
            match event:
                case TransmissionAudio():
                    self._pass_on(event)
                case TransmissionStarted():
                    self._begin(event)
                case TransmissionEnded():
                    self._end(event)
                case _:
                    if self._recorder:
                        self._recorder.note(event)
                    self._emit(event)

    def _begin(self, started: TransmissionStarted) -> None:
        recording = self._recorder.start(started) if self._recorder else ""
        self._emit(replace(started, recording=recording))
        if self._speech:
            self._speech.start(self.name, started.id, self.settings.speech, started.at)

    def _pass_on(self, sound: TransmissionAudio) -> None:
        if self._recorder:
            self._recorder.feed(sound)
        if self._speech:
            self._speech.feed(sound)
        if self.links:
            self.links.feed(sound)

    def _end(self, ended: TransmissionEnded) -> None:
        self._last_heard_at = ended.at
        if self.links:
            self.links.finish()
        recording = self._recorder.finish(ended) if self._recorder else ""
        self._emit(replace(ended, recording=recording))
        if self._speech:
            self._speech.finish(ended.id, ended.at)
        self._concern("open", words.stuck_open(self.settings.squelch) if ended.cut else "")

    @property
    def _asks_carrier(self) -> bool:
        return "carrier" in self.settings.squelch.sources

    def _tell_transmitter(self, *, busy: bool) -> None:
        if self.transmitter and busy is not self._busy:
            self.transmitter.channel(busy=busy)
            self._busy = busy

    def _report_squelch(self, chain: ReceiveChain) -> None:
        for what, why in chain.concerns.items():
            self._concern(what, why)
        if self._radio and self._asks_carrier:
            why = self._radio.trouble
            self._concern("carrier", words.carrier_lost(self.settings.squelch, why) if why else "")

    def _report_loss(self, block: AudioBlock) -> None:
        now = time.monotonic()
        if block.lost_frames:
            self._lost_at = now
            self._concern(
                "lost",
                f"{block.lost_frames} frames of sound were lost: the machine or its sound card is too busy; "
                "a key or a word may be missing.",
            )
        elif self._lost_at is not None and now - self._lost_at > _LOST_REPORT_S:
            self._lost_at = None
            self._concern("lost", "")

    def _say(self, activity: Activity, level_dbfs: float | None = None) -> None:
        self._activity = activity
        self._state_at = time.monotonic()
        self._emit(ChannelState(self.name, time.time(), activity, level_dbfs, self._last_heard_at))
