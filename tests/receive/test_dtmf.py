import shutil
import subprocess
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from radiobridge.events import Digit, Samples
from radiobridge.receive.decoders import ToneBank
from radiobridge.receive.dtmf import DtmfDecoder
from radiobridge.settings import SignalSettings
from tests import channel_model as channel
from tests.builders import keyed, noisy
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.no_keys import TEXTS, others, spoken
from tests.receive.speech import real_speech

ALL = "123A456B789C*0#D"
RATE_HZ = 8000


def decoded(sound: Samples, block: int = 160) -> list[Digit]:
    return [signal for signal in heard(DtmfDecoder("gate"), sound, block) if isinstance(signal, Digit)]


def keys(sound: Samples) -> str:
    return "".join(digit.key for digit in decoded(sound, 16_000))


def drifted(by: float, text: str = ALL, **how: float) -> Samples:
    """All tones off by this fraction, at the same length."""
    return keyed(text, round(RATE_HZ / (1 + by)), **how)


def test_every_key_is_heard() -> None:
    assert keys(keyed(ALL, RATE_HZ)) == ALL


@pytest.mark.parametrize("twist_db", [-10, -8, 4, 8, 12])
def test_keys_are_heard_through_twist(twist_db: float) -> None:
    assert keys(channel.with_noise(keyed(ALL, RATE_HZ, twist_db=twist_db), 25)) == ALL


@pytest.mark.parametrize("off", [-0.018, 0.018])
def test_tones_a_little_off_are_accepted(off: float) -> None:
    assert keys(channel.with_noise(drifted(off), 25)) == ALL
    assert keys(channel.with_noise(drifted(off, tone_s=0.05, gap_s=0.05), 25)) == ALL


@pytest.mark.parametrize(("tone_s", "gap_s"), [(0.04, 0.04), (0.05, 0.05), (0.3, 0.04)])
def test_short_keys_and_short_pauses_are_heard(tone_s: float, gap_s: float) -> None:
    assert keys(channel.with_noise(keyed(ALL, RATE_HZ, tone_s=tone_s, gap_s=gap_s), 15)) == ALL


@pytest.mark.parametrize("seed", range(4))
def test_keys_are_heard_in_noise_as_strong_as_they(seed: int) -> None:
    assert keys(channel.with_noise(keyed(ALL * 3, RATE_HZ), 0, seed)) == ALL * 3


def test_the_same_key_again_and_again_is_as_many_keys() -> None:
    assert keys(channel.with_noise(keyed("1100055", RATE_HZ, tone_s=0.05, gap_s=0.04), 20)) == "1100055"


@pytest.mark.parametrize("level_dbfs", [-60, -45, -6.1])
def test_keys_are_heard_at_any_level(level_dbfs: float) -> None:
    assert keys(keyed(ALL, RATE_HZ, level_dbfs=level_dbfs)) == ALL


CHANNELS: dict[str, Callable[[Samples], Samples]] = {
    "clipped to squares": lambda sound: channel.clipped(channel.with_noise(sound, 30), 100),
    "CTCSS 6 dB louder": partial(channel.with_tone, hz=162.2, above_db=6),
    "hum 10 dB louder": channel.with_hum,
    "direct current": lambda sound: sound + np.float32(0.3),
    "de-emphasised": channel.deemphasised,
    "pre-emphasised": channel.preemphasised,
    "300 to 3000 Hz": channel.radio_band,
    "FM clicks": channel.with_clicks,
    "drop-outs of 5 ms": partial(channel.with_drop_outs, every_s=0.15, length_s=0.005),
    "drop-outs of 10 ms": partial(channel.with_drop_outs, every_s=0.15, length_s=0.01),
    "an echo of 10 ms": partial(channel.echoed, delay_s=0.01, loss_db=6),
    "an echo of 60 ms": partial(channel.echoed, delay_s=0.06, loss_db=6),
    "fading at 2 Hz": partial(channel.faded, depth_db=12, rate_hz=2),
    "fading at 8 Hz": partial(channel.faded, depth_db=12, rate_hz=8),
    "automatic level": channel.pumped,
    "wavering": channel.wandering,
    "mu-law": channel.mu_law,
    "5 bits": channel.coarse,
    "codec noise": channel.coded,
    "held to a microphone": channel.held_to_a_microphone,
}


@pytest.mark.parametrize("effect", CHANNELS.values(), ids=CHANNELS)
def test_keys_are_heard_through(effect: Callable[[Samples], Samples]) -> None:
    assert keys(channel.with_noise(effect(keyed(ALL * 2, RATE_HZ)), 20)) == ALL * 2


def test_keys_are_heard_while_somebody_speaks() -> None:
    sent = keyed(ALL * 8, RATE_HZ)
    voice = real_speech()[: len(sent)]
    loud = voice * np.float32(np.sqrt(channel.sent_power(sent) / np.mean(voice**2)))
    assert len(keys(sent + 0.5 * loud)) >= len(ALL) * 8 - 2


def test_one_tone_may_begin_later_than_the_other() -> None:
    low, high = keyed("5", RATE_HZ, twist_db=40), keyed("5", RATE_HZ, twist_db=-40)
    late = np.concatenate([np.zeros(80, np.float32), high[:-80]])
    assert keys(low + late) == "5"


@pytest.mark.parametrize("held_s", [0.2, 1.29, 10])
def test_a_key_that_is_held_is_one_key(held_s: float) -> None:
    (digit,) = decoded(channel.with_noise(keyed("#", RATE_HZ, tone_s=held_s), 10))
    assert digit.at == pytest.approx(BEGAN_AT + 0.3, abs=0.01)
    assert digit.duration_s == pytest.approx(held_s, abs=0.01)


def test_a_key_held_where_the_sound_ends_is_heard() -> None:
    assert keys(keyed("3", RATE_HZ, tone_s=0.2)[: RATE_HZ * 4 // 10]) == "3"


def test_a_drop_out_does_not_double_a_key() -> None:
    sound = keyed("5" * 8, RATE_HZ, tone_s=0.15)
    for press in range(8):
        start = round((0.3 + press * 0.25 + 0.05 + press * 0.005) * RATE_HZ)
        sound[start : start + 80] = 0
    assert keys(sound) == "5" * 8


@pytest.mark.parametrize("off", [-0.06, -0.045, -0.035, 0.035, 0.045, 0.06])
def test_tones_far_off_are_refused(off: float) -> None:
    assert keys(drifted(off)) == ""


@pytest.mark.parametrize("tone_s", [0.01, 0.018, 0.023])
def test_bursts_are_refused(tone_s: float) -> None:
    assert keys(keyed(ALL * 4, RATE_HZ, tone_s=tone_s, gap_s=0.08)) == ""
    assert keys(channel.with_noise(keyed(ALL * 4, RATE_HZ, tone_s=tone_s, gap_s=0.08), 20)) == ""


def test_other_signalling_music_and_noise_are_no_keys() -> None:
    sounds = others(np.random.default_rng(1))
    assert {name: heard for name, sound in sounds if (heard := keys(sound))} == {}


@pytest.mark.parametrize("gain", [0.3, 1, 3])
def test_real_speech_is_no_key(gain: float) -> None:
    assert keys(np.clip(np.float32(gain) * real_speech(), -1, 1)) == ""


@pytest.mark.parametrize("language", TEXTS)
def test_synthetic_speech_is_no_key(language: str) -> None:
    sound = spoken(language)
    assert len(sound) > 60 * RATE_HZ
    assert keys(sound) == ""
    assert keys(channel.preemphasised(sound)) == ""


def test_a_digit_says_when_how_long_how_loud_and_how_clear() -> None:
    sent = keyed("7", RATE_HZ, tone_s=0.2, level_dbfs=-20, twist_db=4)
    (digit,) = decoded(noisy(sent, -60))
    assert digit.at == pytest.approx(BEGAN_AT + 0.3, abs=0.003)
    assert digit.duration_s == pytest.approx(0.2, abs=0.004)
    assert digit.level_dbfs == pytest.approx(-20, abs=0.5)
    assert digit.twist_db == pytest.approx(4, abs=0.2)
    assert digit.snr_db == 30


@pytest.mark.parametrize("snr_db", [3, 10, 20])
def test_the_snr_of_a_digit_is_that_of_the_channel(snr_db: float) -> None:
    digits = decoded(channel.with_noise(keyed("159D" * 4, RATE_HZ), snr_db))
    assert np.median([digit.snr_db for digit in digits]) == pytest.approx(snr_db, abs=0.7)


def test_times_and_twist_are_right_in_noise() -> None:
    sent = keyed("159D" * 4, RATE_HZ, tone_s=0.06, gap_s=0.06, twist_db=-6)
    for press, digit in enumerate(decoded(channel.with_noise(sent, 10))):
        assert digit.at == pytest.approx(BEGAN_AT + 0.3 + press * 0.12, abs=0.006)
        assert digit.duration_s == pytest.approx(0.06, abs=0.01)
        assert digit.twist_db == pytest.approx(-6, abs=1.5)


@pytest.mark.parametrize("tone_s", [0.04, 0.05, 0.1])
def test_a_key_is_told_40_ms_after_its_end(tone_s: float) -> None:
    bank = ToneBank("gate", SignalSettings(), RATE_HZ)
    sound = noisy(keyed("4B1#" * 4, RATE_HZ, tone_s=tone_s, gap_s=0.0637), -40)
    latest_s = 0.0
    for end in range(160, len(sound), 160):
        for digit in bank.feed(sound[end - 160 : end], (end - 160) / RATE_HZ):
            latest_s = max(latest_s, end / RATE_HZ - digit.at - tone_s)
    assert 0 < latest_s < 0.043


def test_a_foreign_decoder_hears_what_we_encode() -> None:
    assert shutil.which("multimon-ng"), "install the Debian package multimon-ng"
    pcm = (keyed(ALL, 22050) * 32767).astype("<i2").tobytes()
    said = subprocess.run(
        ["multimon-ng", "-q", "-t", "raw", "-a", "DTMF", "-"], input=pcm, capture_output=True, check=True
    ).stdout.decode()
    assert "".join(line.removeprefix("DTMF: ") for line in said.splitlines()) == ALL
