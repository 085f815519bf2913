"""What sends on a channel: the real thread with a fake radio, and a sound device that plays in real time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest

from radiobridge import backoff
from radiobridge.errors import DeviceLost
from radiobridge.events import Condition, Outcome, Priority, Samples
from radiobridge.settings import IdentifySettings
from radiobridge.transmit.relayed import Relay, RelayedSound
from radiobridge.transmitter import SEND_HZ
from tests.fake_radio import FakeRadio
from tests.sending_rig import Rig


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


def test_a_radio_and_a_card_that_die_at_once_end_it_all_the_same(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies_with_its_card(_radio: FakeRadio, on: bool) -> None:
        rig.card.fault = DeviceLost("the cable is gone")
        FakeRadio.says[rig.name] = rig.card.fault
        raise rig.card.fault

    rig.starts()
    monkeypatch.setattr(FakeRadio, "set_ptt", dies_with_its_card)
    ended = rig.end_of(rig.offer())
    assert (ended.outcome, ended.why[:17]) == (Outcome.FAILED, "the cable is gone")
    monkeypatch.undo()
    rig.card.fault = None
    FakeRadio.says[rig.name] = False
    rig.until(lambda: not rig.radio.trouble)
    assert rig.end_of(rig.offer()).outcome is Outcome.SENT


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


def test_a_silent_card_that_dies_is_missed_and_opened_at_once_when_there_is_hope(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backoff, "FIRST_S", 100.0)
    rig.starts()
    rig.card.fault = DeviceLost("card unplugged")
    rig.until(lambda: rig.health[-1] == ("output/gate", Condition.FAILED))
    rig.card.fault = None
    rig.transmitter.retry()
    rig.until(lambda: rig.health[-1] == ("output/gate", Condition.OK))


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


def relay(sound: RelayedSound, name: str = "R", wait_s: float = 5, timeout_s: float = 20) -> Relay:
    return Relay(name, "desk", "T", sound, wait_s, timeout_s, delay_s=0, duck_db=20)


def steady(seconds: float) -> Samples:
    return np.full(round(seconds * SEND_HZ), 0.3, np.float32)


def test_a_relay_is_sent_while_it_is_heard_and_released_when_it_is_over(rig: Rig) -> None:
    rig.starts()
    sound = RelayedSound(SEND_HZ, 20)
    rig.transmitter.relay(relay(sound))
    rig.until(lambda: rig.is_keyed)
    assert rig.transmitter.relays_from("desk")
    assert not rig.transmitter.relays_from("gate")
    for _ in range(10):
        sound.feed(steady(0.05))
        time.sleep(0.05)
    assert rig.is_keyed
    sound.finish()
    ended = rig.end_of("R")
    assert (ended.outcome, ended.cause, ended.relayed_from) == (Outcome.SENT, "T", "desk")
    assert not rig.is_keyed
    sent = rig.card.sound[np.abs(rig.card.sound) > 1e-4]
    assert len(sent) == pytest.approx(0.5 * rig.card.rate_hz, rel=0.05)
    rig.until(lambda: not rig.transmitter.relays_from("desk"))


def test_a_reply_sounds_over_a_relay_without_another_key_up(rig: Rig) -> None:
    rig.starts()
    sound = RelayedSound(SEND_HZ, 20)
    rig.transmitter.relay(relay(sound))
    sound.feed(steady(0.2))
    rig.until(lambda: len(rig.card.sound) > 0)
    ended = rig.end_of(rig.offer(0.3))
    assert (ended.outcome, ended.relayed_from) == (Outcome.SENT, "")
    assert ended.duration_s == pytest.approx(0.3, abs=0.2)
    assert rig.is_keyed
    sound.finish()
    assert rig.end_of("R").duration_s > ended.duration_s


def test_someone_who_sits_on_his_ptt_is_not_relayed_for_ever_and_no_more_is_kept(rig: Rig) -> None:
    rig.starts()
    sound = RelayedSound(SEND_HZ, 20)
    rig.transmitter.relay(relay(sound, timeout_s=1))
    ended = rig.end_of("R")
    assert ended.outcome is Outcome.BROKEN_OFF
    assert "after 1 s (timeout_s)" in ended.why
    assert not rig.is_keyed
    sound.feed(steady(0.1))
    assert len(sound.take(SEND_HZ)) == 0


def test_a_relay_waits_for_a_free_channel_and_loses_nothing(rig: Rig) -> None:
    rig.starts()
    rig.transmitter.channel(busy=True)
    sound = RelayedSound(SEND_HZ, 20)
    rig.transmitter.relay(relay(sound))
    sound.feed(steady(0.3))
    sound.finish()
    time.sleep(0.1)
    assert not rig.is_keyed
    rig.transmitter.channel(busy=False)
    assert rig.end_of("R").outcome is Outcome.SENT
    sent = rig.card.sound[np.abs(rig.card.sound) > 1e-4]
    assert len(sent) == pytest.approx(0.3 * rig.card.rate_hz, rel=0.05)
