import numpy as np
import pytest

from radiobridge.signalling.mdc1200 import Packet, packet_bits
from radiobridge.transmit.mdc1200 import call_alert, mdc1200, ptt_id, status

RATE_HZ = 12_000
BIT = RATE_HZ // 1200


def cycles(sound: np.ndarray) -> list[float]:
    """How many cycles each bit has, by its strongest frequency."""
    bits = sound.reshape(-1, BIT) * np.hanning(BIT)
    return [float(np.abs(np.fft.rfft(bit, 20 * BIT)).argmax()) / 20 for bit in bits]


@pytest.mark.parametrize("packet", [ptt_id("1234"), call_alert("5678", "1234")])
def test_bits_that_change_are_1800_hz_and_others_1200(packet: Packet) -> None:
    expected = np.where(np.diff(packet_bits(packet), prepend=np.int8(0)), 1.5, 1.0)
    assert cycles(mdc1200(packet, RATE_HZ)) == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize(
    ("packet", "length_s"), [(ptt_id("1234"), 0.1733), (call_alert("5678", "1234"), 0.2667)]
)
@pytest.mark.parametrize("rate_hz", [8000, 16_000, 22_050, 48_000])
def test_a_burst_has_its_length_and_level_at_every_rate(
    packet: Packet, length_s: float, rate_hz: int
) -> None:
    sound = mdc1200(packet, rate_hz, level_dbfs=-20)
    assert sound.dtype == np.float32
    assert len(sound) / rate_hz == pytest.approx(length_s, abs=0.0002)
    assert 10 * np.log10(np.mean(np.square(sound))) == pytest.approx(-20, abs=0.1)


def test_the_phase_is_continuous() -> None:
    sound = mdc1200(ptt_id("1234"), 48_000, level_dbfs=-3.02)
    steepest = 2 * np.pi * 1800 / 48_000
    assert np.abs(np.diff(sound)).max() < steepest * 1.001


def test_a_longer_preamble_comes_first() -> None:
    sound, longer = mdc1200(ptt_id("1234"), 12_000), mdc1200(ptt_id("1234"), 12_000, preamble_bytes=30)
    assert len(longer) - len(sound) == 23 * 8 * BIT
    assert longer[-152 * BIT :] == pytest.approx(sound[-152 * BIT :], abs=1e-6)


@pytest.mark.parametrize("level_dbfs", [-3, 0])
def test_a_level_that_clips_is_refused(level_dbfs: float) -> None:
    with pytest.raises(ValueError, match="clips"):
        mdc1200(ptt_id("1234"), 8000, level_dbfs=level_dbfs)


def test_a_number_or_unit_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to FF"):
        mdc1200(status("1234", 256), 8000)
    with pytest.raises(ValueError, match="four hexadecimal digits"):
        ptt_id("12345")
