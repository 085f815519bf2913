"""A voice through a radio is widened, and any other left as it is."""

from __future__ import annotations

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import Samples
from radiobridge.speech.radio_voice import RATE_HZ, RadioVoice
from tests.channel_model import RATE_HZ as CHANNEL_HZ
from tests.channel_model import radio_band, with_noise
from tests.speech.builders import spoken

WIDE = spoken("지원 화재")


def through_radio(sound: Samples) -> Samples:
    narrow = with_noise(radio_band(soxr.resample(sound, RATE_HZ, CHANNEL_HZ)), 40)
    wide: Samples = soxr.resample(narrow, CHANNEL_HZ, RATE_HZ).astype(np.float32)
    return wide


NARROW = through_radio(WIDE)


def widened(sound: Samples, *cuts: int) -> Samples:
    voice = RadioVoice()
    pieces = np.split(sound, [at for at in np.cumsum([0, *cuts]) if at < len(sound)])
    return np.concatenate([*(voice.feed(piece) for piece in pieces), voice.finish()])


def upper_share_db(sound: Samples) -> float:
    """Power above 4 kHz, under that below."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    return float(10 * np.log10(power[hz > 4200].sum() / power[hz < 4000].sum()))


def upper_db(sound: Samples) -> float:
    """The level above 4.5 kHz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(20 * np.log10(np.median(spectrum[len(sound) * 9 // 32 :])))


def test_a_narrow_voice_gets_an_upper_band_that_follows_it() -> None:
    made = widened(NARROW)
    assert len(made) == len(NARROW)
    assert made.dtype == np.float32
    assert upper_share_db(NARROW) < -50
    assert -30 < upper_share_db(made) < -5
    quiet, loud = made[: RATE_HZ // 5], made[np.abs(NARROW).argmax() - 800 : np.abs(NARROW).argmax() + 800]
    upper = [
        np.abs(np.fft.rfft(part * np.hanning(len(part))))[len(part) * 9 // 32 :] for part in (quiet, loud)
    ]
    assert np.median(upper[1]) > 3 * np.median(upper[0])


def test_the_slopes_of_the_radio_are_undone() -> None:
    tones = {hz: np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ) for hz in (200, 1000, 3400)}
    sound = sum(tones.values(), np.zeros(RATE_HZ)) * 0.1
    narrow = soxr.resample(
        radio_band(soxr.resample(sound.astype(np.float32), RATE_HZ, CHANNEL_HZ)), CHANNEL_HZ, RATE_HZ
    )

    def level_db(heard: Samples, hz: int) -> float:
        spectrum = np.abs(np.fft.rfft(heard[: RATE_HZ // 2] * np.hanning(RATE_HZ // 2)))
        return float(20 * np.log10(spectrum[hz // 2 - 5 : hz // 2 + 6].max()))

    before, after = narrow.astype(np.float32)[4000:], widened(narrow.astype(np.float32))[4000:]
    for hz in (200, 3400):
        slope_before = level_db(before, hz) - level_db(before, 1000)
        slope_after = level_db(after, hz) - level_db(after, 1000)
        assert slope_before < -5
        assert abs(slope_after) < 2


def test_a_wide_voice_is_left_as_it_is() -> None:
    np.testing.assert_array_equal(widened(WIDE), WIDE)


@pytest.mark.parametrize("seconds", [0, 0.01, 0.2, 1.0, 4.0])
def test_silence_is_silence_and_nothing_is_lost(seconds: float) -> None:
    silence = np.zeros(round(seconds * RATE_HZ), np.float32)
    np.testing.assert_array_equal(widened(silence), silence)


def test_a_voice_after_a_long_silence_comes_out_whole() -> None:
    late = np.concatenate([np.zeros(RATE_HZ, np.float32), NARROW])
    made = widened(late)
    assert len(made) == len(late)
    assert upper_share_db(made[RATE_HZ:]) > -30


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 9000), max_size=12))
def test_what_comes_out_does_not_depend_on_how_it_came_in(cuts: list[int]) -> None:
    np.testing.assert_array_equal(widened(NARROW, *cuts), widened(NARROW))
