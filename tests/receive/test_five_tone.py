import shutil
import subprocess

import numpy as np
import pytest

from radiobridge.events import Samples, Selcall
from radiobridge.receive.five_tone import FiveToneDecoder
from radiobridge.signalling.five_tone import STANDARDS
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.mdc1200 import mdc1200, ptt_id
from radiobridge.transmit.single_tones import tones_in_a_row
from tests.builders import noisy
from tests.channel_model import (
    RATE_HZ,
    clipped,
    deemphasised,
    drifted,
    echoed,
    faded,
    held_to_a_microphone,
    radio_band,
    with_clicks,
    with_drop_outs,
    with_noise,
)
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech
from tests.receive.subaudible import quietly

EVERY = list(STANDARDS)


def calls(sound: Samples, *standards: str) -> list[Selcall]:
    decoder = FiveToneDecoder("gate", standards or EVERY)
    return [call for call in heard(decoder, sound) if isinstance(call, Selcall)]


def codes(sound: Samples, *standards: str) -> list[tuple[str, str]]:
    return [(call.system, call.code) for call in calls(sound, *standards)]


@pytest.mark.parametrize("standard", EVERY)
@pytest.mark.parametrize("code", ["12334", "00000", "98A45", "7654321"])
def test_a_call_is_heard_in_noise_with_its_repeated_digits(standard: str, code: str) -> None:
    sound = quietly(five_tone(code, standard, RATE_HZ))
    assert codes(with_noise(sound, 3), standard) == [(standard, code)]


@pytest.mark.parametrize("standard", EVERY)
def test_among_all_standards_the_one_that_was_sent_is_told(standard: str) -> None:
    assert codes(noisy(quietly(five_tone("12334", standard, RATE_HZ)), -40)) == [(standard, "12334")]


def test_a_group_tone_makes_a_group_call() -> None:
    (call,) = calls(noisy(quietly(five_tone("12A45", "zvei1", RATE_HZ)), -40), "zvei1")
    assert (call.code, call.group) == ("12A45", True)
    (call,) = calls(noisy(quietly(five_tone("12345", "zvei1", RATE_HZ)), -40), "zvei1")
    assert not call.group


def test_a_call_says_when_how_long_how_loud_and_how_clear() -> None:
    sound = with_noise(quietly(five_tone("12345", "zvei1", RATE_HZ, level_dbfs=-20)), 12)
    (call,) = calls(sound, "zvei1")
    silence_s = (len(sound) / RATE_HZ - 0.35) / 2
    assert call.at == pytest.approx(BEGAN_AT + silence_s, abs=0.02)
    assert call.duration_s == pytest.approx(0.35, abs=0.03)
    assert call.level_dbfs == pytest.approx(-20, abs=1)
    assert call.snr_db == pytest.approx(12, abs=2.5)
    assert call.tones_hz == pytest.approx([1060, 1160, 1270, 1400, 1530], rel=0.004)


@pytest.mark.parametrize("lead_s", [0.3, 0.7])
def test_a_long_first_tone_is_a_lead(lead_s: float) -> None:
    sound = noisy(quietly(five_tone("12345", "ccir", RATE_HZ, lead_s=lead_s)), -40)
    assert codes(sound, "ccir") == [("ccir", "12345")]


@pytest.mark.parametrize("off", [-0.015, 0.015])
def test_tones_a_little_off_are_accepted(off: float) -> None:
    sound = with_noise(drifted(quietly(five_tone("12334", "zvei1", RATE_HZ)), off), 10)
    assert codes(sound, "zvei1") == [("zvei1", "12334")]


@pytest.mark.parametrize("stretch", [0.82, 1.18])
def test_tone_lengths_a_fifth_off_are_accepted(stretch: float) -> None:
    sound = five_tone("12334", "zvei1", RATE_HZ, tone_s=STANDARDS["zvei1"].tone_s * stretch)
    assert codes(with_noise(quietly(sound), 10), "zvei1") == [("zvei1", "12334")]


@pytest.mark.parametrize(
    "spoil",
    [radio_band, deemphasised, clipped, echoed, faded, with_clicks, with_drop_outs, held_to_a_microphone],
)
def test_a_call_is_heard_through_a_bad_channel(spoil: object) -> None:
    assert callable(spoil)
    sound = with_noise(spoil(quietly(five_tone("12334", "zvei1", RATE_HZ))), 10)
    assert codes(sound, "zvei1") == [("zvei1", "12334")]


def test_two_calls_a_quarter_of_a_second_apart_are_two() -> None:
    pause = np.zeros(round(0.25 * RATE_HZ), np.float32)
    both = quietly(five_tone("12345", "ccir", RATE_HZ), pause, five_tone("54321", "ccir", RATE_HZ))
    assert codes(noisy(both, -40), "ccir") == [("ccir", "12345"), ("ccir", "54321")]


def test_other_signalling_noise_and_too_few_tones_are_no_call() -> None:
    sounds = [
        dtmf("0123456789ABCD*#" * 3, RATE_HZ, tone_s=0.07, gap_s=0.03),
        *(mdc1200(ptt_id(f"{unit:04X}"), RATE_HZ) for unit in range(1000, 1010)),
        np.zeros(RATE_HZ * 60, np.float32),
        five_tone("12345", "zvei1", RATE_HZ)[: round(0.14 * RATE_HZ)],
    ]
    assert codes(noisy(quietly(*sounds), -25)) == []


def test_sweeps_and_chords_are_no_call() -> None:
    t = np.arange(2 * RATE_HZ) / RATE_HZ
    sweep = 0.3 * np.sin(2 * np.pi * (900 * t + 375 * t**2))
    chords = [
        sum(
            0.1 * np.sin(2 * np.pi * hz * t[: round(0.1 * RATE_HZ)]) for hz in (root, root * 1.26, root * 1.5)
        )
        for root in (1124, 1197, 1275, 1358, 1446, 1540)
    ]
    sounds = [sweep, sweep[::-1], np.zeros(RATE_HZ), *chords]
    assert codes(noisy(quietly(*(np.asarray(sound, np.float32) for sound in sounds)), -40)) == []


def test_tones_that_are_each_off_in_their_own_direction_are_accepted() -> None:
    off = (1.012, 0.988, 1.01, 0.99, 1.0)
    row = [(hz * by, 0.07) for hz, by in zip((1060, 1160, 1270, 1400, 1530), off, strict=True)]
    assert codes(noisy(quietly(tones_in_a_row(row, RATE_HZ)), -40), "zvei1") == [("zvei1", "12345")]


def test_somebody_may_talk_right_before_and_after() -> None:
    voice = real_speech()
    parts = voice[80_000:96_000], five_tone("12334", "ccir", RATE_HZ), voice[160_000:180_000]
    assert codes(np.concatenate(parts)) == [("ccir", "12334")]


def test_a_call_is_heard_in_noise_three_times_as_strong_as_it() -> None:
    heard_ = [
        codes(with_noise(quietly(five_tone(code, "zvei1", RATE_HZ)), -5, seed), "zvei1") == [("zvei1", code)]
        for seed, code in enumerate(["12334", "90817", "55555", "27163"] * 3)
    ]
    assert sum(heard_) >= 11


def test_real_speech_is_no_call() -> None:
    assert codes(real_speech()) == []


@pytest.mark.parametrize("standard", EVERY)
def test_a_foreign_decoder_hears_what_we_encode(standard: str) -> None:
    assert shutil.which("multimon-ng"), "install the Debian package multimon-ng"
    # multimon-ng has the digits of ZVEI-1 for ZVEI-3 too; ours has those that SvxLink sends.
    name = {"zvei3": "DZVEI"}.get(standard, standard.upper())
    sound = np.concatenate([np.zeros(11025, np.float32), five_tone("12345", standard, 22050)])
    pcm = (np.pad(sound, (0, 22050)) * 32767).astype("<i2").tobytes()
    said = subprocess.run(
        ["multimon-ng", "-q", "-t", "raw", "-a", name, "-"], input=pcm, capture_output=True, check=True
    ).stdout.decode()
    assert said.split(": ")[-1].strip() == "12345"
