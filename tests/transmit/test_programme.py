"""What sounds in one transmission, at the device's own pace."""

from __future__ import annotations

import weakref

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from radiobridge.events import Samples
from radiobridge.transmit.programme import Programme
from radiobridge.transmit.relayed import RelayedSound

HZ = 16_000


def steady(seconds: float, level: float) -> Samples:
    return np.full(round(seconds * HZ), level, np.float32)


def all_of(programme: Programme, frames: int = 320) -> Samples:
    blocks = []
    while not programme.is_over:
        block = programme.block(frames)
        assert len(block) or programme.is_over, "it is not over, and has nothing to say"
        blocks.append(block)
    return np.concatenate(blocks)


def test_an_announcement_sounds_after_the_lead_and_before_who_the_station_is() -> None:
    programme = Programme(HZ, HZ, lead_s=0.1)
    programme.play(steady(0.2, 0.5))
    programme.end_with(steady(0.1, 0.25))
    sound = all_of(programme)
    assert sound.tolist() == [0.0] * 1600 + [0.5] * 3200 + [0.25] * 1600


@pytest.mark.parametrize("to_hz", [8000, 16_000, 44_100, 48_000])
def test_sound_comes_out_whole_at_the_rate_of_the_device(to_hz: int) -> None:
    programme = Programme(HZ, to_hz, lead_s=0)
    relayed = RelayedSound(HZ, longest_s=10)
    programme.relay(relayed, duck_db=10)
    relayed.feed(steady(1, 0.5))
    relayed.finish()
    sound = all_of(programme)
    assert len(sound) == pytest.approx(to_hz, abs=2)
    assert np.median(sound) == pytest.approx(0.5, abs=0.01)


def test_a_relay_keeps_nothing_of_what_is_beyond_its_longest() -> None:
    relayed = RelayedSound(HZ, longest_s=0.1)
    relayed.feed(steady(0.1, 0.5))
    beyond = steady(0.1, 0.5)
    kept = weakref.ref(beyond)
    relayed.feed(beyond)
    del beyond
    assert kept() is None
    relayed.finish()
    assert len(relayed.take(HZ)) == HZ // 10
    assert relayed.is_over


@given(st.lists(st.integers(0, 2000), max_size=20), st.integers(1, 900))
def test_a_relay_is_the_same_however_it_comes_in_and_goes_out(cuts: list[int], frames: int) -> None:
    sound = np.linspace(-1, 1, sum(cuts), dtype=np.float32)
    relayed = RelayedSound(HZ, longest_s=10)
    programme = Programme(HZ, HZ, lead_s=0)
    programme.relay(relayed, duck_db=10)
    out = [np.zeros(0, np.float32)]
    start = 0
    for cut in cuts:
        relayed.feed(sound[start : start + cut])
        start += cut
        out.append(programme.block(frames))
        assert not programme.is_over
    relayed.finish()
    while not programme.is_over:
        out.append(programme.block(frames))
    np.testing.assert_array_equal(np.concatenate(out), sound)


def test_a_relay_that_has_brought_nothing_yet_is_waited_for_and_not_over() -> None:
    programme = Programme(HZ, HZ, lead_s=0)
    relayed = RelayedSound(HZ, longest_s=10)
    programme.relay(relayed, duck_db=10)
    programme.end_with(steady(0.02, 0.25))
    assert len(programme.block(320)) == 0
    relayed.feed(steady(0.02, 0.5))
    assert programme.block(320).tolist() == [0.5] * 320
    assert len(programme.block(320)) == 0
    assert not programme.is_over
    relayed.finish()
    assert programme.block(320).tolist() == [0.25] * 320
    assert programme.is_over


def test_a_relay_is_lowered_under_what_sounds_over_it_and_goes_on_meanwhile() -> None:
    programme = Programme(HZ, HZ, lead_s=0)
    relayed = RelayedSound(HZ, longest_s=10)
    programme.relay(relayed, duck_db=20)
    relayed.feed(steady(0.06, 0.5))
    relayed.finish()
    before = programme.block(320)
    programme.sound_over(steady(0.02, 0.25))
    over = programme.block(320)
    assert not programme.has_over
    after = programme.block(320)
    assert before.tolist() == after.tolist() == [0.5] * 320
    np.testing.assert_allclose(over, 0.25 + 0.05, atol=1e-6)
    assert programme.is_over


def test_what_sounds_over_a_relay_is_whole_where_the_relay_ends_or_stutters_under_it() -> None:
    programme = Programme(HZ, HZ, lead_s=0)
    relayed = RelayedSound(HZ, longest_s=10)
    programme.relay(relayed, duck_db=20)
    programme.sound_over(steady(0.05, 0.25))
    assert programme.block(320).tolist() == [0.25] * 320
    relayed.finish()
    assert programme.block(320).tolist() == [0.25] * 320
    assert not programme.is_over
    assert programme.block(320).tolist() == [0.25] * 160
    assert programme.is_over


def test_two_loud_sounds_are_clipped_and_not_folded_over() -> None:
    programme = Programme(HZ, HZ, lead_s=0)
    relayed = RelayedSound(HZ, longest_s=10)
    programme.relay(relayed, duck_db=0)
    relayed.feed(steady(0.02, 0.9))
    programme.sound_over(steady(0.02, 0.9))
    assert programme.block(320).tolist() == [1.0] * 320


def test_a_late_device_gets_a_shorter_lead_and_never_less_than_none() -> None:
    programme = Programme(HZ, HZ, lead_s=0.1)
    programme.play(steady(0.02, 0.5))
    assert programme.is_in_lead
    first = programme.block(320)
    programme.late_by(0.05, len(first))
    assert not programme.is_in_lead
    assert int((all_of(programme) > 0).argmax()) == 1600 - 320 - 800

    programme = Programme(HZ, HZ, lead_s=0.1)
    programme.play(steady(0.02, 0.5))
    programme.late_by(3, len(programme.block(320)))
    assert all_of(programme).tolist() == [0.5] * 320


def test_no_more_of_a_relay_is_kept_than_may_be_sent() -> None:
    relayed = RelayedSound(HZ, longest_s=1)
    for _ in range(30):
        relayed.feed(steady(0.1, 0.5))
    relayed.finish()
    relayed.feed(steady(0.1, 0.5))
    assert len(relayed.take(10 * HZ)) == HZ
    assert relayed.is_over


def test_a_relay_that_is_dropped_keeps_nothing() -> None:
    relayed = RelayedSound(HZ, longest_s=1)
    relayed.feed(steady(0.1, 0.5))
    relayed.drop()
    relayed.feed(steady(0.1, 0.5))
    assert relayed.is_over
    assert len(relayed.take(HZ)) == 0
