import numpy as np
import pytest

from radiobridge.receive.spectrum import Spectrum
from tests.builders import keyed


@pytest.mark.parametrize("rate_hz", [8000, 11025, 48000])
@pytest.mark.parametrize("hz", [150, 650, 1650, 3350])
def test_a_tone_stands_in_its_column_with_its_level(rate_hz: int, hz: float) -> None:
    spectrum = Spectrum(rate_hz, 40)
    tone = 0.1 * np.sin(2 * np.pi * hz * np.arange(rate_hz) / rate_hz)
    for start in range(0, rate_hz, 333):
        spectrum.feed(tone[start : start + 333].astype(np.float32))
    levels = spectrum.taken()
    assert levels.index(max(levels)) == int(hz / 100)
    assert max(levels) == pytest.approx(-23, abs=1)


def test_a_short_key_is_seen_until_the_next_picture() -> None:
    spectrum = Spectrum(8000, 40)
    spectrum.feed(keyed("5", 8000, tone_s=0.05, level_dbfs=-10, around_s=0.3))
    levels = spectrum.taken()
    assert sorted(np.argsort(levels)[-2:]) == [7, 13]
    spectrum.feed(np.zeros(4000, np.float32))
    spectrum.taken()
    assert max(spectrum.taken()) == -120


def test_above_half_the_rate_there_is_nothing() -> None:
    spectrum = Spectrum(4000, 40)
    spectrum.feed(np.random.default_rng(1).normal(0, 0.1, 4000).astype(np.float32))
    levels = spectrum.taken()
    assert min(levels[:20]) > -60
    assert set(levels[21:]) == {-120}
