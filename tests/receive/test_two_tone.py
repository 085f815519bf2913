import numpy as np
import pytest

from radiobridge.events import Samples, Selcall
from radiobridge.receive.two_tone import TwoToneDecoder
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.single_tones import tones_in_a_row
from radiobridge.transmit.two_tone import group_call, two_tone
from tests.builders import noisy
from tests.channel_model import RATE_HZ, clipped, drifted, radio_band, with_drop_outs, with_noise
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech
from tests.receive.subaudible import quietly

PAGES = {"fire brigade": (349.0, 433.7), "ambulance": (600.9, 1063.2)}


def calls(sound: Samples) -> list[Selcall]:
    return [call for call in heard(TwoToneDecoder("gate", PAGES), sound) if isinstance(call, Selcall)]


def codes(sound: Samples) -> list[str]:
    return [call.code for call in calls(sound)]


def test_a_page_of_the_settings_is_told_by_its_name() -> None:
    assert codes(with_noise(quietly(two_tone(349.0, 433.7, RATE_HZ)), 3)) == ["fire brigade"]


@pytest.mark.parametrize("off", [-0.008, 0.008])
def test_a_named_page_may_be_a_little_off(off: float) -> None:
    assert codes(with_noise(drifted(quietly(two_tone(600.9, 1063.2, RATE_HZ)), off), 10)) == ["ambulance"]


def test_a_page_that_nobody_knows_is_told_by_its_tones() -> None:
    (call,) = calls(with_noise(quietly(two_tone(701.0, 1251.4, RATE_HZ)), 10))
    assert call.tones_hz == pytest.approx([701.0, 1251.4], rel=0.002)
    assert call.code == f"{call.tones_hz[0]:.1f}/1251.4"


def test_a_page_is_told_before_its_second_tone_ends() -> None:
    decoder = TwoToneDecoder("gate", PAGES)
    sound = noisy(quietly(two_tone(349.0, 433.7, RATE_HZ)), -40)
    told_s = next(
        start / RATE_HZ for start in range(0, len(sound), 160) if decoder.feed(sound[start : start + 160], 0)
    )
    assert told_s < (len(sound) / RATE_HZ - 4) / 2 + 2.2


@pytest.mark.parametrize("times_s", [(0.4, 0.8), (0.8, 1.5), (1.5, 3.0)])
@pytest.mark.parametrize("gap_s", [0.0, 0.1])
def test_other_timings_are_heard(times_s: tuple[float, float], gap_s: float) -> None:
    page = two_tone(349.0, 433.7, RATE_HZ, a_s=times_s[0], b_s=times_s[1], gap_s=gap_s)
    assert codes(with_noise(quietly(page), 10)) == ["fire brigade"]


def test_short_timings_of_pages_that_nobody_knows_are_no_page() -> None:
    assert codes(with_noise(quietly(two_tone(701.0, 1251.4, RATE_HZ, a_s=0.4, b_s=0.8)), 10)) == []


def test_chords_are_no_page() -> None:
    low, high = (
        two_tone(349.0, 433.7, RATE_HZ, level_dbfs=-16),
        two_tone(523.3, 650.0, RATE_HZ, level_dbfs=-16),
    )
    assert codes(noisy(quietly(low + high), -40)) == []


def test_a_page_is_heard_in_noise_ten_times_as_strong_as_it() -> None:
    sounds = [with_noise(quietly(two_tone(349.0, 433.7, RATE_HZ)), -10, seed) for seed in range(5)]
    assert [codes(sound) for sound in sounds] == [["fire brigade"]] * 5


def test_one_long_tone_is_a_group_call() -> None:
    (call,) = calls(with_noise(quietly(group_call(707.3, RATE_HZ)), 10))
    assert (call.code, call.group) == ("707.3", True)


def test_a_page_says_when_how_long_how_loud_and_how_clear() -> None:
    sound = with_noise(quietly(two_tone(349.0, 433.7, RATE_HZ, level_dbfs=-20)), 12)
    (call,) = calls(sound)
    assert call.at == pytest.approx(BEGAN_AT + (len(sound) / RATE_HZ - 4) / 2, abs=0.03)
    assert call.duration_s > 1.7
    assert call.level_dbfs == pytest.approx(-20, abs=1)
    assert call.snr_db == pytest.approx(12, abs=2.5)


@pytest.mark.parametrize("spoil", [radio_band, clipped, with_drop_outs])
def test_a_page_is_heard_through_a_bad_channel(spoil: object) -> None:
    assert callable(spoil)
    assert codes(with_noise(spoil(quietly(two_tone(600.9, 1063.2, RATE_HZ))), 10)) == ["ambulance"]


def test_melodies_short_tones_and_other_signalling_are_no_page() -> None:
    melody = [(523.3, 0.5), (659.3, 0.5), (784.0, 0.9), (1046.5, 1.2)]
    sounds = [
        tones_in_a_row(melody, RATE_HZ),
        np.zeros(RATE_HZ, np.float32),
        two_tone(349.0, 433.7, RATE_HZ, a_s=0.2, b_s=0.4),
        np.zeros(RATE_HZ, np.float32),
        five_tone("12345", "ccir", RATE_HZ, lead_s=0.7),
        dtmf("159D" * 4, RATE_HZ, tone_s=1.0),
        np.zeros(RATE_HZ * 60, np.float32),
    ]
    assert codes(noisy(quietly(*sounds), -25)) == []


def test_real_speech_is_no_page() -> None:
    assert codes(real_speech()) == []
