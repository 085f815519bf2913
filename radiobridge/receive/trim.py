"""Transmissions as they are handed on: without the too short ones, and without their tails.

Both can be told only later, so that the beginning is withheld until the transmission is long enough, and the
last sound until more is heard after it. Decoders of keys and signals do not wait for either: they hear every
sample at once, and what they hear makes a transmission count however short it is.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TypeAlias

from radiobridge.events import TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.receive.squelch import SQUELCH_RATE_HZ
from radiobridge.receive.transmission import CutAudio, CutEvent
from radiobridge.settings import SquelchSettings

TrimmedEvent: TypeAlias = TransmissionStarted | TransmissionAudio | TransmissionEnded


class Trim:
    """Fed with what was cut, in its order."""

    def __init__(self, settings: SquelchSettings) -> None:
        self._least = round(settings.min_length_s * SQUELCH_RATE_HZ)
        self._tail = round(settings.tail_s * SQUELCH_RATE_HZ)
        # The level hangs on in silence; other sources also in the noise of an empty channel.
        self._keeps_hang = settings.sources == {"level"} and not self._tail
        self._keeps_tail = False
        self._counts = self._goes_on = False
        self._withheld: list[TrimmedEvent] = []
        self._latest: deque[TransmissionAudio] = deque()
        self._latest_samples = 0

    def feed(self, event: CutEvent) -> list[TrimmedEvent]:
        """What can be handed on now."""
        match event:
            case TransmissionStarted():
                self._counts = self._goes_on or not self._least
                self._withheld = [event]
            case CutAudio():
                self._latest.append(event.audio)
                self._latest_samples += len(event.audio.samples)
                self._release(0 if self._keeps_hang else self._tail + event.hanging)
                self._counts = self._counts or event.length >= self._least
            case TransmissionEnded():
                return self._end(event)
        return self._counting()

    def count(self) -> list[TrimmedEvent]:
        """Something was signalled in the open transmission: what can be handed on now."""
        self._counts = True
        return self._counting()

    def keep_tail(self) -> None:
        """The sound is over before the squelch has closed: what is still to come is no tail."""
        self._keeps_tail = True

    def _end(self, ended: TransmissionEnded) -> list[TrimmedEvent]:
        if ended.cut or self._keeps_tail:
            self._release(0)
        self._counts = self._counts or ended.cut
        self._goes_on = ended.cut
        self._latest.clear()
        self._latest_samples = 0
        self._withheld.append(ended)
        events = self._counting()
        self._withheld = []
        return events

    def _release(self, but: int) -> None:
        """All sound is ready, but the latest samples are not."""
        while self._latest and (ready := self._latest_samples - but) > 0:
            audio = self._latest.popleft()
            if len(audio.samples) > ready:
                late = replace(audio, at=audio.at + ready / audio.rate_hz, samples=audio.samples[ready:])
                self._latest.appendleft(late)
                audio = replace(audio, samples=audio.samples[:ready])
            self._latest_samples -= len(audio.samples)
            self._withheld.append(audio)

    def _counting(self) -> list[TrimmedEvent]:
        if not self._counts:
            return []
        events, self._withheld = self._withheld, []
        return events
