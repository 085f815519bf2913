import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.signalling.dcs import BITS_PER_S, WORD_BITS
from radiobridge.transmit.dcs import dcs
from tests.signalling.test_dcs import PUBLISHED_WORDS


def bits(sound: Samples, rate_hz: int, count: int) -> list[int]:
    """The signs a little before the end of each bit."""
    at = np.rint((np.arange(count) + 0.8) * rate_hz / BITS_PER_S).astype(int)
    return [int(sound[place] > 0) for place in at]


def published(code: str) -> list[int]:
    return [PUBLISHED_WORDS[code] >> place & 1 for place in range(WORD_BITS)]


@pytest.mark.parametrize("code", PUBLISHED_WORDS)
@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_the_published_word_is_sent_again_and_again(code: str, rate_hz: int) -> None:
    sound = dcs(f"{code}N", rate_hz, 1.0)
    assert sound.dtype == np.float32
    assert bits(sound, rate_hz, 5 * WORD_BITS) == published(code) * 5


def test_the_other_polarity_is_the_same_upside_down() -> None:
    np.testing.assert_array_equal(dcs("023I", 8000, 1, turn_off_s=0), -dcs("023N", 8000, 1, turn_off_s=0))


def test_the_level_is_that_of_the_words_and_of_the_turn_off_tone() -> None:
    sound = dcs("125N", 8000, 1.0, level_dbfs=-20, turn_off_s=0.2)
    words, tone = sound[:8000], sound[8000:]
    assert len(tone) == 1600
    assert 10 * np.log10(np.mean(np.square(words))) == pytest.approx(-20, abs=0.1)
    assert 10 * np.log10(np.mean(np.square(tone))) == pytest.approx(-20, abs=0.1)
    power = np.abs(np.fft.rfft(tone, 80_000)) ** 2
    assert power.argmax() / 10 == pytest.approx(134.4, abs=0.5)


def test_nearly_nothing_of_it_is_heard_above_300_hz() -> None:
    power = np.abs(np.fft.rfft(dcs("754N", 8000, 5.0))) ** 2
    assert power[1500:].sum() / power.sum() < 0.003


def test_unknown_codes_and_levels_that_clip_are_refused() -> None:
    with pytest.raises(ValueError, match="no DCS code: '024N'; like it: 023"):
        dcs("024N", 8000, 1.0)
    with pytest.raises(ValueError, match="clips"):
        dcs("023N", 8000, 1.0, level_dbfs=-2)
