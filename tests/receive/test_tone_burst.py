import numpy as np
import pytest

from radiobridge.events import Samples, Selcall
from radiobridge.receive.tone_burst import ToneBurstDecoder
from radiobridge.transmit.dtmf import dtmf
from radiobridge.transmit.five_tone import five_tone
from radiobridge.transmit.single_tones import tones_in_a_row
from radiobridge.transmit.tone_burst import tone_burst
from radiobridge.transmit.two_tone import two_tone
from tests.builders import noisy
from tests.channel_model import RATE_HZ, clipped, radio_band, with_drop_outs, with_noise
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech
from tests.receive.subaudible import quietly

TONES_HZ = (1000.0, 1450.0, 1750.0, 2100.0)


def calls(sound: Samples) -> list[Selcall]:
    return [call for call in heard(ToneBurstDecoder("gate", TONES_HZ), sound) if isinstance(call, Selcall)]


def codes(sound: Samples) -> list[str]:
    return [call.code for call in calls(sound)]


@pytest.mark.parametrize("hz", TONES_HZ)
@pytest.mark.parametrize("seconds", [0.3, 0.5, 2.0])
def test_a_burst_is_heard_once(hz: float, seconds: float) -> None:
    assert codes(with_noise(quietly(tone_burst(hz, RATE_HZ, seconds)), 6)) == [f"{hz:g}"]


def test_a_burst_says_when_how_long_how_loud_and_how_clear() -> None:
    sound = with_noise(quietly(tone_burst(1755, RATE_HZ, 0.6, level_dbfs=-20)), 12)
    (call,) = calls(sound)
    assert call.at == pytest.approx(BEGAN_AT + (len(sound) / RATE_HZ - 0.6) / 2, abs=0.02)
    assert call.duration_s == pytest.approx(0.6, abs=0.03)
    assert call.level_dbfs == pytest.approx(-20, abs=1)
    assert call.snr_db == pytest.approx(12, abs=2.5)
    assert call.tones_hz == pytest.approx([1755], rel=0.002)


def test_a_burst_that_goes_on_is_told_before_it_ends() -> None:
    decoder = ToneBurstDecoder("gate", TONES_HZ)
    sound = noisy(quietly(tone_burst(1750, RATE_HZ, 5)), -40)
    told_s = next(
        start / RATE_HZ for start in range(0, len(sound), 160) if decoder.feed(sound[start : start + 160], 0)
    )
    assert told_s < (len(sound) / RATE_HZ - 5) / 2 + 1.6


@pytest.mark.parametrize("spoil", [radio_band, clipped, with_drop_outs])
def test_a_burst_is_heard_through_a_bad_channel(spoil: object) -> None:
    assert callable(spoil)
    assert codes(with_noise(spoil(quietly(tone_burst(1750, RATE_HZ, 0.5))), 10)) == ["1750"]


@pytest.mark.parametrize("hz", [1700.0, 1800.0])
def test_a_tone_beside_the_wanted_ones_is_none(hz: float) -> None:
    assert codes(noisy(quietly(tone_burst(hz, RATE_HZ, 0.6)), -40)) == []


def test_parts_of_something_longer_whistles_and_short_tones_are_no_burst() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    whistle = np.sin(2 * np.pi * (1700 + 50 * t) * t) * 0.3
    dot, dash = (1750.0, 0.1), (1750.0, 0.3)
    pause = np.zeros(RATE_HZ // 10, np.float32)
    morse = [part for tone in (dash, dot, dash) for part in (tones_in_a_row([tone], RATE_HZ), pause)]
    silence = np.zeros(RATE_HZ, np.float32)
    sounds = [
        whistle.astype(np.float32),
        silence,
        *morse,
        silence,
        tone_burst(1750, RATE_HZ, 0.12),
        silence,
        two_tone(1000.0, 1450.0, RATE_HZ),
        silence,
        five_tone("12345", "ccir", RATE_HZ, lead_s=0.7),
        silence,
        dtmf("0123456789*#", RATE_HZ, tone_s=0.4),
        np.zeros(RATE_HZ * 60, np.float32),
    ]
    assert codes(noisy(quietly(*sounds), -25)) == []


@pytest.mark.parametrize("standard", ["ccir", "eea", "eia", "zvei1"])
@pytest.mark.parametrize("code", ["81245", "53812", "67140"])
@pytest.mark.parametrize("snr_db", [0, 20])
def test_the_lead_of_a_five_tone_call_is_no_burst(standard: str, code: str, snr_db: float) -> None:
    assert codes(with_noise(quietly(five_tone(code, standard, RATE_HZ, lead_s=0.7)), snr_db)) == []


def test_somebody_may_talk_right_before_and_after() -> None:
    voice = real_speech()
    parts = voice[80_000:96_000], tone_burst(1750, RATE_HZ, 0.5), voice[160_000:180_000]
    assert codes(np.concatenate(parts)) == ["1750"]


def test_real_speech_is_no_burst() -> None:
    assert codes(real_speech()) == []
