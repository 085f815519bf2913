import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.signalling.ctcss import TONES_HZ
from radiobridge.transmit.ctcss import ctcss


def arrow(sound: Samples, hz: float, rate_hz: int) -> complex:
    """The tone in the sound: 1 long for a sine with an RMS of 1."""
    turned = np.exp(-2j * np.pi * hz * np.arange(len(sound)) / rate_hz)
    return complex(np.sqrt(2) * np.mean(sound * turned))


@pytest.mark.parametrize("rate_hz", [8000, 16000, 48000])
def test_a_tone_has_its_frequency_alone_and_its_level(rate_hz: int) -> None:
    for hz in TONES_HZ[::7]:
        sound = ctcss(hz, rate_hz, 10, level_dbfs=-20)
        assert sound.dtype == np.float32
        assert len(sound) == 10 * rate_hz
        power = np.abs(np.fft.rfft(sound * np.hanning(len(sound)))) ** 2
        assert power.argmax() / 10 == pytest.approx(hz, abs=0.06)
        assert 10 * np.log10(np.mean(np.square(sound))) == pytest.approx(-20, abs=0.05)
        near = slice(round(10 * hz) - 4, round(10 * hz) + 5)
        assert power[near].sum() / power.sum() > 0.9999


@pytest.mark.parametrize("turn_deg", [120, 135, 180])
def test_a_reverse_burst_goes_back_in_phase(turn_deg: float) -> None:
    sound = ctcss(100.0, 8000, 1.0, reverse_burst_deg=turn_deg, reverse_burst_s=0.2)
    assert len(sound) == 9600
    before, after = arrow(sound[4000:7200], 100.0, 8000), arrow(sound[8000:9200], 100.0, 8000)
    assert abs(after) == pytest.approx(abs(before), rel=0.01)
    assert np.degrees(np.angle(before / after)) % 360 == pytest.approx(turn_deg, abs=0.5)


def test_unknown_tones_and_levels_that_clip_are_refused() -> None:
    with pytest.raises(ValueError, match=r"nearest of the table: 123\.0 and 127\.3"):
        ctcss(123.4, 8000, 1.0)
    with pytest.raises(ValueError, match="clips"):
        ctcss(100.0, 8000, 1.0, level_dbfs=-2)
