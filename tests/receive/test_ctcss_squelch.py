import numpy as np
import pytest
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.ctcss_squelch import CtcssSquelch
from radiobridge.receive.decimate import Decimator
from radiobridge.signalling.ctcss import TONES_HZ
from radiobridge.transmit.ctcss import ctcss
from tests.builders import noisy
from tests.channel_model import with_noise
from tests.receive.discriminator import keyed_on, received
from tests.receive.speech import real_speech
from tests.receive.subaudible import hiss, sine, spans_s, spoken_over, states

LEVEL_DBFS = -25


def opened(hz: float, sound: Samples, frames: int = 2) -> NDArray[np.bool_]:
    return states(CtcssSquelch(hz), sound, frames)


def keyed(sound: Samples, tail_dbfs: float = -100) -> Samples:
    """The sound after half a second of quiet, and a second of noise after it."""
    return np.concatenate([hiss(0.5, -60), noisy(sound, LEVEL_DBFS - 20), hiss(1.0, tail_dbfs, seed=2)])


@pytest.mark.parametrize("off", [-0.005, 0, 0.005])
def test_it_opens_within_200_ms_and_closes_within_100(off: float) -> None:
    for hz in TONES_HZ[::3]:
        ((start_s, end_s),) = spans_s(opened(hz, keyed(sine(hz * (1 + off), 1.5))))
        assert 0.5 < start_s <= 0.7
        assert 2.0 < end_s <= 2.1


def test_it_closes_within_200_ms_in_noise_as_strong_as_voices() -> None:
    for hz in TONES_HZ[::5]:
        first, *_ = spans_s(opened(hz, keyed(sine(hz, 1.5), tail_dbfs=LEVEL_DBFS + 15)))
        assert 2.0 < first[1] <= 2.2


@pytest.mark.parametrize("burst_s", [0.08, 0.2])
@pytest.mark.parametrize("turn_deg", [120, 135, 180, 240])
def test_a_reverse_burst_closes_at_once_and_opens_nothing(turn_deg: float, burst_s: float) -> None:
    for hz in TONES_HZ[::7]:
        tone = ctcss(hz, 8000, 1.5, reverse_burst_deg=turn_deg, reverse_burst_s=burst_s)
        ((_, end_s),) = spans_s(opened(hz, keyed(tone)))
        assert 2.0 < end_s <= 2.07


def test_the_tail_of_a_transmission_is_not_heard() -> None:
    sound = np.zeros(16_000 * 5, np.float32)
    tone = ctcss(88.5, 16_000, 3.0, level_dbfs=-21, reverse_burst_deg=180, reverse_burst_s=0.18)
    sound[16_000 : 16_000 + len(tone)] = tone
    discriminator = received(sound, keyed_on(len(sound), (1.0, 4.18)), cnr_db=10)
    ((start_s, end_s),) = spans_s(opened(88.5, Decimator(2).feed(discriminator)))
    assert 1.0 < start_s <= 1.25
    assert 4.0 < end_s <= 4.1


def test_neighbours_do_not_open_it() -> None:
    for number, hz in enumerate(TONES_HZ):
        for other in TONES_HZ[max(number - 1, 0) : number + 2]:
            if other != hz:
                nearer = other * (1.005 if other < hz else 0.995)
                assert not opened(hz, noisy(sine(nearer, 0.8), LEVEL_DBFS - 10)).any()


def test_a_voice_does_not_close_it() -> None:
    for number, hz in enumerate(TONES_HZ[::9]):
        open_frames = opened(hz, spoken_over(sine(hz, 8.0), 15, seed=number))
        assert len(spans_s(open_frames)) == 1
        assert open_frames.mean() > 0.9


def test_it_does_not_flap_in_noise_at_its_threshold() -> None:
    for number, hz in enumerate(TONES_HZ[::9]):
        assert len(spans_s(opened(hz, with_noise(sine(hz, 5.0), -8, seed=number)))) == 1


def test_a_drop_out_does_not_close_it() -> None:
    sound = sine(131.8, 2.0)
    sound[8000:8240] = 0
    assert len(spans_s(opened(131.8, sound))) == 1


def test_speech_and_noise_do_not_open_it() -> None:
    assert not opened(206.5, real_speech()[: 8000 * 240], 100).any()
    assert not opened(118.8, hiss(60, -15), 100).any()


def test_any_number_of_frames_at_a_time_gives_the_same() -> None:
    sound = keyed(ctcss(100.0, 8000, 1.5, reverse_burst_deg=120))
    once = opened(100.0, sound)
    for frames in (1, 3, 7, 1000):
        np.testing.assert_array_equal(opened(100.0, sound, frames), once)


def test_silence_and_sound_beyond_full_scale_do_no_harm() -> None:
    squelch = CtcssSquelch(100.0)
    assert len(squelch.feed(np.zeros(0, np.float32))) == 0
    assert not states(squelch, np.zeros(8000, np.float32)).any()
    assert states(squelch, sine(100.0, 1.0, level_dbfs=15)).any()
    assert not states(squelch, np.zeros(8000, np.float32))[20:].any()


def test_an_unknown_tone_is_refused_and_the_nearest_are_named() -> None:
    with pytest.raises(ValueError, match=r"123\.4 Hz; the nearest of the table: 123\.0 and 127\.3"):
        CtcssSquelch(123.4)


def test_a_part_of_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of frames"):
        CtcssSquelch(100.0).feed(np.zeros(81, np.float32))
