import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.receive.meter import LevelMeter
from tests.builders import RATE_HZ, noisy


def metered(*sounds: Samples) -> LevelMeter:
    meter = LevelMeter(RATE_HZ)
    for sound in sounds:
        for start in range(0, len(sound), 333):
            meter.feed(sound[start : start + 333])
    return meter


def sine(level_dbfs: float, seconds: float) -> Samples:
    """A tone whose peak is `level_dbfs`."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (10 ** (level_dbfs / 20) * np.sin(2 * np.pi * 800 * t)).astype(np.float32)


def quiet(level_dbfs: float, seconds: float = 5) -> Samples:
    return noisy(np.zeros(round(seconds * RATE_HZ), np.float32), level_dbfs)


def hum(hz: float, peak_dbfs: float, seconds: float = 5) -> Samples:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (10 ** (peak_dbfs / 20) * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def hp15(sound: Samples) -> Samples:
    """As behind the capacitor of a line input: -3 dB at 15 Hz."""
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    return np.fft.irfft(np.fft.rfft(sound) * (1j * hz / 15) / (1 + 1j * hz / 15), len(sound)).astype(
        np.float32
    )


def test_level_peak_and_noise_are_told_apart() -> None:
    meter = metered(quiet(-60), sine(-12, 1))
    assert meter.level_dbfs == pytest.approx(-15, abs=0.2)
    assert meter.peak_dbfs == pytest.approx(-12, abs=0.2)
    assert meter.noise_dbfs == pytest.approx(-60, abs=1)
    assert -51 <= meter.open_dbfs <= -49


@pytest.mark.parametrize(
    ("sounds", "advice"),
    [
        ((np.zeros(RATE_HZ, np.float32),), "digital silence"),
        ((quiet(-50),), "noise alone"),
        ((quiet(-60), sine(-30, 1)), "weak"),
        ((quiet(-60), sine(-3, 1)), "loud"),
        ((quiet(-60), np.clip(sine(6, 1), -1, 1)), "clipped"),
        ((quiet(-60), sine(-12, 1)), "a good level"),
        (
            (quiet(-60), hp15(np.clip(3 * sine(-10, 1), -0.3, 0.3))),
            "clipped in 1 of the last 6 seconds before",
        ),
        ((quiet(-60) + np.float32(0.04),), "an offset of +4.0%"),
        ((quiet(-60) + np.float32(0.003), sine(-12, 1) + np.float32(0.003)), "an offset of +0.3%"),
        ((quiet(-65) + hum(60, -50), sine(-12, 1)), "hum of 60 Hz at -53 dBFS"),
        ((quiet(-70) + hum(50, -64), sine(-12, 1)), "a good level"),
    ],
)
def test_the_advice_says_what_to_turn(sounds: tuple[Samples, ...], advice: str) -> None:
    assert metered(*sounds).advice.startswith(advice)


def test_without_sound_it_is_silent() -> None:
    meter = LevelMeter(RATE_HZ)
    meter.feed(np.zeros(0, np.float32))
    assert meter.level_dbfs == meter.peak_dbfs == meter.noise_dbfs == -120


def test_a_click_is_not_clipping() -> None:
    sound = np.concatenate([quiet(-60), sine(-12, 2)])
    sound[RATE_HZ : RATE_HZ + 100] = 1
    meter = metered(sound)
    assert meter.clipped >= 100
    assert meter.fault == ""


def test_what_was_clipped_a_minute_ago_is_forgotten() -> None:
    meter = metered(np.clip(sine(6, 2), -1, 1), quiet(-60, 61), sine(-12, 1))
    assert meter.clipped == 0
    assert meter.advice.startswith("a good level")
