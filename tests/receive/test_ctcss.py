import numpy as np
import pytest

from radiobridge.events import Samples, Selcall
from radiobridge.receive.ctcss import CtcssDecoder
from radiobridge.signalling.ctcss import TONES_HZ, tone_name
from radiobridge.signalling.dcs import CODES
from radiobridge.transmit.ctcss import ctcss
from radiobridge.transmit.dcs import dcs
from radiobridge.transmit.dtmf import dtmf
from tests.builders import noisy
from tests.channel_model import with_noise
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech
from tests.receive.subaudible import hiss, quietly, sine, spoken_over

LEVEL_DBFS = -25


def tones(sound: Samples, block: int = 8000) -> list[Selcall]:
    return [signal for signal in heard(CtcssDecoder("gate"), sound, block) if isinstance(signal, Selcall)]


def codes(sound: Samples) -> list[str]:
    return [tone.code for tone in tones(sound)]


def seconds_to_hear(sound: Samples) -> float:
    """How much of the sound it takes until a tone is told, in blocks of 20 ms."""
    decoder = CtcssDecoder("gate")
    for start in range(0, len(sound), 160):
        if decoder.feed(sound[start : start + 160], 0):
            return (start + 160) / 8000
    raise AssertionError("nothing is heard")


@pytest.mark.parametrize("off", [-0.005, 0, 0.005])
def test_every_tone_is_heard_half_a_percent_off_too(off: float) -> None:
    for hz in TONES_HZ:
        (tone,) = tones(noisy(sine(hz * (1 + off), 0.5), LEVEL_DBFS - 20))
        assert tone.code == tone_name(hz)
        assert tone.tones_hz[0] == pytest.approx(hz * (1 + off), abs=0.1)


@pytest.mark.parametrize("off", [-0.03, -0.02, -0.015, -0.01, 0.01, 0.015, 0.02, 0.03])
def test_a_tone_one_percent_off_and_more_is_never_taken_for_it(off: float) -> None:
    for hz in TONES_HZ[::3]:
        assert tone_name(hz) not in codes(noisy(sine(hz * (1 + off), 1.2), LEVEL_DBFS - 20))


def test_a_tone_is_told_within_300_ms() -> None:
    assert max(seconds_to_hear(noisy(sine(hz, 0.5), LEVEL_DBFS - 10)) for hz in TONES_HZ[::4]) <= 0.3


@pytest.mark.parametrize("louder_db", [10, 20])
def test_tones_are_heard_under_a_voice(louder_db: float) -> None:
    for number, hz in enumerate(TONES_HZ[::3]):
        assert codes(spoken_over(ctcss(hz, 8000, 1.5), louder_db, seed=number)) == [tone_name(hz)]


def test_tones_are_heard_in_noise_ten_times_stronger() -> None:
    for number, hz in enumerate(TONES_HZ[::3]):
        assert codes(with_noise(ctcss(hz, 8000, 2.0), -10, seed=number)) == [tone_name(hz)]


def test_a_tone_says_when_how_strong_and_how_clear() -> None:
    (tone,) = tones(noisy(quietly(ctcss(123.0, 8000, 1.0, level_dbfs=-20)), -30))
    assert (tone.system, tone.code, tone.channel) == ("ctcss", "123.0", "gate")
    assert tone.at == pytest.approx(BEGAN_AT + 0.3, abs=0.06)
    assert tone.duration_s == pytest.approx(0.25)
    assert tone.level_dbfs == pytest.approx(-20, abs=0.5)
    # Of white noise up to 4 kHz, 5 % are between 60 and 260 Hz.
    assert tone.snr_db == pytest.approx(10 + 13, abs=3)


def test_a_tone_is_told_again_only_after_another_one() -> None:
    long, other = ctcss(100.0, 8000, 3.0), ctcss(97.4, 8000, 1.5)
    assert codes(np.concatenate([long, other, long])) == ["100.0", "97.4", "100.0"]


@pytest.mark.parametrize("turn_deg", [120, 135, 180])
def test_a_reverse_burst_is_no_other_tone(turn_deg: float) -> None:
    for hz in (67.0, 165.5, 254.1):
        sound = quietly(ctcss(hz, 8000, 1.0, reverse_burst_deg=turn_deg, reverse_burst_s=0.2))
        assert codes(noisy(sound, -60)) == [tone_name(hz)]


def hum(**level_db_of: float) -> Samples:
    """Lines with these levels: `h100=0` is 100 Hz at -20 dBFS."""
    return sum((sine(float(name[1:]), 3, db - 20) for name, db in level_db_of.items()), hiss(3, -80))


@pytest.mark.parametrize(
    "sound",
    [
        hum(h50=0),
        hum(h50=0, h100=-3, h150=-6, h200=-12, h250=-12),
        hum(h100=0, h50=-14),
        hum(h100=0, h200=-14, h300=-21, h400=-26),
        hum(h60=0, h120=-3, h180=-3, h240=-10),
        hum(h180=0, h60=-14),
        hum(h150=0),
        hum(h120=0),
        hum(h240=0),
    ],
    ids=["50", "mains", "100-with-50", "rectified", "60", "180-with-60", "150", "120", "240"],
)
def test_hum_is_no_tone(sound: Samples) -> None:
    assert codes(sound) == []


def test_a_tone_is_heard_over_a_little_hum() -> None:
    assert codes(hum(h100=0, h50=-20)) == ["100.0"]


def vowel(hz: float, tilt_db: float) -> Samples:
    """A voice that holds its pitch as no human can; so much weaker an octave."""
    count = int(3500 / hz)
    return sum((sine(hz * n, 2, -25 + tilt_db * np.log2(n)) for n in range(1, count + 1)), hiss(2, -80))


@pytest.mark.parametrize("tilt_db", [-6, -12, -18])
def test_a_voice_at_the_very_pitch_of_a_tone_is_none(tilt_db: float) -> None:
    for hz in TONES_HZ[8:48:5]:
        assert codes(vowel(hz, tilt_db)) == []


@pytest.mark.parametrize("gain", [1, 3])
def test_real_speech_is_no_tone(gain: float) -> None:
    assert codes(np.clip(real_speech() * np.float32(gain), -1, 1)) == []


def test_noise_keys_and_dcs_are_no_tones() -> None:
    assert codes(hiss(120, -20)) == []
    assert codes(np.concatenate([dtmf("1470*2580#369ABCD", 8000)] * 2)) == []
    assert [code for code in CODES[::4] if codes(dcs(code, 8000, 3.0))] == []


def test_hum_far_below_the_voice_is_no_tone() -> None:
    assert codes(np.concatenate([sine(500, 0.5, -12), sine(100.0, 2.0, -62)])) == []
