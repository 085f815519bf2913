import numpy as np
import pytest

from radiobridge.events import Samples, Selcall
from radiobridge.receive.dcs import DcsDecoder
from radiobridge.signalling.ctcss import TONES_HZ
from radiobridge.signalling.dcs import BITS_PER_S, CODES, WORD_BITS, as_normal, sent_bits
from radiobridge.transmit.dcs import dcs
from tests.builders import noisy
from tests.channel_model import drifted, radio_band, with_noise
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech
from tests.receive.subaudible import coupled, hiss, quietly, sine, spoken_over

LEVEL_DBFS = -25


def called(sound: Samples, block: int = 8000) -> list[Selcall]:
    return [signal for signal in heard(DcsDecoder("gate"), sound, block) if isinstance(signal, Selcall)]


def codes(sound: Samples) -> list[str]:
    return [call.code for call in called(sound)]


def sent(name: str, seconds: float = 1.0) -> Samples:
    return dcs(name, 8000, seconds, turn_off_s=0)


@pytest.mark.parametrize("polarity", ["N", "I"])
def test_every_code_is_heard_under_its_normal_name(polarity: str) -> None:
    for code in CODES:
        sound = noisy(quietly(sent(f"{code}{polarity}", 0.6)), LEVEL_DBFS - 20)
        assert codes(sound) == [as_normal(f"{code}{polarity}")]


@pytest.mark.parametrize("corner_hz", [3, 10, 20, 30])
def test_codes_are_heard_through_couplings(corner_hz: float) -> None:
    for code in CODES[::5]:
        assert codes(noisy(coupled(quietly(sent(code)), corner_hz), LEVEL_DBFS - 25)) == [f"{code}N"]


@pytest.mark.parametrize("louder_db", [10, 20])
def test_codes_are_heard_under_a_voice(louder_db: float) -> None:
    for number, code in enumerate(CODES[::8]):
        assert codes(spoken_over(sent(code), louder_db, seed=number)) == [f"{code}N"]


def test_codes_are_heard_in_noise_thirty_times_stronger() -> None:
    for number, code in enumerate(CODES[::8]):
        assert codes(with_noise(sent(code, 2.0), -15, seed=number)) == [f"{code}N"]


def with_wrong_bits(code: str, wrong: int, words: int = 8) -> Samples:
    """Words with other wrong bits in each."""
    rng = np.random.default_rng(int(code, 8))
    bits = np.tile(2.0 * sent_bits(code) - 1, (words, 1))
    for word in bits:
        word[rng.choice(WORD_BITS, wrong, replace=False)] *= -1
    at = (np.arange(round(words * WORD_BITS / BITS_PER_S * 8000)) / 8000 * BITS_PER_S).astype(int)
    return np.asarray(0.05 * bits.ravel()[at], np.float32)


@pytest.mark.parametrize("wrong", [1, 2, 3])
def test_wrong_bits_are_put_right(wrong: int) -> None:
    for code in CODES[::6]:
        assert codes(with_wrong_bits(code, wrong)) == [f"{code}N"]


def test_a_clock_that_is_half_a_percent_off_does_no_harm() -> None:
    for by in (-0.005, 0.005):
        assert [codes(drifted(sent(code), by)) for code in CODES[::20]] == [
            [f"{code}N"] for code in CODES[::20]
        ]


def test_a_code_says_when_how_strong_and_how_clear() -> None:
    (call,) = called(noisy(quietly(dcs("125N", 8000, 1.0, level_dbfs=-20)), -30))
    assert (call.system, call.code, call.channel) == ("dcs", "125N", "gate")
    assert call.at == pytest.approx(BEGAN_AT + 0.3, abs=0.15)
    assert call.duration_s == pytest.approx(2 * 23 / 134.4)
    assert call.level_dbfs == pytest.approx(-20, abs=1)
    # A bit hears about 1.5 % of white noise up to 4 kHz.
    assert call.snr_db == pytest.approx(10 + 18, abs=3)


def test_a_code_is_told_within_350_ms() -> None:
    for code in CODES[::9]:
        decoder = DcsDecoder("gate")
        sound = noisy(sent(code), LEVEL_DBFS - 10)
        told = [start for start in range(0, len(sound), 160) if decoder.feed(sound[start : start + 160], 0)]
        assert (told[0] + 160) / 8000 <= 0.37


def test_a_code_is_told_again_only_after_another_one() -> None:
    long, other = dcs("023N", 8000, 3.0), dcs("754N", 8000, 2.5)
    assert codes(np.concatenate([long, other, long])) == ["023N", "754N", "023N"]


def test_real_speech_is_no_code() -> None:
    half = len(real_speech()) // 2
    assert codes(real_speech()[:half]) == []
    assert codes(np.clip(real_speech()[half:] * np.float32(3), -1, 1)) == []


def test_noise_tones_and_hum_are_no_codes() -> None:
    assert codes(hiss(120, -20)) == []
    for hz in (16.7, 50, 60, *TONES_HZ[::3], 67.2, 134.4):
        assert codes(noisy(sine(hz, 1.5), -60)) == []
    square = np.sign(sine(50, 3)) * np.float32(0.1)
    assert codes(square) == []


def test_nothing_is_left_of_a_code_at_the_speaker_of_a_radio() -> None:
    speaker = radio_band(radio_band(radio_band(sent("023N", 2.0))))
    assert codes(noisy(speaker, LEVEL_DBFS - 20)) == []
