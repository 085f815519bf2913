"""What sends on a channel: the real thread with a fake radio, and a sound device that plays in real time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from radiobridge.errors import DeviceLost
from radiobridge.events import Announcement, AnnouncementEnded, Condition, Health, Outcome, Priority, Samples
from radiobridge.ports import AudioOutput, DriverSettings
from radiobridge.radio_link import RadioLink
from radiobridge.settings import IdentifySettings, TransmitSettings
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
        self._until = 0.0

    def _check(self) -> None:
        if self.fault:
            raise self.fault

    @property
    def sound(self) -> Samples:
        return np.concatenate([np.zeros(0, np.float32), *self.written])


class Rig:
    """One channel that sends."""

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


@pytest.fixture
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    rig = Rig(request.node.name)
    yield rig
    rig.close()


def test_an_announcement_is_keyed_played_whole_and_released(rig: Rig) -> None:
    rig.starts()
    ended = rig.end_of(rig.offer(0.3))
    assert ended.outcome is Outcome.SENT
    assert ended.cause == "X"
    # The lead is shortened by what the card is late, so that the sound begins with its end.
    assert ended.duration_s == pytest.approx(0.1 + 0.3 + 0.05, abs=0.06)
    sound = rig.card.sound
    lead = int(np.abs(sound).argmax() > 0) and int((np.abs(sound) > 0.01).argmax())
    assert lead / rig.card.rate_hz == pytest.approx(0.1 - rig.card.latency_s, abs=0.03)
    assert len(sound) - lead == pytest.approx(0.3 * rig.card.rate_hz, rel=0.05)
    assert not rig.is_keyed


def test_ptt_is_on_before_the_first_sound_and_until_after_the_last(rig: Rig) -> None:
    rig.starts()
    keyed: list[bool] = []
    write = rig.card.write

    def watched(samples: Samples) -> None:
        keyed.append(rig.is_keyed)
        write(samples)
        keyed.append(rig.is_keyed)

    rig.card.write = watched  # type: ignore[method-assign]
    rig.end_of(rig.offer())
    assert all(keyed)


def test_a_busy_channel_is_waited_for(rig: Rig) -> None:
    rig.starts()
    rig.transmitter.channel(busy=True)
    name = rig.offer()
    time.sleep(0.2)
    assert not rig.is_keyed
    rig.transmitter.channel(busy=False)
    assert rig.end_of(name).outcome is Outcome.SENT


def test_a_channel_that_is_never_free_is_given_up(rig: Rig) -> None:
    rig.starts()
    rig.transmitter.channel(busy=True)
    ended = rig.end_of(rig.offer(wait_s=0.1))
    assert (ended.outcome, ended.duration_s) == (Outcome.EXPIRED, 0)
    assert ended.why == "the channel was busy until its time was up"


def test_a_full_duplex_line_neither_waits_nor_is_deaf(rig: Rig) -> None:
    rig.starts(full_duplex=True)
    rig.transmitter.channel(busy=True)
    name = rig.offer()
    rig.until(lambda: rig.transmitter.holds_ptt)
    assert not rig.transmitter.is_heard
    assert rig.end_of(name).outcome is Outcome.SENT


def test_the_channel_is_deaf_while_it_sends_and_a_little_longer(rig: Rig) -> None:
    rig.starts(deaf_s=0.3)
    assert not rig.transmitter.is_heard
    name = rig.offer()
    rig.until(lambda: rig.is_keyed)
    assert rig.transmitter.is_heard
    rig.end_of(name)
    assert rig.transmitter.is_heard
    rig.until(lambda: not rig.transmitter.is_heard)


def test_a_radio_that_does_not_key_ends_it_and_says_why(rig: Rig) -> None:
    rig.starts()
    FakeRadio.says[rig.name] = DeviceLost("the cable is out")
    ended = rig.end_of(rig.offer())
    assert ended.outcome is Outcome.FAILED
    assert "the cable is out" in ended.why
    assert rig.card.sound.size == 0


def test_a_card_that_dies_on_the_air_releases_ptt_and_is_opened_again(rig: Rig) -> None:
    rig.starts()
    name = rig.offer(5)
    rig.until(lambda: len(rig.card.written) > 5)
    rig.card.fault = DeviceLost("card unplugged")
    ended = rig.end_of(name)
    assert (ended.outcome, ended.why) == (Outcome.FAILED, "card unplugged")
    assert not rig.is_keyed
    later = rig.offer()
    rig.card.fault = None
    assert rig.end_of(later).outcome is Outcome.SENT
    of_card = [condition for part, condition in rig.health if part == "output/gate"]
    assert of_card == [Condition.OK, Condition.FAILED, Condition.OK]


def test_an_emergency_breaks_a_bulletin_off(rig: Rig) -> None:
    rig.starts()
    bulletin = rig.offer(1.5, Priority.BULLETIN)
    rig.until(lambda: len(rig.card.written) > 5)
    emergency = rig.offer(0.2, Priority.EMERGENCY)
    rig.end_of(bulletin)
    assert [ended.id for ended in rig.ended] == [emergency, bulletin]
    assert {ended.outcome for ended in rig.ended} == {Outcome.SENT}


def test_the_station_says_who_it_is_after_the_first(rig: Rig) -> None:
    rig.starts(identify=IdentifySettings(tones="morse:DE B1ABC"))
    rig.transmitter.identify_by(np.full(SEND_HZ // 2, 0.1, np.float32))
    first, second = rig.end_of(rig.offer()), rig.end_of(rig.offer())
    assert first.duration_s - second.duration_s == pytest.approx(0.3 + 0.5, abs=0.1)


def test_nothing_is_sent_outside_the_hours(rig: Rig) -> None:
    now = datetime.now().astimezone()
    hours = f"{now + timedelta(hours=2):%H:%M}-{now + timedelta(hours=3):%H:%M}"
    rig.starts(hours=hours)
    ended = rig.end_of(rig.offer())
    assert (ended.outcome, ended.why) == (Outcome.REFUSED, f"it is outside the hours {hours} (hours)")


def test_stopping_on_the_air_releases_ptt_at_once(rig: Rig) -> None:
    rig.starts()
    name = rig.offer(10)
    rig.until(lambda: rig.is_keyed)
    rig.transmitter.stop()
    assert rig.transmitter.join(2)
    assert not rig.is_keyed
    assert rig.end_of(name).outcome is Outcome.BROKEN_OFF


def test_the_receiving_thread_does_not_wait_while_a_radio_keys_slowly(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(radio: FakeRadio, on: bool) -> None:
        time.sleep(0.5)
        FakeRadio.keyed[rig.name] = on

    monkeypatch.setattr(FakeRadio, "set_ptt", slowly)
    rig.starts()
    name = rig.offer()
    rig.until(lambda: rig.transmitter.holds_ptt)
    began = time.monotonic()
    rig.transmitter.channel(busy=True)
    assert rig.transmitter.is_heard
    assert time.monotonic() - began < 0.25
    assert rig.end_of(name).outcome is Outcome.SENT
