"""What `radiobridge tune` knows of a channel: fed with its sound, asked for what to show and what to turn."""

from __future__ import annotations

from collections import deque
from statistics import median

from radiobridge.dispatch import keypad_words
from radiobridge.dispatch.keypad_verdict import judged
from radiobridge.events import (
    AudioBlock,
    Digit,
    Selcall,
    Signal,
    TransmissionEnded,
    TransmissionStarted,
    UnitId,
)
from radiobridge.receive.chain import CHAIN_RATE_HZ, ChainEvent, ReceiveChain
from radiobridge.receive.meter import LevelMeter
from radiobridge.receive.signal_health import advice
from radiobridge.receive.signal_health.watch import SignalWatch
from radiobridge.receive.spectrum import Spectrum
from radiobridge.receive.squelch import words
from radiobridge.settings import ChannelSettings, SquelchSettings

SPECTRUM_COLUMNS = 64
_SIGNALS_SHOWN = 8
_KEYS_JUDGED = 16
_LEAST_KEYS = 4
_JUDGED = 5
"""Transmissions by whose levels the channel is judged."""
_OVER_SQUELCH_DB = 10.0
"""Transmissions are to be this much over what opens a level squelch: a whisper still opens it."""
_LOUD_ENOUGH_DB = 15.0
_LEAST_HEARD_S = 5.0
"""A shorter time says little about the noise."""


class Tuning:
    """Sans-IO. The sound's own count of samples is the clock."""

    def __init__(self, channel: ChannelSettings) -> None:
        self.channel = channel
        self.heard_s = self.changed_s = 0.0
        """Seconds of sound so far, and when the squelch last opened or closed."""
        self.rate_hz = self.lost_frames = self.transmissions = self.keys = 0
        self.signals: deque[Signal] = deque(maxlen=_SIGNALS_SHOWN)
        """The last ones, newest first."""
        self.concerns: dict[str, str] = {}
        """What is wrong for longer, as the health of the running channel would say it."""
        self.last: deque[TransmissionEnded] = deque(maxlen=_JUDGED)
        self._digits: deque[Digit] = deque(maxlen=_KEYS_JUDGED)
        self._chain = ReceiveChain(channel.name, channel.squelch, channel.signals, lambda: "")
        # Digital silence is what the meter says at once; here it may be that of a squelched receiver.
        self._watch = SignalWatch(channel.squelch, silent_alarm_h=0, is_analogue=False)
        self._begin(CHAIN_RATE_HZ)

    def _begin(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.meter = LevelMeter(rate_hz)
        self.spectrum = Spectrum(rate_hz, SPECTRUM_COLUMNS)

    @property
    def squelch(self) -> SquelchSettings:
        """The channel's."""
        return self.channel.squelch

    @property
    def by_level(self) -> bool:
        """Whether a level opens the squelch."""
        return "level" in self.squelch.sources

    @property
    def is_open(self) -> bool:
        """Whether the squelch is."""
        return self._chain.receiving

    def feed(self, block: AudioBlock, carrier: bool | None = None) -> list[Signal]:
        """The signals that were heard to their end in the next block."""
        if block.rate_hz != self.rate_hz:
            self._begin(block.rate_hz)
        self.heard_s += len(block.samples) / block.rate_hz
        self.lost_frames += block.lost_frames
        self.meter.feed(block.samples)
        self.spectrum.feed(block.samples)
        heard = self._chain.feed(block, carrier)
        for concern in self._watch.feed(block, heard):
            self._set(concern.name, concern.why)
        for name, why in self._chain.concerns.items():
            self._set(name, why)
        return self._note(heard)

    def finish(self) -> list[Signal]:
        """What is still open where the sound ends."""
        return self._note(self._chain.finish())

    def _note(self, heard: list[ChainEvent]) -> list[Signal]:
        signals: list[Signal] = []
        for event in heard:
            match event:
                case TransmissionStarted():
                    self.transmissions += 1
                    self.changed_s = self.heard_s
                case TransmissionEnded():
                    self.changed_s = self.heard_s
                    self.last.append(event)
                    self._set("open", words.stuck_open(self.squelch) if event.cut else "")
                case Digit() | UnitId() | Selcall():
                    signals.append(event)
        for signal in signals:
            self.signals.appendleft(signal)
            if isinstance(signal, Digit):
                self.keys += 1
                self._digits.append(signal)
        return signals

    def _set(self, name: str, why: str) -> None:
        if why:
            self.concerns.setdefault(name, why)
        else:
            self.concerns.pop(name, None)

    @property
    def advice(self) -> list[str]:
        """What to turn, the most urgent first; never empty."""
        if not self.heard_s:
            return ["no sound has come yet"]
        fault = self.meter.fault
        said = [advice.sentence(fault)] if fault else [*self.keys_advice]
        said += self.concerns.values()
        return said or [advice.sentence(self._level_advice)]

    @property
    def keys_advice(self) -> tuple[str, ...]:
        """What is wrong with the last keys, where there were some."""
        if len(self._digits) < _LEAST_KEYS:
            return ()
        open_dbfs = self.squelch.open_dbfs
        return keypad_words.advice(judged(tuple(self._digits), (), open_dbfs), open_dbfs)["en"]

    @property
    def keys_measured(self) -> tuple[float, float] | None:
        """Medians of the last keys' twist and SNR in dB."""
        if not self._digits:
            return None
        return median(d.twist_db for d in self._digits), median(d.snr_db for d in self._digits)

    @property
    def _level_advice(self) -> str:
        if self.by_level:
            squelch = f"squelch.open_dbfs = {self.squelch.open_dbfs:g} fits this noise"
            if self.open_dbfs is not None:
                squelch = f"set squelch.open_dbfs = {self.open_dbfs}"
            return self.meter.level_fault or f"a good level; {squelch}"
        if not self.last:
            return "nothing has opened the squelch yet: let somebody talk on the radio"
        peak_dbfs = median(ended.peak_dbfs for ended in self.last)
        return advice.of_peaks(peak_dbfs) or f"a good level: transmissions peak at {peak_dbfs:.0f} dBFS"

    @property
    def open_dbfs(self) -> int | None:
        """The `squelch.open_dbfs` to set instead of what is set, None where that fits or none is needed."""
        if not self.by_level or self.heard_s < _LEAST_HEARD_S or self.meter.fault:
            return None
        fits, is_set = self.meter.open_dbfs, self.squelch.open_dbfs
        if self.last:
            speech_dbfs = median(ended.level_dbfs for ended in self.last)
            is_high = is_set > speech_dbfs - _OVER_SQUELCH_DB
        else:
            is_high = self.meter.peak_dbfs > self.meter.noise_dbfs + _LOUD_ENOUGH_DB
        is_high = is_high and not self.meter.level_fault
        is_low = self.squelch.closing_dbfs < self.meter.noise_dbfs + 2
        return fits if (is_high and fits < is_set) or (is_low and fits > is_set) else None
