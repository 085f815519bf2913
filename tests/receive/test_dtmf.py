import shutil
import subprocess

import numpy as np
import pytest

from radiobridge.events import Digit, Samples
from radiobridge.receive.dtmf import DtmfDecoder
from tests.builders import keyed, noisy
from tests.receive.hearing import heard
from tests.receive.speech import real_speech

ALL = "123A456B789C*0#D"


def decoded(sound: Samples, block: int = 160) -> list[Digit]:
    return [signal for signal in heard(DtmfDecoder("gate"), sound, block) if isinstance(signal, Digit)]


def keys(sound: Samples) -> str:
    return "".join(digit.key for digit in decoded(sound))


def test_every_key_is_heard() -> None:
    assert keys(keyed(ALL, 8000)) == ALL


@pytest.mark.parametrize("twist_db", [-10, -6, 6, 12])
def test_keys_are_heard_through_twist(twist_db: float) -> None:
    assert keys(noisy(keyed(ALL, 8000, twist_db=twist_db), -40)) == ALL


@pytest.mark.parametrize(("tone_s", "gap_s"), [(0.04, 0.04), (0.05, 0.05), (1.5, 0.1)])
def test_short_and_long_keys_are_heard_once(tone_s: float, gap_s: float) -> None:
    assert keys(keyed(ALL, 8000, tone_s=tone_s, gap_s=gap_s)) == ALL


def test_keys_are_heard_in_noise_as_strong_as_they() -> None:
    assert keys(noisy(keyed(ALL * 3, 8000), -10)) == ALL * 3


def test_keys_are_heard_at_minus_50_dbfs_and_clipped() -> None:
    assert keys(keyed(ALL, 8000, level_dbfs=-50)) == ALL
    assert keys(np.clip(keyed(ALL, 8000) * 8, -0.6, 0.6)) == ALL


def test_a_drop_out_does_not_double_a_key() -> None:
    sound = keyed("5", 8000, tone_s=0.15)
    middle = len(sound) // 2 - 800
    sound[middle : middle + 80] = 0
    assert keys(sound) == "5"


def test_the_same_key_twice_is_two_keys() -> None:
    assert keys(keyed("1100", 8000, tone_s=0.05, gap_s=0.045)) == "1100"


@pytest.mark.parametrize("offset", [-0.018, 0.018])
def test_tones_a_little_off_are_accepted(offset: float) -> None:
    rate_hz = 8000
    sound = keyed(ALL, round(rate_hz / (1 + offset)))
    assert keys(sound) == ALL


@pytest.mark.parametrize("offset", [-0.035, 0.035])
def test_tones_far_off_are_refused(offset: float) -> None:
    assert keys(keyed(ALL, round(8000 / (1 + offset)))) == ""


def test_bursts_single_tones_and_noise_are_refused() -> None:
    t = np.arange(8000) / 8000
    assert keys(keyed(ALL, 8000, tone_s=0.018, gap_s=0.08)) == ""
    assert keys((0.3 * np.sin(2 * np.pi * 770 * t)).astype(np.float32)) == ""
    assert keys(noisy(np.zeros(80_000, np.float32), -10)) == ""


def test_a_digit_says_when_how_long_how_loud_and_how_clear() -> None:
    (digit,) = decoded(noisy(keyed("7", 8000, tone_s=0.2, level_dbfs=-20, twist_db=4), -50))
    assert digit.at == pytest.approx(100.3, abs=0.01)
    assert digit.duration_s == pytest.approx(0.2, abs=0.02)
    assert digit.level_dbfs == pytest.approx(-20, abs=1)
    assert digit.twist_db == pytest.approx(4, abs=0.5)
    assert digit.snr_db > 5


@pytest.mark.parametrize("snr_db", [3, 10, 20])
def test_the_snr_of_a_digit_is_that_of_the_channel(snr_db: float) -> None:
    digits = decoded(noisy(keyed("159D", 8000, level_dbfs=-15), -15 - snr_db))
    # Of white noise up to 4 kHz the band of the decoder holds 72 %.
    assert np.median([d.snr_db for d in digits]) == pytest.approx(snr_db + 1.4, abs=1)


def test_a_key_held_where_the_sound_ends_is_heard() -> None:
    sound = keyed("3", 8000, tone_s=0.2)
    assert keys(sound[: 8000 * 4 // 10]) == "3"


def test_real_speech_is_no_key() -> None:
    assert keys(real_speech()) == ""


def test_a_foreign_decoder_hears_what_we_encode() -> None:
    assert shutil.which("multimon-ng"), "install the Debian package multimon-ng"
    pcm = (keyed(ALL, 22050) * 32767).astype("<i2").tobytes()
    said = subprocess.run(
        ["multimon-ng", "-q", "-t", "raw", "-a", "DTMF", "-"], input=pcm, capture_output=True, check=True
    ).stdout.decode()
    assert "".join(line.removeprefix("DTMF: ") for line in said.splitlines()) == ALL
