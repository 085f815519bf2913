"""One channel that sends: the real threads with a fake radio, and a sound card that plays in real time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from radiobridge.errors import DeviceLost
from radiobridge.events import Announcement, AnnouncementEnded, Condition, Health, Priority, Samples
from radiobridge.ports import AudioOutput, DriverSettings
from radiobridge.radio_link import RadioLink
from radiobridge.settings import TransmitSettings
from radiobridge.transmitter import SEND_HZ, Transmitter
from tests.fake_radio import FakeRadio, FakeRadioSettings

_PATIENCE_S = 20.0
_QUICK = {"lead_s": 0.1, "tail_s": 0.05, "gap_s": 0.05, "free_s": 0.05}


class FakeCard(AudioOutput):
    """Plays in real time, `latency_s` late; `played` has what left it and whether PTT was on then."""

    Settings = DriverSettings
    rate_hz = 8000
    latency_s = 0.05

    def __init__(self, radio: str) -> None:
        super().__init__(DriverSettings())
        self.radio = radio
        self.written: list[Samples] = []
        self.times: list[float] = []
        self.fault: DeviceLost | None = None
        self._until = 0.0

    @property
    def name(self) -> str:
        return "fake card"

    def open(self) -> None:
        self._check()

    def close(self) -> None:
        """It is free at once."""

    def write(self, samples: Samples) -> None:
        self._check()
        now = time.monotonic()
        self._until = max(self._until, now + self.latency_s) + len(samples) / self.rate_hz
        self.written.append(samples)
        self.times.append(now)
        time.sleep(max(self._until - now - 0.15, 0))

    def pending_s(self) -> float:
        self._check()
        return max(self._until - time.monotonic(), 0)

    def discard(self) -> None:
        self._check()
        self._until = 0.0

    def _check(self) -> None:
        if self.fault:
            raise self.fault

    @property
    def sound(self) -> Samples:
        return np.concatenate([np.zeros(0, np.float32), *self.written])


class Rig:
    """One channel that sends; `channel` is its name."""

    channel = "gate"

    def __init__(self, name: str) -> None:
        self.name = name
        self.card = FakeCard(name)
        self.events: list[AnnouncementEnded | Health] = []
        self._count = 0
        FakeRadio.says[name] = False
        FakeRadio.keyed[name] = False

    def starts(self, **settings: object) -> Rig:
        self.settings = TransmitSettings.model_validate({**_QUICK, **settings})
        self.radio = RadioLink(
            "gate",
            FakeRadio(FakeRadioSettings(radio=self.name)),
            timeout_s=self.settings.timeout_s,
            frequency_hz=None,
            listens=False,
            emit=self.events.append,
        )
        self.transmitter = Transmitter("gate", self.settings, self.card, self.radio, self.events.append)
        self.radio.start()
        self.transmitter.start()
        self.until(lambda: len(self.health) == 2)
        return self

    def offer(self, sound_s: float = 0.3, priority: Priority = Priority.REPLY, wait_s: float = 10) -> str:
        self._count += 1
        announcement = Announcement(f"A{self._count}", "gate", time.time(), priority, wait_s, cause="X")
        t = np.arange(round(sound_s * SEND_HZ)) / SEND_HZ
        self.transmitter.offer(announcement, (0.3 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32))
        return announcement.id

    def end_of(self, name: str) -> AnnouncementEnded:
        self.until(lambda: any(ended.id == name for ended in self.ended))
        return next(ended for ended in self.ended if ended.id == name)

    def until(self, happened: Callable[[], bool]) -> None:
        give_up = time.monotonic() + _PATIENCE_S
        while not happened():
            assert time.monotonic() < give_up
            time.sleep(0.002)

    @property
    def is_keyed(self) -> bool:
        return FakeRadio.keyed[self.name]

    @property
    def ended(self) -> list[AnnouncementEnded]:
        return [event for event in self.events if isinstance(event, AnnouncementEnded)]

    @property
    def health(self) -> list[tuple[str, Condition]]:
        return [(event.part, event.condition) for event in self.events if isinstance(event, Health)]

    def close(self) -> None:
        self.transmitter.stop()
        assert self.transmitter.join(_PATIENCE_S)
        assert self.radio.close()
        assert not self.is_keyed
