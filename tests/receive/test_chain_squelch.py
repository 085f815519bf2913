"""What every source and some combinations promise: nothing is lost at the beginning, whatever the blocks."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import Samples
from radiobridge.receive.squelch import SQUELCH_RATE_HZ
from tests.receive.cutting import Carrier, audio, audio_spans, ended, heard, keys, started
from tests.receive.scenes import BEGINS_S, KEYS, LASTS_S, SCENES

SIZES = st.lists(st.integers(1, 6000), max_size=40)


@pytest.mark.parametrize("open_on", SCENES)
def test_a_key_that_begins_with_the_transmission_is_heard(open_on: str) -> None:
    sound, carrier = SCENES[open_on].made
    events = heard(sound, carrier=carrier, open_on=open_on, **SCENES[open_on].squelch)
    assert keys(events) == KEYS
    assert len(started(events)) == len(ended(events)) == 1


@pytest.mark.parametrize("open_on", SCENES)
def test_the_first_50_ms_are_in_the_sound(open_on: str) -> None:
    sound, carrier = SCENES[open_on].made
    events = heard(sound, carrier=carrier, open_on=open_on, **SCENES[open_on].squelch)
    first = round(BEGINS_S * SQUELCH_RATE_HZ)
    begin, _ = audio_spans(events)[0]
    assert begin < BEGINS_S
    from_there = audio(events)[first - round(begin * SQUELCH_RATE_HZ) :]
    assert np.array_equal(from_there[:800], sound[first : first + 800])


@pytest.mark.parametrize("open_on", [name for name, scene in SCENES.items() if scene.has_noise_after])
def test_noise_after_the_transmission_is_not_handed_on(open_on: str) -> None:
    sound, carrier = SCENES[open_on].made
    events = heard(sound, carrier=carrier, open_on=open_on)
    _, end = audio_spans(events)[0]
    assert end == pytest.approx(BEGINS_S + LASTS_S, abs=0.03)
    assert ended(events)[0].at == pytest.approx(BEGINS_S + LASTS_S + 0.5, abs=0.03)


@pytest.mark.parametrize("open_on", SCENES)
@settings(deadline=None, max_examples=4)
@given(sizes=SIZES)
def test_any_split_into_blocks_gives_the_same(open_on: str, sizes: list[int]) -> None:
    sound, carrier = SCENES[open_on].made
    _compare(sound, SQUELCH_RATE_HZ, carrier, sizes, open_on=open_on, **SCENES[open_on].squelch)


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 48_000])
@pytest.mark.parametrize("open_on", ["level or carrier", "noise and voice", "(noise and voice) or dcs"])
@settings(deadline=None, max_examples=3)
@given(sizes=SIZES)
def test_so_does_any_rate_of_the_device(open_on: str, rate_hz: int, sizes: list[int]) -> None:
    sound, carrier = SCENES[open_on].made
    sound = soxr.resample(sound, SQUELCH_RATE_HZ, rate_hz)
    if carrier is not None:
        carrier = carrier[np.arange(len(sound)) * SQUELCH_RATE_HZ // rate_hz]
    _compare(sound, rate_hz, carrier, sizes, open_on=open_on, **SCENES[open_on].squelch)


def _compare(sound: Samples, rate_hz: int, carrier: Carrier, sizes: list[int], **squelch: object) -> None:
    whole = heard(sound, rate_hz, [len(sound)], carrier, **squelch)
    got = heard(sound, rate_hz, sizes, carrier, **squelch)
    assert keys(got) == keys(whole) == KEYS
    assert [e.at for e in started(got)] == pytest.approx([e.at for e in started(whole)])
    assert [e.at for e in ended(got)] == pytest.approx([e.at for e in ended(whole)])
    assert [e.level_dbfs for e in ended(got)] == pytest.approx([e.level_dbfs for e in ended(whole)])
    assert np.allclose(audio(got), audio(whole), atol=1e-6)
