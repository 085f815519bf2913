from collections import Counter
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import (
    AudioBlock,
    Digit,
    Samples,
    TransmissionAudio,
    TransmissionEnded,
    TransmissionStarted,
)
from radiobridge.receive.chain import CHAIN_RATE_HZ, ChainEvent, ReceiveChain
from radiobridge.settings import SignalSettings, SquelchSettings
from tests.builders import in_blocks, keyed, noisy


def chain(**squelch: float) -> ReceiveChain:
    numbers = count(1)
    return ReceiveChain("gate", SquelchSettings(**squelch), SignalSettings(), lambda: f"T{next(numbers)}")


def heard(
    sound: Samples, rate_hz: int = CHAIN_RATE_HZ, frames: int = 320, at: float = 0.0, **squelch: float
) -> list[ChainEvent]:
    of = chain(**squelch)
    return [e for b in in_blocks(sound, frames, rate_hz, at) for e in of.feed(b)] + of.finish()


def keys(events: list[ChainEvent]) -> str:
    return "".join(e.key for e in events if isinstance(e, Digit))


def audio(events: list[ChainEvent]) -> Samples:
    return np.concatenate([e.samples for e in events if isinstance(e, TransmissionAudio)])


def spans(events: list[ChainEvent]) -> list[float]:
    """Starts and ends of the transmissions."""
    ends = [e for e in events if isinstance(e, TransmissionEnded)]
    return [*(e.started_at for e in ends), *(e.at for e in ends)]


def quiet(seconds: float) -> Samples:
    return np.zeros(round(seconds * CHAIN_RATE_HZ), np.float32)


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 22050, 44100, 48000, 96000])
def test_a_code_is_heard_at_every_device_rate(rate_hz: int) -> None:
    events = heard(noisy(keyed("*103#", rate_hz, around_s=1), -60), rate_hz, rate_hz // 50)
    assert keys(events) == "*103#"
    assert Counter(type(e) for e in events)[TransmissionEnded] == 1


def test_the_first_key_is_whole() -> None:
    events = heard(keyed("9", tone_s=0.1, around_s=1))
    (digit,) = [e for e in events if isinstance(e, Digit)]
    assert digit.duration_s == pytest.approx(0.1, abs=0.02)


def test_the_preroll_is_kept_and_the_hang_time_ends_it() -> None:
    sound = keyed("5", tone_s=0.2, gap_s=0, around_s=2)
    events = heard(sound, preroll_s=0.3, hang_s=0.5, at=1000.0)
    started, ended = events[0], events[-1]
    assert isinstance(started, TransmissionStarted)
    assert isinstance(ended, TransmissionEnded)
    assert started.at == pytest.approx(1000 + 2 - 0.3, abs=0.05)
    assert ended.at == pytest.approx(1000 + 2.2 + 0.5, abs=0.05)
    assert len(audio(events)) / CHAIN_RATE_HZ == pytest.approx(ended.duration_s)
    assert ended.level_dbfs == pytest.approx(-10, abs=0.5)


def test_events_are_in_order_and_keys_inside_their_transmission() -> None:
    events = heard(np.concatenate([keyed("12", around_s=1), keyed("34", around_s=1)]))
    kinds = [type(e).__name__ for e in events if not isinstance(e, TransmissionAudio)]
    assert kinds == ["TransmissionStarted", "Digit", "Digit", "TransmissionEnded"] * 2
    ids = [e.id for e in events if isinstance(e, TransmissionAudio)]
    assert set(ids) == {"T1", "T2"}


def test_clicks_and_noise_below_the_threshold_do_not_open() -> None:
    sound = noisy(quiet(3), -55)
    sound[20_000:20_100] = 0.9
    assert heard(sound) == []


def test_a_transmission_without_end_is_cut_and_goes_on_as_another() -> None:
    events = heard(noisy(quiet(3.5), -20), max_s=1)
    ended = [e for e in events if isinstance(e, TransmissionEnded)]
    assert [e.cut for e in ended] == [True, True, True, False]
    assert len(audio(events)) == pytest.approx(3.5 * CHAIN_RATE_HZ, abs=320)


def test_bad_samples_do_not_deafen() -> None:
    sound = keyed("*103#", around_s=1)
    bad = np.full(320, np.nan, np.float32)
    bad[3], bad[5] = np.inf, -np.inf
    of = chain()
    events = of.feed(AudioBlock(bad, CHAIN_RATE_HZ, 0)) + of.feed(AudioBlock(bad[:0], CHAIN_RATE_HZ, 0))
    events += [e for b in in_blocks(sound, 320, at=0.02) for e in of.feed(b)]
    assert keys(events) == "*103#"


def test_a_device_may_change_its_rate() -> None:
    of = chain()
    events: list[ChainEvent] = []
    for rate_hz in (8000, 48000):
        events += [
            e for b in in_blocks(keyed("7", rate_hz, around_s=1), rate_hz // 50, rate_hz) for e in of.feed(b)
        ]
    assert keys(events) == "77"


def test_time_follows_the_samples_and_jumps_where_sound_was_lost() -> None:
    of = chain()
    sound = keyed("1", around_s=0.5)
    events = [e for b in in_blocks(sound, 320, at=50) for e in of.feed(b)]
    late = list(in_blocks(sound, 320, at=90))
    late[0] = AudioBlock(late[0].samples, CHAIN_RATE_HZ, 90, lost_frames=1000)
    events += [e for b in late for e in of.feed(b)]
    first, second = [e.at for e in events if isinstance(e, Digit)]
    assert first == pytest.approx(50.5, abs=0.01)
    assert second == pytest.approx(90.5, abs=0.01)


def test_a_drifting_sound_card_is_followed_between_transmissions() -> None:
    of = chain()
    sound = keyed("1", around_s=0.5)
    for b in in_blocks(sound, 320, at=50):
        of.feed(b)
    events = [e for b in in_blocks(sound, 320, at=60) for e in of.feed(b)]
    assert [e.at for e in events if isinstance(e, Digit)] == pytest.approx([60.5], abs=0.01)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 5000), min_size=1, max_size=30))
def test_any_split_into_blocks_gives_the_same_transmissions(sizes: list[int]) -> None:
    sound = noisy(np.concatenate([keyed("*1", around_s=0.7), keyed("2#", around_s=0.7)]), -60)
    whole = heard(sound, frames=len(sound))
    of = chain()
    got: list[ChainEvent] = []
    start = 0
    for size in [*sizes, len(sound)]:
        got += of.feed(
            AudioBlock(sound[start : start + size], CHAIN_RATE_HZ, min(start, len(sound)) / CHAIN_RATE_HZ)
        )
        start += size
    got += of.finish()
    assert keys(got) == keys(whole) == "*12#"
    assert spans(got) == pytest.approx(spans(whole))
    assert np.array_equal(audio(got), audio(whole))
