"""The voice squelch: on real speech and on keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from radiobridge.events import Samples
from radiobridge.receive.squelch import Gate
from radiobridge.receive.squelch.voice import VoiceSource
from tests import channel_model
from tests.builders import keyed, noisy
from tests.receive.cutting import ended, heard, keys, quiet

RATE_HZ = 8000
SPEECH = Path("/usr/share/asterisk/sounds/en_US_f_Allison")


def opened(sound: Samples) -> list[bool]:
    """For each 10 ms of sound at 8 kHz, whether the squelch is open."""
    source, gate = VoiceSource(), Gate(0.04, 0.5)
    return [gate.feed(bool(frame)) for frame in source.feed(sound[: len(sound) // 80 * 80])]


def hum(seconds: float, level: float = 0.05) -> Samples:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.asarray(sum(level / n * np.sin(2 * np.pi * 50 * n * t) for n in range(1, 12)), np.float32)


def whistle(seconds: float) -> Samples:
    return np.asarray(
        0.1 * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ), np.float32
    )


def hiss(seconds: float) -> Samples:
    return noisy(np.zeros(round(seconds * RATE_HZ), np.float32), -30)


@pytest.fixture(scope="module")
def prompts() -> list[Samples]:
    files = sorted(SPEECH.glob("*.wav"))[::12]
    assert files, f"no speech in {SPEECH}; install the Debian package asterisk-core-sounds-en-wav"
    sounds = [soundfile.read(file, dtype="float32")[0] for file in files]
    return [
        np.asarray(sound * 0.1 / np.sqrt(channel_model.sent_power(sound)), np.float32)
        for sound in sounds
        if np.abs(sound).max() > 0.05
    ]


@pytest.mark.parametrize("snr_db", [20, 10, 5])
def test_speech_in_noise_opens_and_its_pauses_close(prompts: list[Samples], snr_db: float) -> None:
    pause = np.zeros(round(2.5 * RATE_HZ), np.float32)
    sound = np.concatenate([pause, *(part for prompt in prompts for part in (prompt, pause))])
    is_open = opened(channel_model.with_noise(sound, snr_db))
    at = len(pause)
    for prompt in prompts:
        # It may take 0.2 s more than the pre-roll of 0.3 s to open.
        assert any(is_open[at // 80 : (at + len(prompt)) // 80])
        assert not is_open[(at + len(prompt) + round(2.4 * RATE_HZ)) // 80]
        at += len(prompt) + len(pause)


@pytest.mark.parametrize("steady", [hum, whistle, hiss])
@pytest.mark.parametrize("level_db", [0, -30])
def test_steady_sound_does_not_open_at_any_level(steady: Callable[[float], Samples], level_db: float) -> None:
    sound = noisy(steady(60), -60) * np.float32(10 ** (level_db / 20))
    assert not any(opened(sound))


@pytest.mark.parametrize("steady", [hum, whistle, hiss])
def test_a_key_in_steady_sound_opens(steady: Callable[[float], Samples]) -> None:
    background = noisy(steady(5), -60)
    for key in "159#":
        tone = keyed(key, RATE_HZ, around_s=0, tone_s=0.05, level_dbfs=-22)
        sound = background.copy()
        sound[4 * RATE_HZ : 4 * RATE_HZ + len(tone)] += tone
        assert any(opened(sound)), key


@pytest.mark.parametrize("snr_db", [20, 10, 5])
def test_a_code_in_noise_loses_no_key(snr_db: float) -> None:
    sound = channel_model.with_noise(keyed("*103#", RATE_HZ, around_s=2, tone_s=0.06, gap_s=0.06), snr_db)
    assert keys(heard(sound, RATE_HZ, open_on="voice")) == "*103#"


def test_sound_that_begins_and_stays_is_learned_as_noise() -> None:
    sound = np.concatenate([noisy(np.zeros(2 * RATE_HZ, np.float32), -70), whistle(20)])
    is_open = opened(sound)
    assert is_open[250]
    assert not is_open[-1]


def test_a_click_does_not_open() -> None:
    sound = hiss(5)
    for at in range(RATE_HZ, 5 * RATE_HZ, RATE_HZ):
        sound[at : at + 3] = 0.9
    assert not any(opened(sound))


def test_digital_silence_and_the_least_noise_after_it_do_not_open() -> None:
    sound = np.concatenate([np.zeros(RATE_HZ, np.float32), np.full(3 * RATE_HZ, 1 / 32768, np.float32)])
    assert not any(opened(sound))


def test_speech_is_one_transmission_with_its_first_syllable(prompts: list[Samples]) -> None:
    sound = channel_model.with_noise(np.concatenate([quiet(2, RATE_HZ), prompts[0], quiet(2, RATE_HZ)]), 10)
    transmissions = ended(heard(sound, RATE_HZ, open_on="voice", hang_s=1))
    assert len(transmissions) == 1
    assert transmissions[0].started_at < 2
