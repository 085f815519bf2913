from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radiobridge.events import Meaning, Samples, Selcall, Signal, UnitId
from radiobridge.receive.mdc1200 import Mdc1200Decoder
from radiobridge.signalling.mdc1200 import Block, Packet
from radiobridge.transmit.mdc1200 import (
    call_alert,
    emergency,
    mdc1200,
    message,
    ptt_id,
    radio_check,
    selective_call,
    status,
)
from tests.builders import noisy
from tests.channel_model import (
    clipped,
    deemphasised,
    drifted,
    echoed,
    faded,
    held_to_a_microphone,
    preemphasised,
    radio_band,
    with_clicks,
    with_drop_outs,
    with_noise,
    with_voice,
)
from tests.receive.bursts import burst
from tests.receive.hearing import BEGAN_AT, heard
from tests.receive.speech import real_speech

RATE_HZ = 8000
BIT_S = 1 / 1200


def decoded(sound: Samples, block: int = 160) -> list[Signal]:
    return heard(Mdc1200Decoder("gate"), sound, block)


def ids(sound: Samples) -> list[str]:
    return [signal.unit for signal in decoded(sound) if isinstance(signal, UnitId)]


def of_units(units: list[str]) -> Samples:
    """Their PTT-IDs one after the other, at times that do not fall on the decoder's."""
    return np.concatenate([burst(ptt_id(unit), around_s=0.1 + 0.0007 * i) for i, unit in enumerate(units)])


def some_units(count: int, seed: int = 1) -> list[str]:
    return [f"{unit:04X}" for unit in np.random.default_rng(seed).choice(65536, count, replace=False)]


def tilted(sound: Samples, by_db: float) -> Samples:
    """1800 Hz is `by_db` stronger than 1200 Hz, along a line in dB and octaves from 900 to 2400 Hz."""
    hz = np.clip(np.fft.rfftfreq(len(sound), 1 / RATE_HZ), 900, 2400)
    gain = (hz / 1500) ** (by_db / 20 / np.log10(1.5))
    return np.fft.irfft(np.fft.rfft(sound) * gain, len(sound)).astype(np.float32)


@pytest.mark.parametrize(
    ("packet", "unit", "means", "value"),
    [
        (ptt_id("1234"), "1234", Meaning.ID, ""),
        (emergency("00AF"), "00AF", Meaning.EMERGENCY, ""),
        (status("FFFF", 7), "FFFF", Meaning.STATUS, "07"),
        (message("1701", 0x1A), "1701", Meaning.MESSAGE, "1A"),
        ((Block(0x0D, 0x01, 0x1234),), "1234", Meaning.OTHER, "0D/01"),
    ],
)
def test_a_unit_says_something(packet: Packet, unit: str, means: Meaning, value: str) -> None:
    (signal,) = decoded(noisy(burst(packet), -40))
    assert isinstance(signal, UnitId)
    assert (signal.system, signal.unit, signal.means, signal.value) == ("mdc1200", unit, means, value)


@pytest.mark.parametrize(
    ("packet", "by", "means"),
    [
        (call_alert("5678", "1234"), "1234", Meaning.CALL_ALERT),
        (selective_call("5678", "1234"), "1234", Meaning.SELECTIVE_CALL),
        (radio_check("5678"), "", Meaning.RADIO_CHECK),
    ],
)
def test_a_unit_is_called(packet: Packet, by: str, means: Meaning) -> None:
    (signal,) = decoded(noisy(burst(packet), -40))
    assert isinstance(signal, Selcall)
    assert (signal.system, signal.code, signal.by, signal.means) == ("mdc1200", "5678", by, means)


@settings(deadline=None, max_examples=25)
@given(block=st.builds(Block, st.integers(0x60, 0xFF), st.integers(0, 0xFF), st.integers(0, 0xFFFF)))
def test_every_block_is_heard(block: Block) -> None:
    (signal,) = decoded(noisy(burst((block,)), -20))
    unit = signal.unit if isinstance(signal, UnitId) else signal.code if isinstance(signal, Selcall) else ""
    assert unit == f"{block.unit:04X}"


def test_a_signal_says_when_how_long_how_loud_and_how_clear() -> None:
    sound = noisy(burst(ptt_id("1234"), level_dbfs=-20), -34)
    (signal,) = decoded(sound)
    assert signal.at == pytest.approx(BEGAN_AT + 0.2 + 56 * BIT_S, abs=0.0005)
    assert signal.duration_s == pytest.approx(152 * BIT_S, abs=0.0005)
    assert signal.level_dbfs == pytest.approx(-20, abs=0.3)
    # Of white noise up to 4 kHz the band of the decoder holds 40 %.
    assert signal.snr_db == pytest.approx(14 + 3.9, abs=1)


def test_a_call_lasts_as_long_as_its_two_blocks() -> None:
    (signal,) = decoded(burst(call_alert("5678", "1234")))
    assert signal.duration_s == pytest.approx(264 * BIT_S, abs=0.0005)


@pytest.mark.parametrize("packet", [ptt_id("1234"), call_alert("5678", "1234")])
def test_a_burst_is_heard_within_30_ms_of_its_end(packet: Packet) -> None:
    sent = len(mdc1200(packet, RATE_HZ))
    for shift in range(0, 640, 80):
        decoder = Mdc1200Decoder("gate")
        end = 1600 + shift + sent
        sound = np.concatenate([np.zeros(shift, np.float32), burst(packet)])[: end + 240]
        assert [s for at in range(0, len(sound), 80) for s in decoder.feed(sound[at : at + 80], at / RATE_HZ)]


def test_a_burst_that_is_sent_twice_is_two_signals() -> None:
    twice = np.concatenate([mdc1200(ptt_id("1234"), RATE_HZ)] * 2)
    assert ids(np.concatenate([twice, np.zeros(800, np.float32)])) == ["1234", "1234"]


def test_a_call_whose_second_block_is_lost_says_who_is_called() -> None:
    sound = burst(call_alert("5678", "1234"))
    sound[1600 + round(208 * BIT_S * RATE_HZ) : -1600] = 0
    (signal,) = decoded(noisy(sound, -40))
    assert isinstance(signal, Selcall)
    assert (signal.code, signal.by, signal.means, signal.value) == ("5678", "", Meaning.OTHER, "35/89")


@pytest.mark.parametrize("bits", [0, 40, 56, 64])
def test_a_burst_may_lack_its_first_bits(bits: int) -> None:
    sound = np.concatenate([mdc1200(ptt_id("1234"), RATE_HZ)[round(bits * BIT_S * RATE_HZ) :], np.zeros(99)])
    assert ids(noisy(sound, -25)) == ["1234"]


@pytest.mark.parametrize("bits", [1, 8, 16])
def test_a_burst_may_lack_its_last_bits(bits: int) -> None:
    sound = burst(ptt_id("1234"))[: -1600 - round(bits * BIT_S * RATE_HZ)]
    assert ids(noisy(sound, -25)) == ["1234"]


@pytest.mark.parametrize(
    ("channel", "snr_db"),
    [
        (lambda sound: sound, -4),
        (lambda sound: -sound, -4),
        (radio_band, -3),
        (deemphasised, -3),
        (preemphasised, -2),
        (lambda sound: radio_band(deemphasised(deemphasised(sound))), -1),
        (lambda sound: tilted(sound, 6), -1),
        (lambda sound: tilted(sound, -6), -1),
        (lambda sound: tilted(sound, 12), 6),
        (lambda sound: tilted(sound, -12), 6),
        (lambda sound: drifted(sound, 0.01), -3),
        (lambda sound: drifted(sound, -0.01), -3),
        (lambda sound: drifted(sound, 0.0045), -3),
        (clipped, -2),
        (echoed, 0),
        (faded, 6),
        (with_drop_outs, 1),
        (with_clicks, -2),
        (held_to_a_microphone, 0),
        (lambda sound: with_voice(sound, real_speech(), 0), 0),
        (lambda sound: clipped(radio_band(deemphasised(drifted(sound, -0.005)))), -2),
    ],
)
def test_every_burst_is_heard_through(channel: Callable[[Samples], Samples], snr_db: float) -> None:
    units = some_units(30)
    assert ids(with_noise(channel(of_units(units)), snr_db)) == units


def test_most_bursts_are_heard_6_db_below_the_noise() -> None:
    units = some_units(100)
    found = ids(with_noise(of_units(units), -6))
    assert set(found) <= set(units)
    assert len(found) > 80


@pytest.mark.parametrize("level_dbfs", [-60, -4])
def test_faint_and_full_bursts_are_heard(level_dbfs: float) -> None:
    assert ids(burst(ptt_id("1234"), level_dbfs=level_dbfs)) == ["1234"]


@pytest.mark.parametrize("seed", [1, 2])
def test_noise_is_no_burst(seed: int) -> None:
    assert decoded(noisy(np.zeros(60 * RATE_HZ, np.float32), -10, seed), 8000) == []


def test_real_speech_is_no_burst() -> None:
    assert decoded(real_speech(), 8000) == []


def test_silence_and_steady_tones_are_no_burst() -> None:
    t = np.arange(4000) / RATE_HZ
    for hz in (0, 1000, 1200, 1500, 1650, 1750, 1800):
        assert decoded((0.3 * np.sin(2 * np.pi * hz * t)).astype(np.float32)) == []
