"""The noise squelch on a model of an FM receiver: see `discriminator.py`."""

from __future__ import annotations

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.receive.squelch.frames import SQUELCH_RATE_HZ
from radiobridge.receive.squelch.noise import NoiseSource
from tests.builders import keyed, noisy
from tests.receive.cutting import audio_spans, blocks, chain, ended, heard, keys, quiet, started
from tests.receive.discriminator import keyed_on, received


def code_on_a_carrier(cnr_db: float, seed: int = 1) -> Samples:
    """A code that begins with its carrier at 2 s, and ends with it at 3 s."""
    code = keyed("*103#", around_s=0, tone_s=0.1, gap_s=0.1)
    sound = np.concatenate([quiet(2), code, quiet(2)])
    return received(sound, keyed_on(len(sound), (2, 2 + len(code) / SQUELCH_RATE_HZ)), cnr_db, seed)


def sibilants(seconds: float) -> Samples:
    """Hissing in 2 to 3.4 kHz, as loud as a transmitter takes it, on and off four times a second."""
    hz = np.fft.rfftfreq(round(seconds * SQUELCH_RATE_HZ), 1 / SQUELCH_RATE_HZ)
    hiss = np.fft.rfft(np.random.default_rng(1).normal(0, 1, round(seconds * SQUELCH_RATE_HZ)))
    hiss[(hz < 2000) | (hz > 3400)] = 0
    sound = np.fft.irfft(hiss)
    gate = np.sin(2 * np.pi * 4 * np.arange(len(sound)) / SQUELCH_RATE_HZ) > 0
    return np.asarray(np.clip(sound / sound.std() * 0.4, -1, 1) * gate, np.float32)


@pytest.mark.parametrize("cnr_db", [10, 15, 25, 40])
def test_a_code_in_a_carrier_is_one_transmission_with_all_its_keys(cnr_db: float) -> None:
    events = heard(code_on_a_carrier(cnr_db), open_on="noise", hang_s=0.2)
    assert keys(events) == "*103#"
    ((begin, end),) = audio_spans(events)
    assert begin < 2
    # The noise after the carrier is not recorded, nor recognised.
    assert end == pytest.approx(3, abs=0.05)


def test_an_empty_channel_stays_closed() -> None:
    noise = received(quiet(30), keyed_on(30 * SQUELCH_RATE_HZ), 10)
    assert heard(noise, open_on="noise") == []


def test_a_voice_with_hissing_does_not_close_it() -> None:
    sound = np.concatenate([quiet(1), sibilants(3), quiet(1)])
    events = heard(received(sound, keyed_on(len(sound), (1, 4)), 20), open_on="noise", hang_s=0.1)
    assert [round(e.duration_s, 1) for e in ended(events)] == [3.4]


def test_a_carrier_without_any_sound_opens() -> None:
    events = heard(received(quiet(4), keyed_on(4 * SQUELCH_RATE_HZ, (2, 3)), 20), open_on="noise")
    assert len(started(events)) == 1


@pytest.mark.parametrize("level_db", [0, -20, -40])
def test_the_volume_does_not_matter(level_db: float) -> None:
    sound = code_on_a_carrier(20) * np.float32(10 ** (level_db / 20))
    assert keys(heard(sound, open_on="noise")) == "*103#"


def test_a_channel_that_is_busy_at_the_beginning_is_heard_and_closes() -> None:
    code = keyed("*103#", around_s=1, tone_s=0.1, gap_s=0.1)
    sound = np.concatenate([code, quiet(3)])
    events = heard(
        received(sound, keyed_on(len(sound), (0, len(code) / SQUELCH_RATE_HZ)), 30), open_on="noise"
    )
    assert keys(events) == "*103#"
    assert ended(events)[-1].at < len(code) / SQUELCH_RATE_HZ + 0.7


def test_the_transmission_after_a_busy_beginning_is_heard_too() -> None:
    code = keyed("5", around_s=0, tone_s=0.1)
    sound = np.concatenate([quiet(4), code, quiet(1)])
    carrier = keyed_on(len(sound), (0, 2), (4, 4 + len(code) / SQUELCH_RATE_HZ))
    assert keys(heard(received(sound, carrier, 15), open_on="noise")) == "5"


def test_a_sender_that_stops_is_no_carrier() -> None:
    sound = np.concatenate([noisy(quiet(2), -10), quiet(2), noisy(quiet(2), -10), quiet(2)])
    assert heard(sound, open_on="noise") == []


def test_a_receiver_that_is_turned_down_opens_and_comes_to_rest_again() -> None:
    source = NoiseSource(8)
    second = noisy(quiet(1), -10)
    assert not source.feed(second).any()
    softer = second * np.float32(0.25)
    assert source.feed(softer)[10:].all()
    assert not [source.feed(softer) for _ in range(10 * 60)][-1].any()


def test_sound_without_anything_above_4_khz_opens_on_its_level_and_that_is_said() -> None:
    of = chain(open_on="noise")
    events = [e for block, _ in blocks(keyed("*103#", 8000, around_s=1), 8000, []) for e in of.feed(block)]
    assert keys(events) == "*103#"
    assert "this input has 8000: the level decides" in of.concerns["squelch hears no noise"]
