"""How transmissions are cut: least length, tails, stuck and flapping squelches, levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import Digit, Samples, TransmissionAudio, TransmissionEnded, TransmissionStarted
from radiobridge.receive.chain import ChainEvent
from radiobridge.receive.squelch import SQUELCH_RATE_HZ
from tests.builders import keyed, noisy
from tests.receive.cutting import audio_spans, blocks, chain, ended, heard, keys, quiet, started
from tests.receive.discriminator import keyed_on, received


def burst(seconds: float, level_dbfs: float = -20) -> Samples:
    """Noise that opens a level squelch, and silence around it."""
    return np.concatenate([quiet(1), noisy(quiet(seconds), level_dbfs), quiet(1)])


def blocks_until(kind: type[ChainEvent], sound: Samples, **squelch: Any) -> list[int]:
    """The blocks in which events of this kind come out."""
    of = chain(**squelch)
    return [
        number
        for number, (block, _) in enumerate(blocks(sound, SQUELCH_RATE_HZ, []))
        for event in of.feed(block)
        if isinstance(event, kind)
    ]


def test_what_is_shorter_than_the_least_length_is_no_transmission() -> None:
    assert heard(burst(0.3), min_length_s=0.5) == []
    assert len(ended(heard(burst(0.6), min_length_s=0.5))) == 1


def test_neither_preroll_nor_hang_time_make_a_transmission_longer() -> None:
    assert heard(burst(0.3), min_length_s=0.5, preroll_s=2, hang_s=2) == []


def test_a_key_makes_a_transmission_count_however_short_it_is() -> None:
    events = heard(keyed("5", tone_s=0.06, around_s=1), min_length_s=2)
    assert [type(e) for e in events if not isinstance(e, TransmissionAudio)] == [
        TransmissionStarted,
        Digit,
        TransmissionEnded,
    ]
    ((begin, end),) = audio_spans(events)
    assert begin < 1
    assert end > 1.06


def test_a_key_that_is_held_to_the_end_of_the_sound_counts_too() -> None:
    sound = keyed("5", tone_s=0.3, around_s=1)[: round(1.3 * SQUELCH_RATE_HZ)]
    assert keys(heard(sound, min_length_s=2)) == "5"


def test_neither_least_length_nor_tail_delay_a_key() -> None:
    sound = keyed("*103#", around_s=1)
    at_once = blocks_until(Digit, sound)
    assert len(at_once) == 5
    assert blocks_until(Digit, sound, min_length_s=3) == at_once
    assert blocks_until(Digit, sound, tail_s=1) == at_once


def test_the_least_length_delays_the_start_alone() -> None:
    sound = burst(2)
    assert blocks_until(TransmissionEnded, sound, min_length_s=1) == blocks_until(TransmissionEnded, sound)
    (late,), (at_once,) = (blocks_until(TransmissionStarted, sound, min_length_s=length) for length in (1, 0))
    assert (late - at_once) * 0.02 == pytest.approx(1, abs=0.05)
    with_length, without = (started(heard(sound, min_length_s=length)) for length in (1, 0))
    assert [e.at for e in with_length] == [e.at for e in without]


def test_a_transmission_that_goes_on_after_a_cut_counts_however_short_its_rest_is() -> None:
    events = heard(burst(1.5), min_length_s=1, max_s=1.5)
    assert [e.cut for e in ended(events)] == [True, False]


def test_the_tail_is_not_handed_on_and_neither_is_the_hang_time() -> None:
    events = heard(burst(1), tail_s=0.2, hang_s=0.5)
    assert audio_spans(events) == [pytest.approx((1 - 0.3, 2 - 0.2), abs=0.02)]
    assert ended(events)[0].at == pytest.approx(2.5, abs=0.02)


def test_the_hang_time_in_the_middle_is_handed_on() -> None:
    sound = np.concatenate([burst(1), burst(1)[round(0.7 * SQUELCH_RATE_HZ) :], quiet(1)])
    events = heard(sound, tail_s=0.2, hang_s=1.5)
    # The second burst lies 1.3 s after the first one.
    assert audio_spans(events) == [pytest.approx((0.7, 4.3 - 0.2), abs=0.02)]


def test_a_transmission_that_is_cut_loses_no_tail() -> None:
    events = heard(burst(2.5), tail_s=0.2, max_s=1)
    spans = audio_spans(events)
    assert spans[0][1] == pytest.approx(spans[1][0])
    assert [e.cut for e in ended(events)] == [True, True, True, False]


def test_sound_that_ends_before_the_squelch_closes_loses_no_tail() -> None:
    sound = burst(1)[: 2 * SQUELCH_RATE_HZ]
    ((_, end),) = audio_spans(heard(sound, tail_s=0.5))
    assert end == pytest.approx(2)


def test_a_transmission_shorter_than_its_tail_has_no_sound() -> None:
    events = heard(burst(0.3), tail_s=2)
    assert audio_spans(events) == []
    assert len(ended(events)) == 1


def test_a_signal_that_comes_and_goes_becomes_one_transmission_at_last() -> None:
    sound = np.concatenate([burst(0.3)[: round(2.0 * SQUELCH_RATE_HZ)]] * 20)
    spans = [e.duration_s for e in ended(heard(sound, hang_s=0.1, flap_hang_s=3))]
    assert len(spans) == 20
    quick = np.concatenate([burst(0.3)[round(0.3 * SQUELCH_RATE_HZ) : -round(0.9 * SQUELCH_RATE_HZ)]] * 20)
    spans = [e.duration_s for e in ended(heard(quick, hang_s=0.1, flap_hang_s=3))]
    assert len(spans) == 4
    assert max(spans) > 16


def test_a_squelch_that_flaps_for_long_is_told_with_what_to_turn() -> None:
    of = chain(hang_s=0.1, flap_hang_s=3)
    said = []
    flaps = np.concatenate([np.tile(np.concatenate([noisy(quiet(0.3), -20), quiet(0.7)]), 40), quiet(5)])
    for block, _ in blocks(flaps, SQUELCH_RATE_HZ, []):
        of.feed(block)
        if of.concerns["squelch flaps"] not in said:
            said.append(of.concerns["squelch flaps"])
    assert [bool(why) for why in said] == [False, True]
    assert "raise squelch.open_dbfs (-45), raise squelch.min_s" in said[1]
    assert not of.concerns["squelch flaps"]


def test_noise_over_the_threshold_is_one_transmission_after_another_in_which_keys_are_heard() -> None:
    sound = noisy(np.concatenate([quiet(2), keyed("*103#", around_s=1), quiet(2)]), -35)
    events = heard(sound, max_s=2)
    assert keys(events) == "*103#"
    assert all(e.cut for e in ended(events)[:-1])


def test_level_and_peak_are_those_of_what_was_heard() -> None:
    sound = np.concatenate([quiet(2), keyed("5", tone_s=0.5, around_s=0, level_dbfs=-30), quiet(2)])
    carrier = keyed_on(len(sound), (2, 2.5))
    (over,) = ended(heard(received(sound, carrier, 40), open_on="noise"))
    # The noise before and after has -8 dBFS.
    assert over.level_dbfs < -25
    assert over.peak_dbfs < -15


def test_without_preroll_what_opened_is_still_there() -> None:
    events = heard(keyed("5", tone_s=0.1, gap_s=0, around_s=1), preroll_s=0, min_s=0)
    ((begin, _),) = audio_spans(events)
    assert begin == pytest.approx(1, abs=0.011)


@settings(deadline=None, max_examples=10)
@given(st.lists(st.integers(1, 5000), max_size=40))
def test_cutting_does_not_depend_on_the_blocks(sizes: list[int]) -> None:
    sound = np.concatenate([burst(0.2), burst(1.2), keyed("5", around_s=0.6), burst(0.4), burst(3)])
    how: dict[str, Any] = {"min_length_s": 0.5, "tail_s": 0.3, "max_s": 2, "hang_s": 0.2}
    whole = heard(sound, sizes=[len(sound)], **how)
    got = heard(sound, sizes=sizes, **how)
    assert [e.at for e in started(got)] == pytest.approx([e.at for e in started(whole)])
    assert ended(got) == ended(whole)
    assert [e.id for e in ended(got)] == [e.id for e in ended(whole)]
    assert np.array(audio_spans(got)) == pytest.approx(np.array(audio_spans(whole)))
