"""Steady noise is lowered, and what is said over it is not."""

from __future__ import annotations

import numpy as np
import pytest

from radiobridge.events import Samples
from radiobridge.speech.noise import HOP, NoiseReduction

RATE_HZ = 16_000


def noise(seconds: float, level: float = 0.02) -> Samples:
    rng = np.random.default_rng(1)
    return (level * rng.standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def level_db(sound: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(sound)) + 1e-12))


def test_noise_alone_is_lowered_from_the_first_moment_on() -> None:
    sound = noise(3)
    made = NoiseReduction().feed(sound)
    for start in (0, RATE_HZ, 2 * RATE_HZ):
        part = slice(start, start + RATE_HZ // 2)
        assert level_db(sound[part]) - level_db(made[part]) > 5


def test_a_voice_over_it_stays_as_loud() -> None:
    t = np.arange(RATE_HZ) / RATE_HZ
    syllables = np.sin(2 * np.pi * 4 * t) > 0
    voice = (0.3 * syllables * np.sin(2 * np.pi * 700 * t)).astype(np.float32)
    sound = np.concatenate([noise(1), noise(1) + voice])
    made = NoiseReduction().feed(sound)[RATE_HZ:]
    assert level_db(made) == pytest.approx(level_db(voice), abs=1)


def test_noise_that_comes_later_is_noise_after_a_while() -> None:
    sound = np.concatenate([noise(1, 0.005), noise(4, 0.05)])
    made = NoiseReduction().feed(sound)
    late = slice(4 * RATE_HZ, 5 * RATE_HZ)
    assert level_db(sound[late]) - level_db(made[late]) > 5


def test_what_comes_out_does_not_depend_on_the_blocks() -> None:
    sound = noise(1)
    cut, whole = NoiseReduction(), NoiseReduction().feed(sound)
    blocks = [cut.feed(sound[at : at + 5 * HOP]) for at in range(0, len(sound), 5 * HOP)]
    np.testing.assert_array_equal(np.concatenate(blocks), whole)


@pytest.mark.parametrize("frames", [0, 1, HOP - 1, HOP, HOP + 1, 1000])
def test_as_much_comes_out_as_goes_in(frames: int) -> None:
    made = NoiseReduction().feed(np.zeros(frames, np.float32))
    assert len(made) == frames
    assert made.dtype == np.dtype(np.float32)
    assert not made.any()
