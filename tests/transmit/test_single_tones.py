import numpy as np
import pytest

from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.single_tones import tones_in_a_row
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import group_call, two_tone


def test_tones_have_their_frequencies_lengths_and_level() -> None:
    sound = tones_in_a_row([(1000, 0.5), (2000, 0.25)], 8000, level_dbfs=-12)
    assert len(sound) == 6000
    assert sound.dtype == np.float32
    assert 10 * np.log10(np.mean(sound**2)) == pytest.approx(-12, abs=0.1)
    spectra = np.abs(np.fft.rfft(sound[:4000])), np.abs(np.fft.rfft(sound[4000:]))
    assert [int(s.argmax()) * 8000 / n for s, n in zip(spectra, (4000, 2000), strict=True)] == [1000, 2000]


def test_a_row_has_no_steps() -> None:
    sound = tones_in_a_row([(700, 0.1), (900, 0.1)], 48_000)
    assert np.abs(np.diff(sound)).max() < 2 * np.pi * 900 / 48_000 * np.abs(sound).max() * 1.02


def test_calls_have_the_standards_lengths() -> None:
    assert len(five_tone("12345", "zvei1", 8000)) == 5 * 560
    assert len(five_tone("12345", "ccir", 8000, lead_s=0.7)) == 5600 + 4 * 800
    assert len(two_tone(349, 433.7, 8000, gap_s=0.1)) == 8000 * 4 + 800
    assert len(group_call(707.3, 8000)) == 8000 * 8


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: five_tone("12345", "zvei", 8000), "no five-tone standard 'zvei'"),
        (lambda: five_tone("123", "zvei1", 8000), "'123' has 3 digits"),
        (lambda: five_tone("1234x", "zvei1", 8000), "no tone in zvei1 for 'x'"),
        (lambda: tone_burst(5000, 8000, 0.5), "5000 Hz for 0.5 s cannot be sent at 8000 Hz"),
        (lambda: tone_burst(1750, 8000, 0), "for 0 s cannot be sent"),
        (lambda: tone_burst(1750, 8000, 0.5, level_dbfs=0), "level_dbfs 0 clips"),
    ],
)
def test_what_cannot_be_sent_is_refused(make: object, said: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=said):
        make()
