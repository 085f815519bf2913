import numpy as np
import pytest
from numpy.typing import NDArray

from radiobridge.events import Samples
from radiobridge.receive.dcs_squelch import DcsSquelch
from radiobridge.receive.decimate import Decimator
from radiobridge.signalling.dcs import CODES
from radiobridge.transmit.dcs import dcs
from tests.builders import noisy
from tests.channel_model import drifted, with_noise
from tests.receive.discriminator import keyed_on, received
from tests.receive.speech import real_speech
from tests.receive.subaudible import coupled, hiss, spans_s, spoken_over, states

LEVEL_DBFS = -25


def opened(code: str, sound: Samples, frames: int = 2) -> NDArray[np.bool_]:
    return states(DcsSquelch(code), sound, frames)


def sent(code: str, seconds: float = 1.5) -> Samples:
    return dcs(code, 8000, seconds, turn_off_s=0)


def keyed(sound: Samples, tail_dbfs: float = -100) -> Samples:
    """The sound after half a second of quiet, and a second of noise after it."""
    return np.concatenate([hiss(0.5, -60), noisy(sound, LEVEL_DBFS - 20), hiss(1.0, tail_dbfs, seed=2)])


@pytest.mark.parametrize("corner_hz", [0, 5, 20])
def test_it_opens_within_250_ms_and_closes_within_150(corner_hz: float) -> None:
    for code in CODES[::8]:
        sound = keyed(sent(code))
        ((start_s, end_s),) = spans_s(opened(code, coupled(sound, corner_hz) if corner_hz else sound))
        assert 0.5 < start_s <= 0.75
        assert 2.0 < end_s <= 2.15


def test_it_closes_within_200_ms_in_noise_as_strong_as_voices() -> None:
    for code in CODES[::12]:
        ((_, end_s),) = spans_s(opened(code, keyed(sent(code), tail_dbfs=LEVEL_DBFS + 15)))
        assert 2.0 < end_s <= 2.2


def test_the_turn_off_tone_closes_at_once_and_opens_nothing() -> None:
    for code in CODES[::8]:
        ((_, end_s),) = spans_s(opened(code, keyed(dcs(code, 8000, 1.5))))
        assert 2.0 < end_s <= 2.1


def test_the_tail_of_a_transmission_is_not_heard() -> None:
    sound = np.zeros(16_000 * 5, np.float32)
    words = dcs("431N", 16_000, 3.0, level_dbfs=-19, turn_off_s=0.18)
    sound[16_000 : 16_000 + len(words)] = words
    discriminator = received(sound, keyed_on(len(sound), (1.0, 4.18)), cnr_db=10)
    ((start_s, end_s),) = spans_s(opened("431", Decimator(2).feed(discriminator)))
    assert 1.0 < start_s <= 1.25
    assert 4.0 < end_s <= 4.1


def test_other_codes_do_not_open_it() -> None:
    for code in ("023", "627"):
        for other in CODES:
            if other != code:
                assert not opened(code, noisy(sent(other, 0.8), LEVEL_DBFS - 15), 100).any()


def test_an_inverted_code_is_its_normal_twin() -> None:
    assert opened("023I", sent("047N")).any()
    assert opened("047N", sent("023I")).any()
    assert not opened("023N", sent("023I")).any()


def test_a_voice_does_not_close_it() -> None:
    for number, code in enumerate(CODES[::20]):
        open_frames = opened(code, spoken_over(sent(code, 8.0), 15, seed=number))
        assert len(spans_s(open_frames)) == 1
        assert open_frames.mean() > 0.95


def test_it_does_not_flap_in_noise_at_its_threshold() -> None:
    for number, code in enumerate(CODES[::20]):
        assert len(spans_s(opened(code, with_noise(sent(code, 5.0), -13, seed=number)))) == 1


def test_it_follows_a_clock_that_is_half_a_percent_off() -> None:
    for by in (-0.005, 0.005):
        assert len(spans_s(opened("125", drifted(sent("125", 8.0), by)))) == 1


def test_speech_and_noise_do_not_open_it() -> None:
    assert not opened("023", real_speech()[: 8000 * 120], 100).any()
    assert not opened("754", hiss(60, -15), 100).any()


def test_any_number_of_frames_at_a_time_gives_the_same() -> None:
    sound = keyed(dcs("114", 8000, 1.5))
    once = opened("114", sound)
    for frames in (1, 3, 7, 1000):
        np.testing.assert_array_equal(opened("114", sound, frames), once)


def test_silence_and_sound_beyond_full_scale_do_no_harm() -> None:
    squelch = DcsSquelch("023N")
    assert len(squelch.feed(np.zeros(0, np.float32))) == 0
    assert not states(squelch, np.zeros(8000, np.float32)).any()
    assert states(squelch, sent("023N") * np.float32(80)).any()
    assert not states(squelch, np.zeros(8000, np.float32))[20:].any()


def test_an_unknown_code_is_refused_and_those_like_it_are_named() -> None:
    with pytest.raises(ValueError, match="no DCS code: '024N'; like it: 023"):
        DcsSquelch("024N")


def test_a_part_of_a_frame_is_refused() -> None:
    with pytest.raises(ValueError, match="no whole number of frames"):
        DcsSquelch("023").feed(np.zeros(81, np.float32))
