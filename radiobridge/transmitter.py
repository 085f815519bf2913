"""What sends on one channel: a thread that keys the radio, plays the sound, and releases it.

What is sent and when is decided by the transmit queue, what sounds then by the programme. When the sound
output dies, PTT is released first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import numpy as np

from radiobridge.errors import DeviceLost, MissingPart, TransmitRefused
from radiobridge.events import (
    Announcement,
    AnnouncementEnded,
    Health,
    Outcome,
    Priority,
    Samples,
)
from radiobridge.ports import AudioOutput, load_audio_output
from radiobridge.radio_link import RadioLink
from radiobridge.settings import ChannelSettings, TransmitSettings
from radiobridge.sound_outlet import SoundOutlet
from radiobridge.transmit.programme import Programme
from radiobridge.transmit.queue import Ended, KeyUp, Queued, Release, SoundOver, Step, Timing, TransmitQueue
from radiobridge.transmit.relayed import Relay

log = logging.getLogger(__name__)

SEND_HZ = 16_000
"""Rate of the sound that is sent, before the device's own."""

_BLOCK_S = 0.02
_BETWEEN_S = 0.3
"""Quiet between an announcement and the station's identification."""

SendingEvent: TypeAlias = AnnouncementEnded | Health


@dataclass(frozen=True, slots=True)
class _Ready:
    """What waits or is on the air: an announcement's sound, or a relay."""

    cause: str
    sound: Samples
    relay: Relay | None = None
    hears_itself: bool = False


class Transmitter:
    """The channel's sending thread. `emit` is called from it; all other methods from any thread."""

    def __init__(
        self,
        channel: str,
        settings: TransmitSettings,
        output: AudioOutput,
        radio: RadioLink | None,
        emit: Callable[[SendingEvent], None],
    ) -> None:
        self._channel = channel
        self._settings = settings
        self._output = output
        self._outlet = SoundOutlet(channel, output, emit)
        self._radio = radio
        self._emit = emit
        self._queue = TransmitQueue(
            Timing(
                lead_s=settings.lead_s,
                tail_s=settings.tail_s,
                timeout_s=settings.timeout_s,
                gap_s=settings.gap_s,
                free_s=settings.free_s,
                identify_s=settings.identify.every_s if settings.identify else 0.0,
            )
        )
        self._changed = threading.Condition()
        """Held for moments only, never while a device is asked: the receiving thread waits for it too."""
        self._ready: dict[str, _Ready] = {}
        self._identity = np.zeros(0, np.float32)
        self._programme = Programme(SEND_HZ, SEND_HZ, 0)
        self._over = ""
        """What sounds over the relay that is on the air."""
        self._sounds_from: dict[str, float] = {}
        """When the first sample of what is on the air left, UTC seconds."""
        self._relays_from, self._relayed_until = "", 0.0
        self._hears_itself = settings.full_duplex
        self._silent_from = 0.0
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=f"transmitter-{channel}", daemon=True)

    @property
    def part(self) -> str:
        """The name of its output among the parts of the station."""
        return self._outlet.part

    def start(self) -> None:
        """The output is opened, and what waits is sent."""
        self._thread.start()

    def stop(self) -> None:
        """What is on the air is broken off and PTT released; `join` waits for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, timeout_s: float) -> bool:
        """True when the thread has ended within `timeout_s`."""
        if self._thread.ident:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def identify_by(self, sound: Samples) -> None:
        """The station says who it is by this (float32 mono at `SEND_HZ`)."""
        with self._changed:
            self._identity = sound
            self._queue.identity_s = _BETWEEN_S + len(sound) / SEND_HZ

    def offer(self, announcement: Announcement, sound: Samples) -> None:
        """The announcement waits for its turn; `sound`: float32 mono at `SEND_HZ`."""
        now = time.monotonic()
        until = now + announcement.wait_s - max(time.time() - announcement.at, 0)
        item = Queued(announcement.id, announcement.priority, len(sound) / SEND_HZ, until)
        hears_itself = announcement.hears_itself
        self._offer(item, _Ready(announcement.cause, sound, hears_itself=hears_itself))

    def withdraw(self, announcement: str) -> None:
        """The announcement is not sent, unless it is on the air already."""
        with self._changed:
            steps = self._queue.withdraw(announcement)
        self._carry_out(steps)

    def relay(self, relay: Relay) -> None:
        """What another channel hears waits for its turn, and is sent while it is heard."""
        until = time.monotonic() + relay.wait_s
        item = Queued(relay.id, Priority.REPLY, 0, until, relay.timeout_s)
        self._offer(item, _Ready(relay.cause, np.zeros(0, np.float32), relay))

    def retry(self) -> None:
        """There is hope: where the output is lost it is opened again now."""
        with self._changed:
            self._outlet.retry()
            self._changed.notify_all()

    def relays_from(self, channel: str) -> bool:
        """What that channel hears sounds here now, or did a moment ago."""
        return self._relays_from == channel and (
            self._queue.holds_ptt or time.monotonic() < self._relayed_until
        )

    def _offer(self, item: Queued, ready: _Ready) -> None:
        with self._changed:
            self._ready[item.id] = ready
            steps = self._queue.offer(item)
            self._changed.notify_all()
        self._carry_out(steps)

    def channel(self, *, busy: bool) -> None:
        """Somebody else transmits on the channel, or nobody does any more."""
        if self._settings.full_duplex:
            return
        with self._changed:
            self._queue.channel(time.monotonic(), busy=busy)
            self._changed.notify_all()

    @property
    def is_heard(self) -> bool:
        """What the channel receives now is our own transmission, or the end of it."""
        if self._hears_itself:
            return False
        return self._queue.holds_ptt or time.monotonic() < self._silent_from + self._settings.deaf_s

    @property
    def holds_ptt(self) -> bool:
        """The channel is transmitting."""
        return self._queue.holds_ptt

    def _run(self) -> None:
        try:
            while not self._stopping:
                self._guarded(self._turn)
            self._guarded(self._give_up)
        finally:
            self._output.close()

    def _guarded(self, work: Callable[[], None]) -> None:
        """`work` is done; where the output dies in it, PTT is released and the output opened again later."""
        try:
            work()
        except (DeviceLost, MissingPart) as error:
            self._lost(str(error))
        except Exception as error:
            log.exception("channel %s: fault in sending", self._channel)
            self._lost(f"fault in its driver: {error!r}")

    def _give_up(self) -> None:
        with self._changed:
            steps = self._queue.stop(time.monotonic(), "the station stops")
        self._carry_out(steps)

    def _turn(self) -> None:
        self._outlet.tend()
        with self._changed:
            steps = self._queue.advance(time.monotonic(), can_send=self._outlet.is_open)
            if not steps and not self._queue.is_on_air:
                self._wait()
        self._carry_out(steps)
        if self._queue.is_on_air:
            self._play()

    def _wait(self) -> None:
        now = time.monotonic()
        next_at = self._queue.next_at(now, can_send=self._outlet.is_open)
        wake_at = self._outlet.tend_at if next_at is None else min(next_at, self._outlet.tend_at)
        if not self._stopping:
            self._changed.wait(max(wake_at - now, 0.001))

    def _play(self) -> None:
        """One more block is on its way, or the last one is sounding."""
        block = self._programme.block(round(_BLOCK_S * self._output.rate_hz))
        if self._over and not self._programme.has_over:
            self._over = ""
            with self._changed:
                steps = self._queue.over_sounded(time.monotonic())
            self._carry_out(steps)
        if len(block):
            self._output.write(block)
            if self._programme.is_in_lead:
                late_s = self._output.pending_s() - len(block) / self._output.rate_hz
                self._programme.late_by(late_s, len(block))
            return
        is_over = self._programme.is_over
        pending_s = self._output.pending_s() if is_over else _BLOCK_S
        with self._changed:
            if pending_s <= 0:
                self._queue.sounded(time.monotonic())
            else:
                self._changed.wait(min(pending_s, _BLOCK_S))

    def _carry_out(self, steps: list[Step]) -> None:
        for step in steps:
            match step:
                case KeyUp():
                    self._key(step)
                case SoundOver():
                    self._sound_over(step)
                case Release():
                    self._release(discard=step.discard)
                case Ended():
                    self._ended(step)

    def _key(self, step: KeyUp) -> None:
        try:
            self._check_hours()
            if self._radio:
                self._radio.key()
        except TransmitRefused as error:
            self._failed(str(error), Outcome.REFUSED)
            return
        except DeviceLost as error:
            self._failed(str(error))
            return
        keyed_at = time.time()
        with self._changed:
            self._queue.keyed(time.monotonic())
        self._sounds_from[step.id] = keyed_at + self._lead_s(step)
        self._programme = self._programme_of(step)

    def _programme_of(self, step: KeyUp) -> Programme:
        ready = self._ready[step.id] if step.id else None
        self._hears_itself = self._settings.full_duplex or (ready is not None and ready.hears_itself)
        relay = ready.relay if ready else None
        programme = Programme(SEND_HZ, self._output.rate_hz, self._lead_s(step))
        if relay:
            programme.relay(relay.sound, relay.duck_db)
            self._relays_from = relay.heard_on
        elif ready:
            programme.play(ready.sound)
        if step.identify and len(self._identity):
            quiet = np.zeros(round(_BETWEEN_S * SEND_HZ), np.float32)
            programme.end_with(np.concatenate([quiet, self._identity]))
        return programme

    def _lead_s(self, step: KeyUp) -> float:
        relay = self._ready[step.id].relay if step.id else None
        return self._settings.lead_s + (relay.delay_s if relay else 0)

    def _sound_over(self, step: SoundOver) -> None:
        self._over, self._sounds_from[step.id] = step.id, time.time()
        self._programme.sound_over(self._ready[step.id].sound)

    def _check_hours(self) -> None:
        if not self._settings.within_hours(datetime.now().astimezone().time()):
            raise TransmitRefused(f"it is outside the hours {self._settings.hours} (hours)")

    def _failed(self, why: str, outcome: Outcome = Outcome.FAILED) -> None:
        with self._changed:
            steps = self._queue.failed(time.monotonic(), why, outcome)
        self._carry_out(steps)

    def _release(self, *, discard: bool) -> None:
        self._programme = Programme(SEND_HZ, SEND_HZ, 0)
        self._over = ""
        # A radio that cannot be reached says so itself, and its thread keeps trying.
        with suppress(DeviceLost):
            if self._radio:
                self._radio.release()
        with self._changed:
            self._silent_from = time.monotonic()
            self._relayed_until = self._silent_from + self._settings.deaf_s
            self._queue.released(self._silent_from)
        if discard and self._outlet.is_open:
            # One that died with the radio is found out at the next turn; what was to be sent has ended first.
            with suppress(DeviceLost):
                self._output.discard()

    def _ended(self, step: Ended) -> None:
        ready = self._ready.pop(step.id)
        sounds_from = self._sounds_from.pop(step.id, None)
        if ready.relay:
            ready.relay.sound.drop()
        self._emit(
            AnnouncementEnded(
                id=step.id,
                channel=self._channel,
                at=sounds_from if step.held_s > 0 and sounds_from else time.time(),
                outcome=step.outcome,
                duration_s=step.held_s,
                why=step.why,
                cause=ready.cause,
                relayed_from=ready.relay.heard_on if ready.relay else "",
            )
        )

    def _lost(self, why: str) -> None:
        self._outlet.is_open = False
        self._failed(why)
        self._outlet.lost(why)


def transmitter_of(
    settings: ChannelSettings, radio: RadioLink | None, emit: Callable[[SendingEvent], None]
) -> Transmitter | None:
    """What sends on the channel, where it has an output; not started yet."""
    if settings.output is None:
        return None
    driver = load_audio_output(settings.output.driver)
    output = driver(driver.Settings.model_validate(settings.output.options))
    return Transmitter(settings.name, settings.transmit, output, radio, emit)
